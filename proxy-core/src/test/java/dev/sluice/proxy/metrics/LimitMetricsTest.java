package dev.sluice.proxy.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.limit.AdaptiveLimit;
import dev.sluice.proxy.limit.ConcurrencyLimit;
import dev.sluice.proxy.limit.FailureLimit;
import dev.sluice.proxy.limit.LimitStatistics;
import dev.sluice.proxy.limit.Limits;
import dev.sluice.proxy.limit.RateLimit;
import dev.sluice.proxy.limit.Shedding;
import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.testing.RecordingListener;
import dev.sluice.proxy.testing.SimulatedTime;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.time.Signal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each limit tells how many requests it has refused, and whom it lets wait. */
@Timeout(60)
class LimitMetricsTest {
    private final SimulatedTime time = new SimulatedTime();
    private final MetricsRegistry metrics = MetricsRegistry.create();
    private final RecordingListener records = new RecordingListener();
    private final List<String> whileAtWork = new ArrayList<>();

    private final ProxyHandler slow = request -> {
        time.advance(Duration.ofSeconds(1));
        return ProxyResponse.of(request.target().path().equals("/refused") ? 403 : 200, "");
    };

    private List<String> lines() {
        return metrics.prometheus()
                .lines()
                .filter(each -> !each.startsWith("#"))
                .toList();
    }

    /** Sends this many requests at once, and returns what the limit shows in the end. */
    private List<String> afterwards(ProxyFilter limit, Supplier<LimitStatistics> statistics, int requests, String path)
            throws Exception {
        LimitMetrics.read(metrics, "own", statistics);
        TestClient client = TestClient.of(Pipeline.builder()
                .time(time)
                .limits(Limits.builder().exchanges(10).clientShare(1).build())
                .addListener(records)
                .addFilter(limit)
                .addRoute("/**", slow)
                .build());
        return time.run(() -> {
            List<Signal> ends = new ArrayList<>();
            for (int i = 0; i < requests; i++) {
                ends.add(time.start("client", () -> {
                    try {
                        client.get(path);
                    } catch (Exception failure) {
                        throw new IllegalStateException(failure);
                    }
                }));
            }
            time.advance(Duration.ZERO);
            whileAtWork.addAll(lines());
            for (Signal each : ends) {
                time.await(each, Long.MAX_VALUE);
            }
            return lines();
        });
    }

    @Test
    void requestsWaitForAPlaceOrAreRefused() throws Exception {
        ConcurrencyLimit limit = ConcurrencyLimit.of(2).withQueue(1);
        assertThat(afterwards(limit, limit::statistics, 5, "/"))
                .containsExactly(
                        "sluice_limit_refused_total{limit=\"own\"} 2",
                        "sluice_limit_waiting{limit=\"own\"} 0",
                        "sluice_limit_at_once{limit=\"own\"} 2");
        assertThat(whileAtWork).contains("sluice_limit_waiting{limit=\"own\"} 1");
        assertThat(records.records()).extracting(each -> each.waitNanos()).containsOnlyOnce(1_000_000_000L);
    }

    @Test
    void onesWhoseTimeToWaitIsOverAreRefusedToo() throws Exception {
        ConcurrencyLimit limit = ConcurrencyLimit.of(1).withQueue(5).withMaxWait(Duration.ofMillis(1_500));
        assertThat(afterwards(limit, limit::statistics, 3, "/"))
                .contains("sluice_limit_refused_total{limit=\"own\"} 1");
    }

    @Test
    void anAdaptiveLimitTellsItsPresentLimit() throws Exception {
        AdaptiveLimit limit = AdaptiveLimit.between(3, 3);
        assertThat(afterwards(limit, limit::statistics, 4, "/"))
                .contains("sluice_limit_refused_total{limit=\"own\"} 1", "sluice_limit_at_once{limit=\"own\"} 3");
        assertThat(AdaptiveLimit.between(3, 50).statistics().atOnce())
                .as("it begins with")
                .hasValue(20);
    }

    @Test
    void aRateHasNoPlaces() throws Exception {
        RateLimit limit = RateLimit.perMinute(3);
        assertThat(afterwards(limit, limit::statistics, 5, "/"))
                .containsExactly(
                        "sluice_limit_refused_total{limit=\"own\"} 2", "sluice_limit_waiting{limit=\"own\"} 0");
    }

    @Test
    void failuresAreALimitToo() throws Exception {
        FailureLimit limit = FailureLimit.perMinute(1);
        afterwards(limit, limit::statistics, 1, "/refused");
        assertThat(limit.statistics().refused()).isZero();
        afterwards(limit, limit::statistics, 3, "/");
        assertThat(limit.statistics().refused()).isEqualTo(3);
    }

    @Test
    void whatIsShedIsCounted() throws Exception {
        Shedding shedding = Shedding.by(request -> Shedding.Priority.LOW);
        assertThat(afterwards(shedding, shedding::statistics, 7, "/"))
                .contains("sluice_limit_refused_total{limit=\"own\"} 2");
    }
}
