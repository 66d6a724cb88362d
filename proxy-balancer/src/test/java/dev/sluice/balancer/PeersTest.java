package dev.sluice.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.PoolDriver.Call;
import dev.sluice.balancer.health.EjectionPolicy;
import dev.sluice.balancer.strategy.Strategies;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.spi.Attempts.Lease;
import dev.sluice.proxy.testing.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Members that do worse than the others, but never fail often enough in a row. */
class PeersTest {
    private final ManualTime time = new ManualTime();
    private final List<String> events = new ArrayList<>();

    @Test
    void aMemberThatFailsMoreOftenThanItsPeersIsTakenOut() {
        PoolDriver driver = driver(EjectionPolicy.DEFAULT);
        for (int i = 0; i < 1_200; i++) {
            time.advance(Duration.ofMillis(10));
            Call call = driver.call("GET");
            Lease lease = call.begin();
            boolean fails = lease.upstream().id().equals("c") && i % 2 == 0;
            call.end(lease, fails ? Outcome.HEAD_FAILED : Outcome.COMPLETED);
        }
        assertThat(events).hasSize(1);
        assertThat(events.get(0)).startsWith("EJECTED c: ").endsWith("; out for 10 s");
    }

    @Test
    void aMemberThatIsSlowerThanItsPeersIsTakenOutIfConfigured() {
        PoolDriver driver =
                driver(EjectionPolicy.builder().latencyFactor(3).minRequests(20).build());
        for (int i = 0; i < 1_200; i++) {
            Call call = driver.call("GET");
            Lease lease = call.begin();
            time.advance(Duration.ofMillis(lease.upstream().id().equals("c") ? 400 : 10));
            call.end(lease, Outcome.COMPLETED);
        }
        assertThat(events.get(0)).startsWith("EJECTED c: ");
    }

    @Test
    void equalMembersStayInUse() {
        PoolDriver driver = driver(EjectionPolicy.DEFAULT);
        for (int i = 0; i < 1_200; i++) {
            time.advance(Duration.ofMillis(10));
            driver.attempt(i % 11 == 0 ? Outcome.HEAD_FAILED : Outcome.COMPLETED);
        }
        assertThat(events).isEmpty();
    }

    private PoolDriver driver(EjectionPolicy policy) {
        UpstreamPool pool = PoolDriver.members(time, "a", "b", "c", "d", "e")
                .strategy(Strategies.roundRobin())
                .ejection(policy)
                .addListener(event -> events.add(event.kind() + " " + event.member() + ": " + event.reason()))
                .build();
        events.clear();
        return new PoolDriver(pool, time);
    }
}
