package dev.sluice.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.metrics.Meter;
import dev.sluice.proxy.metrics.Metrics;
import dev.sluice.proxy.metrics.MetricsRegistry;
import dev.sluice.proxy.spi.Attempts.Lease;
import dev.sluice.proxy.testing.SimulatedTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
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

    /** The pool changes in the middle of an answer. */
    @Test
    void allNumbersAreOfOneSnapshot() {
        Map<String, List<String>> members = new TreeMap<>();
        Metrics changing = new Metrics() {
            @Override
            public Recorder recorder(Meter meter) {
                return (value, labels) -> {};
            }

            @Override
            public Reading read(List<Meter> meters, Consumer<Recorders> source) {
                source.accept(meter -> {
                    pool.add("http://" + meter.name().replace('_', '-') + ".example");
                    return (value, labels) -> {
                        if (labels.length > 1 && meter.labels().get(1).equals("member")) {
                            members.computeIfAbsent(meter.name(), name -> new ArrayList<>())
                                    .add(labels[1]);
                        }
                    };
                });
                return () -> {};
            }
        };
        PoolMetrics.read(changing, pool);
        assertThat(members).hasSizeGreaterThan(3);
        assertThat(members.values()).allMatch(List.of("a", "b")::equals);
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
