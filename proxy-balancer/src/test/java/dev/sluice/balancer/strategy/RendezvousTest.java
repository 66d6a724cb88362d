package dev.sluice.balancer.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.key.RequestKey;
import org.junit.jupiter.api.Test;

class RendezvousTest {
    private final Rendezvous strategy = new Rendezvous(RequestKey.path());

    @Test
    void sharesAreByWeight() {
        TestPick pick = TestPick.weights(1, 2, 7);
        int[] shares = pick.shares(pick.prepared(strategy), 10_000);
        assertThat(shares[0]).isBetween(1_000 - 4 * 30, 1_000 + 4 * 30);
        assertThat(shares[2]).isBetween(7_000 - 4 * 46, 7_000 + 4 * 46);
    }

    @Test
    void anotherWeightMovesKeysOnlyFromOrToThatMember() {
        TestPick light = TestPick.weights(1, 1, 1, 1);
        TestPick heavy = TestPick.weights(1, 1, 4, 1);
        int[] before = light.owners(light.prepared(strategy), 5_000);
        int[] after = heavy.owners(heavy.prepared(strategy), 5_000);
        for (int key = 0; key < before.length; key++) {
            assertThat(after[key]).isIn(before[key], 2);
        }
    }

    @Test
    void unpreparedAndPreparedStrategiesAgree() {
        TestPick pick = TestPick.weights(1, 2, 3);
        assertThat(pick.owners(strategy, 500)).isEqualTo(pick.owners(pick.prepared(strategy), 500));
    }
}
