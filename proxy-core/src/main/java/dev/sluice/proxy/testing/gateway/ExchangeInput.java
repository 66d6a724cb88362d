package dev.sluice.proxy.testing.gateway;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.http1.MessageWriter;
import dev.sluice.proxy.http1.OutputBuffer;
import dev.sluice.proxy.testing.gateway.ReceivedRequest.Content;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads a request without a socket, as far as it is asked for. For one thread. */
final class ExchangeInput implements Arrival.Source {
    private final ProxyRequest request;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private @Nullable InputStream in;
    private boolean ended;
    private @Nullable IOException cut;

    ExchangeInput(ProxyRequest request) {
        this.request = request;
        this.ended = request.body().length() == 0;
    }

    /** If the body breaks off, the request is received as a malformed one. */
    @Override
    public Content upTo(int bodyBytes) {
        try {
            if (cut == null) {
                readTo(bodyBytes);
            }
        } catch (IOException failure) {
            cut = failure;
        }
        return cut == null ? content() : Content.cutInBody(body.toByteArray(), body.size(), request.method(), target());
    }

    /** As a transport, which leaves it to the exchange. */
    @Override
    public void dropRest(ReceivedRequest answered) {}

    private void readTo(int count) throws IOException {
        byte[] piece = new byte[8192];
        while (body.size() < count && !ended) {
            // Not before it is needed: whoever expects 100 (Continue) gets it then.
            if (in == null) {
                in = request.body().open();
            }
            int n = in.read(piece, 0, Math.min(piece.length, count - body.size()));
            ended = n < 0;
            body.write(piece, 0, Math.max(n, 0));
        }
    }

    /**
     * Requires that the body has not broken off.
     *
     * @throws IOException what it broke off with
     */
    void requireNotCut() throws IOException {
        if (cut != null) {
            throw cut;
        }
    }

    /** What was read of the body. */
    byte[] body() {
        return body.toByteArray();
    }

    private String target() {
        return request.target().pathAndQuery();
    }

    private Headers headers() {
        Headers.Builder fields = Headers.builder();
        Authority host = request.target().authority();
        if (host != null) {
            fields.add("Host", host.toString());
        }
        fields.addAll(request.headers());
        long length = ended ? body.size() : request.body().length();
        if (length > 0) {
            fields.add("Content-Length", Long.toString(length));
        }
        return fields.build();
    }

    private Content content() {
        Headers headers = headers();
        OutputBuffer bytes = new OutputBuffer(body.size() + 1024);
        MessageWriter.requestLine(bytes, request.method(), target());
        MessageWriter.fields(bytes, headers);
        bytes.crlf();
        bytes.put(body.toByteArray(), 0, body.size());
        return new Content(
                request.method(),
                target(),
                request.version(),
                headers,
                body.toByteArray(),
                ended ? request.body().trailers() : Headers.empty(),
                Arrays.copyOf(bytes.bytes(), bytes.size()),
                false,
                null,
                false,
                ended || body.size() == request.body().length());
    }
}
