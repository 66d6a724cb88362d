package dev.sluice.balancer.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.LoadBalancer;
import org.junit.jupiter.api.Test;

class SmoothWeightedRoundRobinTest {
    private final SmoothWeightedRoundRobin strategy = new SmoothWeightedRoundRobin();

    @Test
    void turnsOfAHeavyMemberAreSpreadOut() {
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
    void turnsGoOnWhereTheyWereWhenTheTopologyChanges() {
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
    void oneConfiguredStrategyServesTwoPoolsApart() {
        TestPick pick = TestPick.weights(1, 1);
        LoadBalancer one = pick.prepared(strategy);
        LoadBalancer other = pick.prepared(strategy);
        assertThat(pick.ids(one, 1) + pick.ids(other, 1)).isEqualTo("aa");
    }
}
