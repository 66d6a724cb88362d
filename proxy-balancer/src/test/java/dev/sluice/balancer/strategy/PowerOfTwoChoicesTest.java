package dev.sluice.balancer.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.spi.LoadBalancer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PowerOfTwoChoicesTest {
    private final PowerOfTwoChoices strategy = new PowerOfTwoChoices();

    @Test
    void ofTwoMembersTheLessLoadedIsAlwaysPicked() {
        TestPick pick = TestPick.weights(1, 1).inFlight(2, 1);
        assertThat(pick.shares(pick.prepared(strategy), 100)).containsExactly(0, 100);
    }

    @Test
    void theMostLoadedMemberIsNeverPickedAndTheLeastLoadedNotAlways() {
        TestPick pick = TestPick.weights(1, 1, 1).inFlight(0, 1, 2);
        int[] shares = pick.shares(pick.prepared(strategy), 9_000);
        assertThat(shares[2]).isZero();
        // The least loaded is among the two in 2 of 3 draws: the standard deviation is 45.
        assertThat(shares[0]).isBetween(6_000 - 4 * 45, 6_000 + 4 * 45);
    }

    @Test
    void anIdlePoolSharesByWeight() {
        TestPick pick = TestPick.weights(1, 3);
        assertThat(pick.shares(pick.prepared(strategy), 10_000)[1]).isBetween(7_500 - 4 * 43, 7_500 + 4 * 43);
    }

    @Test
    void requestsInFlightAreDividedByTheWeight() {
        TestPick pick = TestPick.weights(1, 4).inFlight(1, 3);
        assertThat(pick.ids(pick.prepared(strategy), 5)).isEqualTo("bbbbb");
    }

    @Test
    void requestsThatStayFillMembersMuchMoreEvenlyThanRandomPicks() {
        TestPick pick = TestPick.weights(1, 1, 1, 1, 1, 1, 1, 1, 1, 1);
        LoadBalancer prepared = pick.prepared(strategy);
        for (int i = 0; i < 1_000; i++) {
            pick.begin(prepared.pick(pick));
        }
        assertThat(pick.members()).allMatch(member -> Math.abs(member.inFlight() - 100) <= 4);
    }

    @Test
    void thePoolIsFilledInProportionToTheMetricAndWeights() {
        TestPick pick = TestPick.weights(1, 1).latencyNanos(10, 30);
        LoadBalancer byLatency = pick.prepared(new PowerOfTwoChoices(LoadMetric.PEAK_EWMA));
        assertThat(pick.fill(byLatency, 400)).containsExactly(300, 100);
    }

    @Test
    void withThreeChoicesOfThreeTheLeastLoadedIsAlwaysPicked() {
        TestPick pick = TestPick.weights(1, 1, 1).inFlight(2, 0, 1);
        LoadBalancer bestOfThree = pick.prepared(PowerOfTwoChoices.bestOf(3, LoadMetric.IN_FLIGHT));
        assertThat(pick.ids(bestOfThree, 20)).isEqualTo("b".repeat(20));
    }

    @Test
    void moreChoicesThanMembersMeansAllMembers() {
        TestPick pick = TestPick.weights(1, 1).inFlight(1, 0);
        assertThat(pick.ids(pick.prepared(PowerOfTwoChoices.bestOf(9, LoadMetric.IN_FLIGHT)), 5))
                .isEqualTo("bbbbb");
    }

    @Test
    void aMemberInSlowStartHasItsShareOfABusyPoolAlthoughItIsTheLeastLoaded() {
        TestPick pick = TestPick.weights(1, 1, 1, 1).part(3, 0.1);
        int[] shares = BusyPool.shares(pick, pick.prepared(strategy), 6, 31_000);
        // 0.1 of 3.1: as the second of two it would have half as many as the others.
        assertThat(shares[3]).isBetween(700, 1_150);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 17})
    void aNumberOfChoicesThatMakesNoSenseIsRefused(int choices) {
        assertThatThrownBy(() -> PowerOfTwoChoices.bestOf(choices, LoadMetric.IN_FLIGHT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("choices must be 2 to 16: " + choices);
    }
}
