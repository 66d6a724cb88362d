package dev.sluice.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.health.EjectionPolicy;
import dev.sluice.balancer.strategy.Strategies;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.spi.Attempts.Lease;
import dev.sluice.proxy.spi.LoadBalancer;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PoolConcurrencyTest {
    private static final int THREADS = 4;
    private static final int UPDATES = 100;
    private static final int ROUNDS_PER_UPDATE = 50;

    private final ManualTime time = new ManualTime();
    private final AtomicBoolean stop = new AtomicBoolean();
    private final AtomicInteger clean = new AtomicInteger();

    static List<LoadBalancer> strategies() {
        return List.of(
                Strategies.roundRobin(),
                Strategies.smoothWeightedRoundRobin(),
                Strategies.randomChoice(),
                Strategies.leastRequests(),
                Strategies.powerOfTwoChoices());
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void noCountIsLostWhileTheTopologyChangesUnderLoad(LoadBalancer strategy) throws InterruptedException {
        UpstreamPool pool = PoolDriver.members(time, "a", "b", "c")
                .strategy(strategy)
                .ejection(EjectionPolicy.builder().failures(2).build())
                .build();
        PoolDriver driver = new PoolDriver(pool, time);
        List<Signal> workers = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            long seed = i;
            workers.add(TimeSource.system().start("worker", () -> work(driver, new SplittableRandom(seed), seed == 0)));
        }
        for (Signal worker : workers) {
            assertThat(TimeSource.system().await(worker, deadline())).isTrue();
        }
        assertThat(clean).hasValue(THREADS);
        assertThat(pool.snapshot().members()).isNotEmpty().allMatch(member -> member.inFlight() == 0);
    }

    private static void update(UpstreamPool pool, int update) {
        switch (update % 4) {
            case 0 -> pool.add(Member.of(FakeUpstream.named("d")));
            case 1 -> pool.update(change -> change.weight("a", update));
            case 2 -> pool.remove("d");
            default -> pool.update(change -> change.weight("b", update));
        }
    }

    /**
     * Holds a few leases at a time, and ends each twice. One of the workers also changes the topology, and ends the
     * test.
     */
    private void work(PoolDriver driver, SplittableRandom random, boolean changes) {
        List<Lease> open = new ArrayList<>();
        for (int round = 0; !stop.get(); round++) {
            open.add(driver.call("GET").begin());
            if (open.size() > 5) {
                Lease lease = open.remove(random.nextInt(open.size()));
                Outcome outcome = random.nextInt(3) == 0 ? Outcome.HEAD_FAILED : Outcome.COMPLETED;
                lease.end(outcome, time.nanos());
                lease.end(outcome, time.nanos());
            }
            if (changes && round % ROUNDS_PER_UPDATE == 0) {
                update(driver.pool(), round / ROUNDS_PER_UPDATE);
                stop.set(round == UPDATES * ROUNDS_PER_UPDATE);
            }
        }
        open.forEach(lease -> lease.end(Outcome.COMPLETED, time.nanos()));
        clean.incrementAndGet();
    }

    private static long deadline() {
        return TimeSource.system().deadline(Duration.ofSeconds(20));
    }
}
