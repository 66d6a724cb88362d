package dev.sluice.balancer.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Capability;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.origin.OriginUpstream;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.TestExchange;
import dev.sluice.proxy.transport.direct.DirectTransport;
import dev.sluice.proxy.transport.direct.Http2;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Probes of gRPC servers, over HTTP/2. A server of the kept library is in the examples' tests. */
@Timeout(60)
class GrpcProbeTest {
    private final Exchange scope = TestExchange.begin();
    private final DirectTransport transport = DirectTransport.builder()
            .http2(Http2.builder().priorKnowledge(true).build())
            .build();
    private final BlockingQueue<ProxyRequest> requests = new LinkedBlockingQueue<>();
    private final BlockingQueue<byte[]> messages = new LinkedBlockingQueue<>();
    private final ProxyServer server;
    private volatile ProxyResponse answer = answered("0", bytes(0, 0, 0, 0, 2, 8, 1));

    GrpcProbeTest() throws IOException {
        server = ProxyServer.builder()
                .transport(transport)
                .addRoute("/**", request -> {
                    requests.add(request);
                    messages.add(request.body().open().readAllBytes());
                    return answer;
                })
                .build()
                .start();
    }

    @AfterEach
    void close() {
        server.close();
        transport.close();
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    /** @param status null for none */
    private static ProxyResponse answered(@Nullable String status, byte[] message) {
        Headers trailers = status == null ? Headers.empty() : Headers.of("grpc-status", status);
        return ProxyResponse.builder(200)
                .header("Content-Type", "application/grpc")
                .body(Body.of(new ByteArrayInputStream(message), Body.UNKNOWN, () -> trailers))
                .build();
    }

    private String ask(HealthCheck.GrpcBuilder check) throws Exception {
        DirectTransport.OriginOptions http2 =
                DirectTransport.OriginOptions.builder().http2(true).build();
        URI uri = URI.create("http://127.0.0.1:" + server.address().getPort());
        HealthCheck built = check.build().toBuilder().build();
        return built.ask(transport.upstream("a", uri, http2), scope);
    }

    @Test
    void theHealthServiceOfTheServerIsCalled() throws Exception {
        assertThat(ask(HealthCheck.grpc())).isEqualTo("SERVING");
        ProxyRequest request = requests.take();
        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.version()).isEqualTo(HttpVersion.HTTP_2);
        assertThat(request.target().path()).isEqualTo("/grpc.health.v1.Health/Check");
        assertThat(request.headers().first("Content-Type")).contains("application/grpc");
        assertThat(request.acceptsTrailers()).as("te: trailers").isTrue();
        assertThat(messages.take()).containsExactly(0, 0, 0, 0, 0);
    }

    @Test
    void anotherPortIsAskedInHttp2Too() throws Exception {
        DirectTransport.OriginOptions http2 =
                DirectTransport.OriginOptions.builder().http2(true).build();
        Upstream member = transport.upstream("a", URI.create("http://127.0.0.1:1"), http2);
        HealthCheck check = HealthCheck.grpc().port(server.address().getPort()).build();
        Upstream target = check.target(member, place -> OriginUpstream.besideOf(member, place));
        assertThat(check.ask(target, scope)).isEqualTo("SERVING");
        assertThat(requests.take().version()).isEqualTo(HttpVersion.HTTP_2);
    }

    @Test
    void aServiceIsAskedForByItsName() throws Exception {
        assertThat(ask(HealthCheck.grpc().service("a.B"))).isEqualTo("SERVING");
        assertThat(messages.take()).containsExactly(0, 0, 0, 0, 5, 10, 3, 'a', '.', 'B');
        assertThat(HealthCheck.grpc().service("a.B").build()).hasToString("gRPC health of a.B every 5 s");
        assertThat(HealthCheck.grpc().port(9).build()).hasToString("gRPC health at port 9 every 5 s");
    }

    @ParameterizedTest
    @CsvSource({"0, UNKNOWN", "2, NOT_SERVING", "3, SERVICE_UNKNOWN", "9, status 9"})
    void anyOtherStateFailsAndIsNamed(int state, String shown) {
        answer = answered("0", bytes(0, 0, 0, 0, 2, 8, state));
        assertThatThrownBy(() -> ask(HealthCheck.grpc()))
                .isInstanceOf(IOException.class)
                .hasMessage(shown);
    }

    @Test
    void aMessageWithoutAStateIsUnknown() {
        answer = answered("0", bytes(0, 0, 0, 0, 0));
        assertThatThrownBy(() -> ask(HealthCheck.grpc())).hasMessage("UNKNOWN");
    }

    @Test
    void aServerWithoutTheServiceFails() {
        answer = ProxyResponse.builder(200).header("grpc-status", "12").build();
        assertThatThrownBy(() -> ask(HealthCheck.grpc()))
                .hasMessage("grpc-status 12: the server has no health service");
        answer = answered("5", bytes());
        assertThatThrownBy(() -> ask(HealthCheck.grpc().service("a.B")))
                .hasMessage("grpc-status 5: the health service does not know \"a.B\"");
        answer = answered("14", bytes());
        assertThatThrownBy(() -> ask(HealthCheck.grpc())).hasMessage("grpc-status 14");
        answer = answered(null, bytes(0, 0, 0, 0, 2, 8, 1));
        assertThatThrownBy(() -> ask(HealthCheck.grpc())).hasMessage("no grpc-status");
        answer = ProxyResponse.of(404, "none");
        assertThatThrownBy(() -> ask(HealthCheck.grpc())).hasMessage("status 404, which is no answer of gRPC");
    }

    @ParameterizedTest
    @CsvSource({"'0,0,0,0,2,8'", "'0,0,0,0,3,8,1'", "'1,0,0,0,2,8,1'", "'0,0,0,0,2,9,1'", "'0'"})
    void whatIsNoMessageFails(String text) {
        int[] values = java.util.Arrays.stream(text.split(","))
                .mapToInt(Integer::parseInt)
                .toArray();
        answer = answered("0", bytes(values));
        assertThatThrownBy(() -> ask(HealthCheck.grpc()))
                .hasMessage("an answer that is no message of the health service: " + values.length + " bytes");
    }

    @Test
    void whatCannotBeAskedIsRefused() {
        Upstream unable = FakeUpstream.named("unable").capable(Capability.HOST);
        assertThatThrownBy(() -> HealthCheck.grpc().build().requireFor(unable))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a gRPC health check needs an upstream that can receive trailers: \"unable\"");
        assertThatThrownBy(() -> HealthCheck.grpc().service("x".repeat(128)).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("health check service must have at most 127 bytes: \"xxx");
    }
}
