package dev.sluice.balancer.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class RandomChoiceTest {
    private final RandomChoice strategy = RandomChoice.even();

    @Test
    void membersGetEqualSharesWhateverTheirLoadAndWeight() {
        TestPick pick = TestPick.weights(1, 5, 1, 1).inFlight(0, 9, 0, 0);
        // 10,000 draws of 1/4: the standard deviation is 43.
        assertThat(Arrays.stream(pick.shares(pick.prepared(strategy), 10_000)))
                .allMatch(share -> Math.abs(share - 2_500) < 4 * 43);
        assertThat(Arrays.stream(pick.shares(strategy, 10_000))).allMatch(share -> Math.abs(share - 2_500) < 4 * 43);
    }
}
