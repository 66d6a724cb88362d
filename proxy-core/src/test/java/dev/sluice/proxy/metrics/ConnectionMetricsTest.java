package dev.sluice.proxy.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.connect.ConnectionStatistics;
import org.junit.jupiter.api.Test;

class ConnectionMetricsTest {
    @Test
    void allNumbersAreOfOneMoment() {
        MetricsRegistry metrics = MetricsRegistry.create();
        int[] asked = {0};
        ConnectionMetrics.read(metrics, "main", () -> {
            int now = ++asked[0];
            return new ConnectionStatistics(now, now, now, now, now, now, now, now, now, now, now, now, now, now);
        });
        metrics.prometheus();
        assertThat(metrics.prometheus().lines().filter(each -> !each.startsWith("#")))
                .hasSize(14)
                .allMatch(each -> each.endsWith(" 2"));
    }

    @Test
    void eachNumberOfTheStatisticsIsShown() {
        MetricsRegistry metrics = MetricsRegistry.create();
        ConnectionStatistics statistics = new ConnectionStatistics(1, 2, 3, 4, 50, 6, 7, 8, 9, 10, 11, 12, 13, 14);
        Metrics.Reading reading = ConnectionMetrics.read(metrics, "main", () -> statistics);
        assertThat(metrics.prometheus().lines().filter(each -> !each.startsWith("#")))
                .containsExactly(
                        "sluice_origin_connections{transport=\"main\",state=\"active\"} 1",
                        "sluice_origin_connections{transport=\"main\",state=\"idle\"} 2",
                        "sluice_origin_connections{transport=\"main\",state=\"unpooled\"} 3",
                        "sluice_origin_connections_opened_total{transport=\"main\"} 50",
                        "sluice_origin_connections_reused_total{transport=\"main\"} 6",
                        "sluice_origin_connections_failed_total{transport=\"main\"} 7",
                        "sluice_origin_connections_closed_total{transport=\"main\",reason=\"in_use\"} 9",
                        "sluice_origin_connections_closed_total{transport=\"main\",reason=\"idle\"} 10",
                        "sluice_origin_connections_closed_total{transport=\"main\",reason=\"expired\"} 11",
                        "sluice_origin_connections_closed_total{transport=\"main\",reason=\"dead\"} 12",
                        "sluice_origin_connections_closed_total{transport=\"main\",reason=\"moved\"} 13",
                        "sluice_origin_connections_closed_total{transport=\"main\",reason=\"surplus\"} 14",
                        "sluice_origin_connections_waiting{transport=\"main\"} 4",
                        "sluice_origin_connections_turned_away_total{transport=\"main\"} 8");
        reading.close();
        assertThat(metrics.prometheus()).doesNotContain("main");
    }
}
