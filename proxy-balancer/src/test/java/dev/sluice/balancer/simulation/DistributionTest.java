package dev.sluice.balancer.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class DistributionTest {
    private static final int DRAWS = 200_000;

    /** Mean, median and 99 % in milliseconds, as the distributions' formulas give them. */
    static Stream<Arguments> latencies() {
        return Stream.of(
                Arguments.of("fixed", Latency.fixed(millis(10)), 10, 10, 10),
                Arguments.of("uniform", Latency.uniform(millis(10), millis(20)), 15, 15, 19.9),
                Arguments.of("exponential", Latency.exponential(millis(10)), 10, 6.931, 46.05),
                Arguments.of("normal", Latency.normal(millis(167), millis(5)), 167, 167, 178.6),
                Arguments.of("truncated", Latency.normal(millis(1), millis(100)), 80.3, 68.0, 258.3),
                Arguments.of("log-normal", Latency.logNormal(millis(10), millis(100)), 16.32, 10, 100),
                Arguments.of(
                        "mixed", Latency.fixed(millis(10)).mixed(0.02, Latency.fixed(millis(500))), 19.8, 10, 500));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("latencies")
    void latenciesHaveTheirDistribution(String name, Latency latency, double mean, double median, double p99) {
        SplitMix random = new SplitMix(1);
        SimulationResult.Latencies histogram = new SimulationResult.Latencies();
        for (int i = 0; i < DRAWS; i++) {
            histogram.add(latency.nanos(random));
        }

        assertThat(histogram.mean().toNanos() / 1e6).isCloseTo(mean, within(0.02 * mean));
        assertThat(histogram.percentile(50).toNanos() / 1e6).isCloseTo(median, within(0.02 * median));
        assertThat(histogram.percentile(99).toNanos() / 1e6).isCloseTo(p99, within(0.03 * p99));
    }

    @ParameterizedTest
    @CsvSource({"0, 7", "1, 7", "63, 7", "64, 1", "1000003, 3", "123456789012, 1", "9223372036854775806, 1"})
    void aHistogramIsRightToOnePercent(long nanos, int times) {
        SimulationResult.Latencies histogram = new SimulationResult.Latencies();
        for (int i = 0; i < times; i++) {
            histogram.add(nanos);
        }
        histogram.add(Long.MAX_VALUE);

        assertThat((double) histogram.percentile(1).toNanos()).isCloseTo(nanos, within(0.0079 * nanos));
        assertThat(histogram.percentile(100)).isGreaterThanOrEqualTo(histogram.percentile(1));
        assertThat(histogram.within(Duration.ofNanos(nanos))).isGreaterThanOrEqualTo(times);
    }

    @Test
    void percentilesAreTheSameAsInASortedList() {
        SimulationResult.Latencies histogram = new SimulationResult.Latencies();
        for (int i = 1; i <= 1_000; i++) {
            histogram.add(i <= 999 ? 1 : 50);
        }

        assertThat(histogram.percentile(99.9)).isEqualTo(Duration.ofNanos(1));
        assertThat(histogram.percentile(99.91)).isEqualTo(Duration.ofNanos(50));
        assertThat(new SimulationResult.Latencies().percentile(50)).isEqualTo(Duration.ZERO);
    }

    @Test
    void keysFollowZipfsLaw() {
        Keys keys = Keys.zipf(10, 1);
        SplitMix random = new SplitMix(1);
        Map<String, Integer> counts = new HashMap<>();
        for (int i = 0; i < DRAWS; i++) {
            counts.merge(keys.key(i, random), 1, Integer::sum);
        }

        // 1 / (1 + 1/2 + ... + 1/10) is 0.3414.
        assertThat(counts.get("key-0") / (double) DRAWS).isCloseTo(0.3414, within(0.01));
        assertThat(counts.get("key-9") / (double) DRAWS).isCloseTo(0.0341, within(0.003));
        assertThat(counts).hasSize(10);
    }

    /** The first numbers of SplitMix64 with seed 1234567, as its authors' C code gives them. */
    @Test
    void randomNumbersAreTheAlgorithmsPublishedOnes() {
        SplitMix random = new SplitMix(1234567);

        assertThat(new long[] {random.nextLong(), random.nextLong(), random.nextLong()})
                .containsExactly(
                        6457827717110365317L, 3203168211198807973L, Long.parseUnsignedLong("9817491932198370423"));
    }

    private static Duration millis(long count) {
        return Duration.ofMillis(count);
    }
}
