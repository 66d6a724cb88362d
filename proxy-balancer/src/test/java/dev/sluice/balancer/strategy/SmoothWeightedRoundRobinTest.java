package dev.sluice.balancer.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.spi.LoadBalancer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class SmoothWeightedRoundRobinTest {
    private final SmoothWeightedRoundRobin strategy = new SmoothWeightedRoundRobin();

    @Test
    void turnsOfAMemberWithALargeWeightAreSpreadOut() {
        TestPick pick = TestPick.weights(5, 1, 1);
        assertThat(pick.ids(pick.prepared(strategy), 14)).isEqualTo("aabacaa".repeat(2));
    }

    @Test
    void sharesAreExactlyByWeight() {
        TestPick pick = TestPick.weights(1, 2, 3, 4);
        assertThat(pick.shares(pick.prepared(strategy), 1_000)).containsExactly(100, 200, 300, 400);
    }

    @Test
    void aMemberThatWasOutDoesNotMakeUpForIt() {
        TestPick pick = TestPick.weights(1, 1, 1).without(2);
        LoadBalancer prepared = pick.prepared(strategy);
        pick.shares(prepared, 300);
        assertThat(pick.with(2).shares(prepared, 300)).containsExactly(100, 100, 100);
    }

    @Test
    void turnsContinueWhenTheTopologyChanges() {
        TestPick pick = TestPick.weights(5, 1, 1);
        LoadBalancer prepared = pick.prepared(strategy);
        StringBuilder ids = new StringBuilder();
        for (int i = 0; i < 7; i++) {
            ids.append(pick.ids(prepared, 1));
            prepared = pick.prepared(pick.prepared(prepared));
        }
        assertThat(ids).hasToString("aabacaa");
    }

    @Test
    void twoPoolsOfOneConfiguredStrategyAreIndependent() {
        TestPick pick = TestPick.weights(1, 1);
        LoadBalancer one = pick.prepared(strategy);
        LoadBalancer other = pick.prepared(strategy);
        assertThat(pick.ids(one, 1) + pick.ids(other, 1)).isEqualTo("aa");
    }

    @Test
    void aFractionOfAWeightIsCountedExactly() {
        TestPick pick = TestPick.weights(1, 1, 2).part(2, 0.25);
        assertThat(pick.shares(pick.prepared(strategy), 1_000)).containsExactly(400, 400, 200);
    }

    @Test
    @Timeout(60)
    void concurrentPicksDoNotInterleave() throws Exception {
        LoadBalancer prepared = TestPick.weights(1, 1).prepared(strategy);
        AtomicInteger first = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> runs = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                runs.add(threads.submit(() -> {
                    TestPick pick = TestPick.weights(1, 1);
                    for (int round = 0; round < 10_000; round++) {
                        first.addAndGet(prepared.pick(pick) == 0 ? 1 : 0);
                    }
                }));
            }
            for (Future<?> run : runs) {
                run.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(first).hasValue(20_000);
    }

    @Test
    @Timeout(10)
    void aPickMayAskTheSameStrategy() {
        TestPick pick = TestPick.weights(1, 1);
        LoadBalancer prepared = pick.prepared(strategy);
        AtomicInteger within = new AtomicInteger(-1);
        pick.whenAsked(() -> within.set(prepared.pick(TestPick.weights(1, 1))));
        assertThat(prepared.pick(pick)).isEqualTo(1);
        assertThat(within).hasValue(0);
    }
}
