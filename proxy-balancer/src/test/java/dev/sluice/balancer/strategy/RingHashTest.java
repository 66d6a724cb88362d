package dev.sluice.balancer.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.proxy.key.RequestKey;
import java.util.Arrays;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RingHashTest {
    /** The published standard error of the load by the number of points for each member. */
    @ParameterizedTest
    @CsvSource({"1, 0.998", "10, 0.315", "100, 0.0997", "1000, 0.0316"})
    void sharesAreTheMoreEvenTheMorePointsThereAre(int points, double published) {
        int members = 1_000;
        double[] shares = new RingTable(Roster.over(TestPick.of(members).members()), points).shares(members);
        double squares = Arrays.stream(shares)
                .map(share -> share * members - 1)
                .map(difference -> difference * difference)
                .sum();
        // With 1,000 exponential shares the standard deviation itself is exact to 4.5 %.
        assertThat(Math.sqrt(squares / members)).isCloseTo(published, Percentage.withPercentage(8));
        assertThat(Arrays.stream(shares).sum()).isCloseTo(1, within(1e-9));
    }

    @Test
    void anAddedMemberTakesKeysAndNoOtherKeyMoves() {
        TestPick ten = TestPick.of(10);
        TestPick eleven = TestPick.of(11);
        RingHash strategy = new RingHash(RequestKey.path());
        int[] before = ten.owners(ten.prepared(strategy), 11_000);
        int[] after = eleven.owners(eleven.prepared(strategy), 11_000);
        int taken = 0;
        for (int key = 0; key < before.length; key++) {
            assertThat(after[key]).isIn(before[key], 10);
            taken += after[key] == 10 ? 1 : 0;
        }
        assertThat(taken).isBetween(800, 1_200);
    }

    @Test
    void largeWeightsDoNotMakeTheTableLarger() {
        TestPick pick = TestPick.weights(100_000, 300_000);
        assertThat(new RingTable(Roster.over(pick.members()), 160).size()).isLessThanOrEqualTo(1 << 20);
        assertThat(pick.shares(pick.prepared(new RingHash(RequestKey.path())), 4_000)[0])
                .isBetween(850, 1_150);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 100_001})
    void aNumberOfPointsThatMakesNoSenseIsRefused(int points) {
        assertThatThrownBy(() -> new RingHash(HashPolicy.by(RequestKey.path()), points))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("points must be 1 to 100,000: " + points);
    }
}
