package dev.sluice.balancer.attempt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LatencyQuantileTest {
    private static final long MILLI = 1_000_000L;
    private static final long SECOND = 1_000_000_000L;

    @ParameterizedTest
    @CsvSource({"0.5, 500", "0.95, 950", "0.99, 990"})
    void itIsWithinATenthOfTheTruth(double part, long millis) {
        LatencyQuantile quantile = new LatencyQuantile(part, 0);
        for (int i = 1; i <= 1_000; i++) {
            quantile.add(i * MILLI, 0);
        }
        assertThat(quantile.nanos(0)).isCloseTo(millis * MILLI, withinPercentage(10));
    }

    @Test
    void tooFewSamplesGiveNoQuantile() {
        LatencyQuantile quantile = new LatencyQuantile(0.5, 0);
        for (int i = 0; i < 99; i++) {
            quantile.add(MILLI, 0);
        }
        assertThat(quantile.nanos(0)).isZero();
        quantile.add(MILLI, 0);
        assertThat(quantile.nanos(0)).as("computed a moment ago").isZero();
        assertThat(quantile.nanos(SECOND / 10)).isCloseTo(MILLI, withinPercentage(10));
    }

    @Test
    void oldSamplesAreForgotten() {
        LatencyQuantile quantile = new LatencyQuantile(0.5, 0);
        for (int turn = 0; turn < 3; turn++) {
            for (int i = 0; i < 200; i++) {
                quantile.add((turn == 0 ? 900 : 10) * MILLI, turn * 10 * SECOND);
            }
        }
        assertThat(quantile.nanos(20 * SECOND)).isCloseTo(10 * MILLI, withinPercentage(10));
        quantile.add(500 * MILLI, 100 * SECOND);
        assertThat(quantile.nanos(100 * SECOND)).as("a single sample").isZero();
    }

    @Test
    void extremesStayInTheFirstAndTheLastBucket() {
        LatencyQuantile quantile = new LatencyQuantile(0.99, 0);
        for (int i = 0; i < 200; i++) {
            quantile.add(i % 2 == 0 ? 0 : Long.MAX_VALUE, 0);
        }
        assertThat(quantile.nanos(0)).isPositive();
    }
}
