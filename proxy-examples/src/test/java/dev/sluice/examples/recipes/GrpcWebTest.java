package dev.sluice.examples.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.transport.direct.DirectTransport;
import dev.sluice.proxy.transport.direct.Http2;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A client as in a browser, which has HTTP/1.1 and sees no trailers. */
@Timeout(60)
class GrpcWebTest {
    private static final byte[] CALL = {0, 0, 0, 0, 2, 'h', 'i'};

    private final BlockingQueue<ProxyRequest> calls = new LinkedBlockingQueue<>();
    private final DirectTransport http2 = DirectTransport.builder()
            .http2(Http2.builder().priorKnowledge(true).build())
            .build();
    private final ProxyServer server = ProxyServer.builder()
            .transport(http2)
            .addRoute("/shop.Shop/Answers", this::answers)
            .addRoute(
                    "/shop.Shop/Fails",
                    request -> ProxyResponse.builder(200)
                            .header("Content-Type", "application/grpc")
                            .header("grpc-status", "5")
                            .build())
            .addRoute("/page", request -> ProxyResponse.of(200, "page"))
            .build()
            .start();
    private final ProxyServer proxy =
            GrpcWeb.start(0, "http://127.0.0.1:" + server.address().getPort());

    @AfterEach
    void close() {
        proxy.close();
        server.close();
        http2.close();
    }

    private ProxyResponse answers(ProxyRequest request) throws IOException {
        calls.add(request);
        byte[] message = request.body().open().readAllBytes();
        Headers trailers = Headers.of("grpc-status", "0", "grpc-message", "fine");
        return ProxyResponse.builder(200)
                .header("Content-Type", "application/grpc+proto")
                .body(Body.of(new ByteArrayInputStream(message), Body.UNKNOWN, () -> trailers))
                .build();
    }

    private HttpResponse<byte[]> call(String path, String type) throws Exception {
        HttpClient client = HttpClient.newBuilder().version(Version.HTTP_1_1).build();
        return client.send(
                HttpRequest.newBuilder(proxy.uri().resolve(path))
                        .header("Content-Type", type)
                        .POST(BodyPublishers.ofByteArray(CALL))
                        .build(),
                BodyHandlers.ofByteArray());
    }

    @Test
    void theStatusIsInTheLastFrameOfTheBody() throws Exception {
        HttpResponse<byte[]> answer = call("/shop.Shop/Answers", "application/grpc-web+proto");
        ProxyRequest received = calls.take();
        assertThat(received.version()).isEqualTo(HttpVersion.HTTP_2);
        assertThat(received.headers().all("Content-Type")).containsExactly("application/grpc+proto");
        assertThat(received.acceptsTrailers()).isTrue();
        assertThat(answer.headers().allValues("Content-Type")).containsExactly("application/grpc-web+proto");
        String trailers = "grpc-status: 0\r\ngrpc-message: fine\r\n";
        assertThat(new String(answer.body(), StandardCharsets.ISO_8859_1))
                .isEqualTo("\0\0\0\0\2hi" + "\u0080\0\0\0" + (char) trailers.length() + trailers);
    }

    @Test
    void anAnswerWithoutAMessageKeepsItsStatusInTheHead() throws Exception {
        HttpResponse<byte[]> answer = call("/shop.Shop/Fails", "application/grpc-web");
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/grpc-web");
        assertThat(answer.headers().firstValue("grpc-status")).contains("5");
    }

    @Test
    void whatIsNotGrpcStaysAsItIs() throws Exception {
        assertThat(call("/page", "application/grpc-web").body()).asString().isEqualTo("page");
        assertThat(call("/page", "text/plain").body()).asString().isEqualTo("page");
        assertThat(call("/page", "application/grpc-web-text").body()).asString().isEqualTo("page");
    }
}
