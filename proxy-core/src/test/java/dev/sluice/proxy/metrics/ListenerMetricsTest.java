package dev.sluice.proxy.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.spi.ListenerStatistics;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ListenerMetricsTest {
    @Test
    void eachNumberOfTheStatisticsIsShownOnceThereAreAny() {
        MetricsRegistry metrics = MetricsRegistry.create();
        AtomicReference<ListenerStatistics> statistics = new AtomicReference<>();
        Metrics.Reading reading = ListenerMetrics.read(metrics, "main", () -> Optional.ofNullable(statistics.get()));
        assertThat(metrics.prometheus()).doesNotContain("main");
        statistics.set(new ListenerStatistics(1, 2, 3, 40, 5, 6, 7, 8, 9, 10, 11, 12_500_000_000L));
        assertThat(metrics.prometheus().lines().filter(each -> !each.startsWith("#")))
                .containsExactly(
                        "sluice_client_connections{server=\"main\",state=\"active\"} 1",
                        "sluice_client_connections{server=\"main\",state=\"idle\"} 2",
                        "sluice_client_connections{server=\"main\",state=\"half_read\"} 3",
                        "sluice_client_connections_opened_total{server=\"main\"} 40",
                        "sluice_client_connections_closed_total{server=\"main\"} 5",
                        "sluice_client_connections_refused_total{server=\"main\"} 6",
                        "sluice_client_streams{server=\"main\"} 7",
                        "sluice_client_streams_opened_total{server=\"main\"} 8",
                        "sluice_client_tunnels{server=\"main\"} 9",
                        "sluice_client_handshakes_total{server=\"main\",result=\"done\"} 10",
                        "sluice_client_handshakes_total{server=\"main\",result=\"failed\"} 11",
                        "sluice_client_handshake_seconds_total{server=\"main\"} 12.5");
        reading.close();
        assertThat(metrics.prometheus()).doesNotContain("main");
    }
}
