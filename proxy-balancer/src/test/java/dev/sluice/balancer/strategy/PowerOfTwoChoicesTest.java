package dev.sluice.balancer.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.LoadBalancer;
import org.junit.jupiter.api.Test;

class PowerOfTwoChoicesTest {
    private final PowerOfTwoChoices strategy = new PowerOfTwoChoices();

    @Test
    void ofTwoMembersTheLessLoadedIsAlwaysPicked() {
        TestPick pick = TestPick.weights(1, 1).inFlight(2, 1);
        assertThat(pick.shares(pick.prepared(strategy), 100)).containsExactly(0, 100);
    }

    @Test
    void theMostLoadedMemberIsNeverPickedAndTheLeastLoadedIsNotEverybodysChoice() {
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
    void inFlightCountsForTheWeight() {
        TestPick pick = TestPick.weights(1, 4).inFlight(1, 3);
        assertThat(pick.ids(pick.prepared(strategy), 5)).isEqualTo("bbbbb");
    }

    @Test
    void requestsThatStayFillMembersFarMoreEvenlyThanByChance() {
        TestPick pick = TestPick.weights(1, 1, 1, 1, 1, 1, 1, 1, 1, 1);
        LoadBalancer prepared = pick.prepared(strategy);
        for (int i = 0; i < 1_000; i++) {
            pick.members().get(prepared.pick(pick)).begin();
        }
        assertThat(pick.members()).allMatch(member -> Math.abs(member.inFlight() - 100) <= 4);
    }
}
