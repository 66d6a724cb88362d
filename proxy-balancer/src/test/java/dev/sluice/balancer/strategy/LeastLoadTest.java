package dev.sluice.balancer.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LeastLoadTest {
    private final LeastLoad byLatency = new LeastLoad(LoadMetric.PEAK_EWMA);
    private final LeastLoad byRequests = new LeastLoad(LoadMetric.IN_FLIGHT);

    @Test
    void theMemberWhereOneMoreRequestTakesTheLeastTimeIsPicked() {
        TestPick pick = TestPick.weights(1, 1, 1).latencyNanos(60, 20, 100);
        assertThat(pick.inFlight(0, 1, 0).ids(byLatency, 1)).isEqualTo("b");
        assertThat(pick.inFlight(0, 3, 0).ids(byLatency, 1)).isEqualTo("a");
        assertThat(pick.inFlight(1, 5, 0).ids(byLatency, 3)).isEqualTo("ccc");
    }

    @Test
    void theLoadIsDividedByTheWeight() {
        TestPick pick = TestPick.weights(1, 3).latencyNanos(10, 20);
        assertThat(pick.ids(byLatency, 1)).isEqualTo("b");
        assertThat(pick.inFlight(0, 1).ids(byLatency, 1)).isEqualTo("a");
    }

    @Test
    void aMemberThatHasNotAnsweredYetIsTriedAtOnceButOnlyOnce() {
        TestPick pick = TestPick.weights(1, 1, 1).latencyNanos(10, 10, 0);
        assertThat(pick.fill(byLatency, 1)).containsExactly(0, 0, 1);
        assertThat(pick.fill(byLatency, 1_000)).containsExactly(500, 500, 1);
        assertThat(pick.latencyNanos(10, 10, 10).fill(byLatency, 1)[2]).isEqualTo(2);
    }

    @Test
    void membersThatHaveNotAnsweredYetAreFilledByWeight() {
        assertThat(TestPick.weights(1, 1, 2).fill(byLatency, 400)).containsExactly(100, 100, 200);
    }

    @Test
    void aMemberInSlowStartHasItsShareOfABusyPoolAlthoughItIsTheLeastLoaded() {
        TestPick pick = TestPick.weights(1, 1, 1, 1).part(3, 0.1);
        int[] shares = BusyPool.shares(pick, byRequests, 6, 31_000);
        // 0.1 of 3.1: the standard deviation is 31.
        assertThat(shares[3]).isBetween(1_000 - 4 * 31, 1_000 + 4 * 31);
    }

    @Test
    void aMemberInSlowStartThatIsBusierThanTheOthersIsNotPicked() {
        TestPick pick = TestPick.weights(1, 1, 1).inFlight(3, 2, 3).part(2, 0.9);
        assertThat(pick.ids(byRequests, 50)).isEqualTo("b".repeat(50));
    }

    @Test
    void membersInSlowStartAreFilledByTheirEffectiveWeights() {
        TestPick pick = TestPick.weights(1, 1, 2).part(0, 0.5).part(1, 0.25).part(2, 0.5);
        assertThat(pick.fill(byRequests, 700)).containsExactly(200, 100, 400);
    }
}
