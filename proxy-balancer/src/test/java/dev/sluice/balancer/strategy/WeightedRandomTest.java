package dev.sluice.balancer.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class WeightedRandomTest {
    private final RandomChoice strategy = RandomChoice.byWeight();

    @Test
    void sharesAreByWeightWhateverTheLoad() {
        TestPick pick = TestPick.weights(1, 3).inFlight(0, 9);
        assertThat(pick.shares(pick.prepared(strategy), 10_000)[1]).isBetween(7_500 - 4 * 43, 7_500 + 4 * 43);
    }

    @Test
    void theOthersKeepTheirProportionsWhenMostAreOut() {
        int[] weights = new int[40];
        Arrays.fill(weights, 5);
        weights[3] = 1;
        weights[30] = 3;
        TestPick pick = TestPick.weights(weights);
        for (int i = 0; i < weights.length; i++) {
            if (i != 3 && i != 30) {
                pick.without(i);
            }
        }
        assertThat(pick.shares(pick.prepared(strategy), 10_000)[30]).isBetween(7_500 - 4 * 43, 7_500 + 4 * 43);
    }

    @Test
    void theScanUsesTheEffectiveWeightToo() {
        TestPick pick = TestPick.weights(2, 4).part(1, 0.25);
        // Without a table each draw is a scan: 1 of 3 picks goes to the member in slow start.
        assertThat(pick.shares(strategy, 9_000)[1]).isBetween(3_000 - 4 * 45, 3_000 + 4 * 45);
    }
}
