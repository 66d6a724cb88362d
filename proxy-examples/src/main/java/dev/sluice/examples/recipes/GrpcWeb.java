package dev.sluice.examples.recipes;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.transport.direct.DirectTransport;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** gRPC for pages in a browser (gRPC-Web, its binary form), in front of a server that knows only gRPC. */
public final class GrpcWeb implements ProxyFilter {
    @Override
    public ProxyResponse filter(ProxyRequest request, ProxyHandler next) throws IOException, InterruptedException {
        String type = request.headers().first("Content-Type").orElse("");
        if (!type.matches("application/grpc-web(\\+.*)?")) {
            return next.handle(request);
        }
        Headers fields = typed(request.headers(), type.replace("-web", ""));
        ProxyResponse answer = next.handle(
                request.toBuilder().headers(fields).acceptsTrailers(true).build());
        if (!answer.headers().first("Content-Type").orElse("").startsWith("application/grpc")) {
            return answer;
        }
        return answer.toBuilder()
                .headers(typed(answer.headers(), type))
                .body(Body.of(new WithTrailers(answer.body()), Body.UNKNOWN))
                .build();
    }

    private static Headers typed(Headers fields, String type) {
        return fields.toBuilder().set("Content-Type", type).build();
    }

    /** The trailers in a frame behind the messages, as a script cannot read them (the project's PROTOCOL-WEB.md). */
    private static final class WithTrailers extends FilterInputStream {
        private final Body body;

        WithTrailers(Body body) throws IOException {
            super(body.open());
            this.body = body;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int n = in.read(target, offset, length);
            if (n >= 0 || in instanceof ByteArrayInputStream) {
                return n;
            }
            StringBuilder lines = new StringBuilder();
            body.trailers().forEach((name, value) -> lines.append(name + ": " + value + "\r\n"));
            byte[] text = lines.toString().getBytes(StandardCharsets.ISO_8859_1);
            ByteBuffer frame = ByteBuffer.allocate(5 + text.length);
            in = new ByteArrayInputStream(
                    frame.put((byte) 0x80).putInt(text.length).put(text).array());
            return in.read(target, offset, length);
        }
    }

    /** Starts a proxy at {@code port}, 0 for any, in front of a server of gRPC at {@code origin}. */
    public static ProxyServer start(int port, String origin) {
        DirectTransport.OriginOptions http2 =
                DirectTransport.OriginOptions.builder().http2(true).build();
        return ProxyServer.builder()
                .port(port)
                .addFilter(new GrpcWeb())
                .addRoute("/**", DirectTransport.shared().upstream("grpc", URI.create(origin), http2))
                .build()
                .start();
    }
}
