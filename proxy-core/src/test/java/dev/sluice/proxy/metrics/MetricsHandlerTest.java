package dev.sluice.proxy.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestResponse;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsHandlerTest {
    private final MetricsRegistry metrics = MetricsRegistry.create();
    private final TestClient client = TestClient.of(MetricsHandler.of(metrics));

    @BeforeEach
    void record() {
        metrics.recorder(Meter.counter("jobs", "Jobs.")).record(3);
    }

    private TestResponse ask(String method, String accept) throws Exception {
        return client.send(method, "/metrics", Headers.of("Accept", accept), new byte[0]);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/openmetrics-text",
                "application/openmetrics-text;version=1.0.0;q=0.8,text/plain;version=0.0.4;q=0.5,*/*;q=0.1"
            })
    void whoAcceptsOpenMetricsGetsIt(String accept) throws Exception {
        TestResponse response = ask("GET", accept);
        assertThat(response.headers().first("Content-Type"))
                .contains("application/openmetrics-text; version=1.0.0; charset=utf-8");
        assertThat(response.text()).isEqualTo(metrics.openMetrics());
    }

    @ParameterizedTest
    @ValueSource(strings = {"*/*", "text/plain", "text/html,application/xhtml+xml"})
    void allOthersGetTheTextOfPrometheus(String accept) throws Exception {
        TestResponse response = ask("GET", accept);
        assertThat(response.headers().first("Content-Type")).contains("text/plain; version=0.0.4; charset=utf-8");
        assertThat(response.headers().first("Cache-Control")).contains("no-store");
        assertThat(response.text()).isEqualTo(metrics.prometheus()).contains("jobs_total 3\n");
    }

    @Test
    void nothingCanBeChanged() throws Exception {
        TestResponse response = ask("POST", "*/*");
        assertThat(response.status()).isEqualTo(405);
        assertThat(response.headers().first("Allow")).contains("GET, HEAD");
    }
}
