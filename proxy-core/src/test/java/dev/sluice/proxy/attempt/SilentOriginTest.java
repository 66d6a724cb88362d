package dev.sluice.proxy.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Capability;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.limit.Timeouts;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.spi.Attempts;
import dev.sluice.proxy.spi.Attempts.Lease;
import dev.sluice.proxy.spi.Attempts.Step;
import dev.sluice.proxy.spi.Transport;
import dev.sluice.proxy.spi.UpstreamSource;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestResponse;
import dev.sluice.proxy.transport.direct.DirectTransport;
import dev.sluice.proxy.transport.jdk.JdkTransport;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * An origin that accepts connections and sends nothing costs a request the time limit of one head, however many
 * attempts there are.
 */
class SilentOriginTest {
    static List<Transport> transports() {
        return List.of(DirectTransport.shared(), JdkTransport.shared());
    }

    private static TestResponse ask(Transport transport, long tryNanos, String method, byte[] body) throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            URI uri = URI.create("http://127.0.0.1:" + silent.getLocalPort());
            Pipeline pipeline = Pipeline.builder()
                    .timeouts(Timeouts.builder().head(Duration.ofMillis(600)).build())
                    .addRoute("/**", ReverseProxy.to(new Stubborn(transport.upstream("silent", uri), tryNanos)))
                    .build();
            return TestClient.of(pipeline).send(method, "/", Headers.empty(), body);
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void theFirstAttemptUsesTheHeadTimeOfAllAttempts(Transport transport) throws Exception {
        TestResponse response = ask(transport, 0, "GET", new byte[0]);

        assertThat(response.status()).isEqualTo(504);
        assertThat(response.record().attemptCount()).isEqualTo(1);
        assertThat(response.record().outcome()).isEqualTo(Outcome.HEAD_TIMEOUT);
        assertThat(response.record().explain()).contains("for as long as they may");
    }

    @ParameterizedTest
    @MethodSource("transports")
    void theTimeCountsFromTheEndOfABody(Transport transport) throws Exception {
        TestResponse response = ask(transport, 0, "PUT", new byte[1000]);

        assertThat(response.status()).isEqualTo(504);
        assertThat(response.record().attemptCount()).isEqualTo(1);
        assertThat(response.record().outcome()).isEqualTo(Outcome.HEAD_TIMEOUT);
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aTryTimeoutDividesTheHeadTime(Transport transport) throws Exception {
        TestResponse response = ask(transport, Duration.ofMillis(150).toNanos(), "GET", new byte[0]);

        assertThat(response.status()).isEqualTo(504);
        // More attempts would take three times as long. On a busy machine there are fewer.
        assertThat(response.record().attemptCount()).isBetween(1, 5);
        assertThat(response.record().outcome()).isEqualTo(Outcome.HEAD_TIMEOUT);
    }

    /** Tries the same upstream as often as it is allowed. */
    private record Stubborn(Upstream upstream, long tryNanos) implements UpstreamSource {
        @Override
        public Set<Capability> capabilities() {
            return upstream.capabilities();
        }

        @Override
        public Attempts attempts(ProxyRequest request) {
            return new Attempts() {
                private int count;

                @Override
                public Step start(long nanos) {
                    Lease lease = new Lease() {
                        @Override
                        public Upstream upstream() {
                            return upstream;
                        }

                        @Override
                        public void end(Outcome outcome, long endNanos) {}
                    };
                    count++;
                    return count > 12
                            ? new Step.Fail(Outcome.NO_UPSTREAM)
                            : tryNanos == 0
                                    ? new Step.Send(lease)
                                    : new Step.Send(lease, nanos + tryNanos, Long.MAX_VALUE);
                }

                @Override
                public Step head(Lease lease, int status, Headers headers, boolean bodyKept, long nanos) {
                    return new Step.Answer(lease, false);
                }

                @Override
                public Step failed(Lease lease, Outcome outcome, Delivery delivery, boolean bodyKept, long nanos) {
                    return start(nanos);
                }

                @Override
                public Step woke(long nanos) {
                    return start(nanos);
                }
            };
        }
    }
}
