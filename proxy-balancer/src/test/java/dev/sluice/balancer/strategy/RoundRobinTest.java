package dev.sluice.balancer.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RoundRobinTest {
    private final RoundRobin strategy = new RoundRobin();

    @Test
    void membersTakeTurnsWhateverTheirWeight() {
        assertThat(TestPick.weights(1, 5, 1).ids(strategy, 7)).isEqualTo("abcabca");
    }

    @Test
    void theShareOfAMemberThatIsOutGoesEquallyToAllOthers() {
        TestPick pick = TestPick.weights(1, 1, 1, 1).without(1);
        assertThat(pick.shares(strategy, 300)).containsExactly(100, 0, 100, 100);
    }

    @Test
    void ticketsMayOverflowToNegative() {
        assertThat(TestPick.weights(1, 1, 1, 1).ticket(Long.MAX_VALUE - 1).ids(strategy, 4))
                .isEqualTo("cdab");
    }

    @Test
    void theTurnsThatAMemberInSlowStartSkipsGoEquallyToAllOthers() {
        TestPick pick = TestPick.weights(1, 1, 1, 1, 1).part(2, 0.5);
        int[] shares = pick.shares(strategy, 9_000);
        // The parts are 1, 1, 0.5, 1, 1. The standard deviation of the count is about 40.
        assertThat(shares[2]).isBetween(1_000 - 4 * 40, 1_000 + 4 * 40);
        assertThat(shares[3]).isBetween(2_000 - 4 * 40, 2_000 + 4 * 40);
        assertThat(shares[4]).isBetween(2_000 - 4 * 40, 2_000 + 4 * 40);
    }
}
