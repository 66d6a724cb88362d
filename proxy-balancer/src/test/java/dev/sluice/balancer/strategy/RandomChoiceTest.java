package dev.sluice.balancer.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class RandomChoiceTest {
    private final RandomChoice strategy = new RandomChoice();

    @Test
    void equalMembersGetEqualSharesWhateverTheirLoad() {
        TestPick pick = TestPick.weights(1, 1, 1, 1).inFlight(0, 9, 0, 0);
        // 10,000 draws of 1/4: the standard deviation is 43.
        assertThat(Arrays.stream(pick.shares(pick.prepared(strategy), 10_000)))
                .allMatch(share -> Math.abs(share - 2_500) < 4 * 43);
    }

    @Test
    void sharesAreByWeight() {
        TestPick pick = TestPick.weights(1, 3);
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
}
