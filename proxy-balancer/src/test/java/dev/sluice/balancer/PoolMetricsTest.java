package dev.sluice.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.metrics.Metrics;
import dev.sluice.proxy.metrics.MetricsRegistry;
import dev.sluice.proxy.spi.Attempts.Lease;
import dev.sluice.proxy.testing.SimulatedTime;
import java.util.List;
import org.junit.jupiter.api.Test;

class PoolMetricsTest {
    private final SimulatedTime time = new SimulatedTime();
    private final MetricsRegistry metrics = MetricsRegistry.create();
    private final UpstreamPool pool = PoolDriver.members(time, "a", "b")
            .name("shop")
            .addListener(PoolMetrics.events(metrics, "shop"))
            .build();
    private final PoolDriver driver = new PoolDriver(pool, time);
    private final Metrics.Reading reading = PoolMetrics.read(metrics, pool);

    private List<String> lines(String name) {
        return metrics.prometheus()
                .lines()
                .filter(each -> each.startsWith(name + '{'))
                .toList();
    }

    private String line(String name, String member) {
        return lines(name).stream()
                .filter(each -> each.contains("member=\"" + member + '"'))
                .findFirst()
                .orElse("none");
    }

    @Test
    void aMemberHasItsNumbers() {
        Lease lease = driver.leaseOf("a");
        assertThat(line("sluice_member_in_flight", "a")).endsWith(" 1");
        assertThat(lines("sluice_pool_in_flight")).containsExactly("sluice_pool_in_flight{pool=\"shop\"} 1");
        lease.end(Outcome.CONNECT_FAILED, 0);
        assertThat(line("sluice_member_failures_total", "a")).endsWith(" 1");
        assertThat(line("sluice_member_requests_total", "a"))
                .endsWith(" " + driver.member("a").requests());
        pool.update(change -> change.weight("b", 7));
        assertThat(line("sluice_member_weight", "b")).isEqualTo("sluice_member_weight{pool=\"shop\",member=\"b\"} 7");
    }

    @Test
    void aMemberIsInOneStateAndEachStateHasANumber() {
        driver.fail("a", 30);
        assertThat(line("sluice_member_state", "a"))
                .isEqualTo("sluice_member_state{pool=\"shop\",member=\"a\",state=\"ejected\"} 1");
        assertThat(lines("sluice_pool_members"))
                .hasSize(PoolSnapshot.Condition.values().length)
                .contains(
                        "sluice_pool_members{pool=\"shop\",state=\"ejected\"} 1",
                        "sluice_pool_members{pool=\"shop\",state=\"up\"} 1",
                        "sluice_pool_members{pool=\"shop\",state=\"draining\"} 0");
        assertThat(lines("sluice_pool_events_total"))
                .contains(
                        "sluice_pool_events_total{pool=\"shop\",kind=\"added\"} 2",
                        "sluice_pool_events_total{pool=\"shop\",kind=\"ejected\"} 1");
    }

    @Test
    void aMemberThatHasLeftIsGone() {
        pool.remove("a");
        assertThat(line("sluice_member_requests_total", "a")).isEqualTo("none");
        assertThat(line("sluice_member_requests_total", "b")).isNotEqualTo("none");
        reading.close();
        assertThat(lines("sluice_pool_in_flight")).isEmpty();
    }

    @Test
    void parkedRequestsAndPanicAreShown() {
        assertThat(lines("sluice_pool_parked")).containsExactly("sluice_pool_parked{pool=\"shop\"} 0");
        assertThat(lines("sluice_pool_panic")).containsExactly("sluice_pool_panic{pool=\"shop\"} 0");
    }
}
