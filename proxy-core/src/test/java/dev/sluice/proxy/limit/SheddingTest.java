package dev.sluice.proxy.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.limit.Shedding.Priority;
import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.testing.SimulatedTime;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestResponse;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class SheddingTest {
    private static final Shedding BY_FIELD = Shedding.by(request ->
                    Priority.valueOf(request.headers().first("Priority").orElse("NORMAL")))
            .withHealthCheck("/healthz");

    private final SimulatedTime time = new SimulatedTime();

    private final ProxyHandler slow = request -> {
        time.advance(Duration.ofSeconds(1));
        return ProxyResponse.of(200);
    };

    private TestClient client(Shedding shedding) {
        return TestClient.of(Pipeline.builder()
                .time(time)
                .limits(Limits.builder().exchanges(20).clientShare(1).build())
                .addFilter(shedding)
                .addRoute("/**", slow)
                .build());
    }

    /** Sends a request while this number of critical ones is in progress. */
    private TestResponse among(
            int others, Shedding shedding, String method, String path, UnaryOperator<ProxyRequest.Builder> change)
            throws Exception {
        return time.run(() -> {
            TestClient client = client(shedding);
            for (int i = 0; i < others; i++) {
                time.start("other", () -> {
                    try {
                        client.send("GET", "/", request -> request.header("Priority", "CRITICAL"));
                    } catch (Exception failure) {
                        throw new IllegalStateException(failure);
                    }
                });
            }
            time.advance(Duration.ZERO);
            return client.send(method, path, change);
        });
    }

    @ParameterizedTest
    @CsvSource({
        "LOW, 9, 200", "LOW, 10, 503",
        "NORMAL, 15, 200", "NORMAL, 16, 503",
        "HIGH, 17, 200", "HIGH, 18, 503",
        "CRITICAL, 19, 200", "CRITICAL, 20, 503"
    })
    void theLeastImportantAreRefusedFirst(Priority priority, int others, int status) throws Exception {
        TestResponse response =
                among(others, BY_FIELD, "GET", "/", request -> request.header("Priority", priority.name()));
        assertThat(response.status()).isEqualTo(status);
        assertThat(response.headers().has("Retry-After")).isEqualTo(status == 503);
    }

    @ParameterizedTest
    @CsvSource({"GET, /healthz, 200", "HEAD, /healthz, 200", "POST, /healthz, 503", "GET, /healthz/x, 503"})
    void healthChecksAreRefusedLast(String method, String path, int status) throws Exception {
        TestResponse response = among(19, BY_FIELD, method, path, request -> request.header("Priority", "LOW"));
        assertThat(response.status()).isEqualTo(status);
    }

    @Test
    void aRefusalSaysInTheLogWhichPriorityHasHowMuch() throws Exception {
        TestResponse refused = among(16, BY_FIELD, "GET", "/", request -> request);
        assertThat(refused.text()).isEqualTo("503 Service Unavailable: too many requests at once\n");
        assertThat(refused.record().explain()).contains("priority NORMAL is refused above 16 of limit exchanges (20)");
    }

    @Test
    void aShareMayBeAnother() throws Exception {
        Shedding shedding = BY_FIELD.withShare(Priority.NORMAL, 0.25);
        assertThat(among(4, shedding, "GET", "/", request -> request).status()).isEqualTo(200);
        assertThat(among(5, shedding, "GET", "/", request -> request).status()).isEqualTo(503);
        // The least share is one exchange.
        assertThat(among(0, shedding.withShare(Priority.NORMAL, 0.01), "GET", "/", request -> request)
                        .status())
                .isEqualTo(200);
    }

    @Test
    void withoutAServerNothingIsRefused() throws Exception {
        Shedding shedding = Shedding.by(request -> Priority.LOW).withShare(Priority.LOW, 0.001);
        ProxyHandler handler = request -> ProxyResponse.of(200);
        assertThat(TestClient.of(handler.with(shedding)).get("/").status()).isEqualTo(200);
    }

    @Test
    void badOptionsAreRefusedWithTheirNameAndValue() throws Exception {
        assertThatThrownBy(() -> Shedding.DEFAULT.withShare(Priority.LOW, 0))
                .hasMessage("shedding share must be above 0 and at most 1: 0.0");
        assertThatThrownBy(() -> Shedding.DEFAULT.withShare(Priority.LOW, 1.1))
                .hasMessage("shedding share must be above 0 and at most 1: 1.1");
        assertThatThrownBy(() -> Shedding.DEFAULT.withHealthCheck("healthz"))
                .hasMessage("health check must be a path: \"healthz\"");
        assertThatThrownBy(() -> Shedding.by(null)).hasMessage("priority");
        TestResponse nothing = among(0, Shedding.by(request -> null), "GET", "/", request -> request);
        assertThat(nothing.status()).isEqualTo(500);
        assertThat(Shedding.DEFAULT).hasToString("Shedding{LOW=0.5, NORMAL=0.8, HIGH=0.9, CRITICAL=1.0}");
    }
}
