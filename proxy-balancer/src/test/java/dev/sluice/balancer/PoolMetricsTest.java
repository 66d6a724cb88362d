package dev.sluice.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.health.HealthCheck;
import dev.sluice.balancer.retry.Parking;
import dev.sluice.balancer.retry.RetryBudget;
import dev.sluice.balancer.retry.RetryPolicy;
import dev.sluice.balancer.strategy.Strategies;
import dev.sluice.proxy.AttemptRecord;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.metrics.Meter;
import dev.sluice.proxy.metrics.Metrics;
import dev.sluice.proxy.metrics.MetricsRegistry;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.spi.Attempts.Lease;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.SimulatedTime;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestResponse;
import dev.sluice.proxy.time.Signal;
import java.time.Duration;
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
    void theTimeThatARequestWaitsForAMemberIsInItsRecord() throws Exception {
        UpstreamPool empty = UpstreamPool.builder()
                .time(time)
                .parking(Parking.upTo(Duration.ofSeconds(10)))
                .build();
        FakeUpstream late = FakeUpstream.named("late");
        late.failOnce(Outcome.HEAD_FAILED, Delivery.SENT_UNKNOWN);
        TestResponse response = time.run(() -> {
            time.schedule(Duration.ofSeconds(2), () -> {
                empty.add(Member.of(late));
                empty.add(Member.of(FakeUpstream.named("other")));
            });
            return TestClient.of(ReverseProxy.to(empty), time).get("/");
        });
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.record().waitNanos())
                .isEqualTo(Duration.ofSeconds(2).toNanos());
        assertThat(response.record().attempts())
                .extracting(AttemptRecord::reason)
                .startsWith(AttemptRecord.Reason.FIRST)
                .allMatch(each -> each != AttemptRecord.Reason.HEDGE);
    }

    @Test
    void probesAndTheirTimesAreShown() throws Exception {
        FakeUpstream probed = FakeUpstream.named("probed");
        UpstreamPool checked = UpstreamPool.builder()
                .name("checked")
                .time(time)
                .addMember(Member.of(probed))
                .health(HealthCheck.http("/health")
                        .interval(Duration.ofSeconds(10))
                        .jitter(0)
                        .build())
                .build();
        PoolMetrics.read(metrics, checked);
        assertThat(lines("sluice_member_probes_total")).isEmpty();
        int[] asked = {0};
        probed.answer(request -> {
            time.await(new Signal(), time.deadline(Duration.ofMillis(250)));
            return ProxyResponse.of(asked[0]++ == 0 ? 500 : 200, "");
        });
        time.run(() -> {
            time.advance(Duration.ofSeconds(25));
            return "done";
        });
        String member = "{pool=\"checked\",member=\"probed\"";
        assertThat(lines("sluice_member_probes_total"))
                .hasSize(2)
                .contains("sluice_member_probes_total" + member + ",result=\"failed\"} 1");
        assertThat(lines("sluice_member_probe_duration_seconds"))
                .containsExactly("sluice_member_probe_duration_seconds" + member + "} 0.25");
        checked.close();
    }

    @Test
    void theUseOfTheRetryBudgetIsShown() throws Exception {
        assertThat(lines("sluice_pool_retry_budget_used_ratio"))
                .containsExactly("sluice_pool_retry_budget_used_ratio{pool=\"shop\"} 0");
        FakeUpstream failing = FakeUpstream.named("failing");
        failing.answer(request -> {
            throw new ProxyException(Outcome.HEAD_FAILED, Delivery.SENT_UNKNOWN, "broken off");
        });
        UpstreamPool repeats = UpstreamPool.builder()
                .name("repeats")
                .time(time)
                .strategy(Strategies.roundRobin())
                .retry(RetryPolicy.builder().budget(RetryBudget.of(1, 0)).build())
                .addMember(Member.of(failing))
                .addMember(Member.of(FakeUpstream.named("well")))
                .build();
        PoolMetrics.read(metrics, repeats);
        TestClient client = TestClient.of(ReverseProxy.to(repeats), time);
        time.run(() -> {
            for (int i = 0; i < 2; i++) {
                client.get("/");
            }
            return "done";
        });
        assertThat(lines("sluice_pool_retry_budget_used_ratio"))
                .contains("sluice_pool_retry_budget_used_ratio{pool=\"repeats\"} 1");
    }

    @Test
    void parkedRequestsAndPanicAreShown() {
        assertThat(lines("sluice_pool_parked")).containsExactly("sluice_pool_parked{pool=\"shop\"} 0");
        assertThat(lines("sluice_pool_panic")).containsExactly("sluice_pool_panic{pool=\"shop\"} 0");
    }
}
