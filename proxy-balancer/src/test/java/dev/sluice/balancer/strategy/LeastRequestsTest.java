package dev.sluice.balancer.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LeastRequestsTest {
    private final LeastRequests strategy = new LeastRequests();

    @Test
    void theMemberWithTheFewestInFlightIsPicked() {
        assertThat(TestPick.weights(1, 1, 1, 1).inFlight(3, 2, 1, 2).ids(strategy, 3))
                .isEqualTo("ccc");
    }

    @Test
    void requestsInFlightAreDividedByTheWeight() {
        assertThat(TestPick.weights(1, 4).inFlight(1, 3).ids(strategy, 1)).isEqualTo("b");
        assertThat(TestPick.weights(1, 4).inFlight(1, 5).ids(strategy, 1)).isEqualTo("a");
    }

    @Test
    void equallyLoadedMembersShareByWeight() {
        TestPick pick = TestPick.weights(1, 1, 2).inFlight(2, 2, 4);
        int[] shares = pick.shares(strategy, 10_000);
        assertThat(shares[0]).isBetween(2_500 - 4 * 43, 2_500 + 4 * 43);
        assertThat(shares[2]).isBetween(5_000 - 4 * 50, 5_000 + 4 * 50);
    }

    @Test
    void requestsThatStayFillMembersEvenly() {
        TestPick pick = TestPick.weights(1, 2, 3);
        for (int i = 0; i < 600; i++) {
            pick.begin(strategy.pick(pick));
        }
        assertThat(pick.members()).extracting(TestPick.TestMember::inFlight).containsExactly(100, 200, 300);
    }
}
