package dev.sluice.balancer.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.spi.LoadBalancer;
import java.util.concurrent.atomic.AtomicBoolean;
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
    @Timeout(10)
    void concurrentPicksDoNotInterleave() throws InterruptedException {
        TestPick pick = TestPick.weights(1, 1);
        LoadBalancer prepared = pick.prepared(strategy);
        AtomicInteger second = new AtomicInteger(-1);
        Thread other = new Thread(() -> second.set(prepared.pick(TestPick.weights(1, 1))));
        AtomicBoolean waited = new AtomicBoolean();
        pick.whenAsked(() -> {
            other.start();
            while (other.isAlive() && other.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            waited.set(other.isAlive());
        });
        assertThat(prepared.pick(pick)).isZero();
        other.join();
        assertThat(waited).isTrue();
        assertThat(second).hasValue(1);
    }
}
