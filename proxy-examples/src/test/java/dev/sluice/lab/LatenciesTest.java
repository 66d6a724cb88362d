package dev.sluice.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LatenciesTest {
    @ParameterizedTest
    @ValueSource(longs = {0, 1, 31, 32, 33, 1_000, 1_234_567, 60_000_000_000L, Long.MAX_VALUE})
    void aTimeIsKeptToThreePercent(long nanos) {
        Latencies latencies = new Latencies();
        latencies.add(nanos);
        assertThat(latencies.percentileMicros(50)).isCloseTo(nanos / 1e3, within(nanos * 0.0313 / 1e3));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 255, 256, 257, 1_234_567, 60_000_000_000L, Long.MAX_VALUE})
    void aTimeIsKeptToLessThanHalfAPercentIfThatIsWanted(long nanos) {
        Latencies latencies = Latencies.precise();
        latencies.add(nanos);
        assertThat(latencies.percentileMicros(50)).isCloseTo(nanos / 1e3, within(nanos * 0.004 / 1e3));
    }

    @Test
    void aPercentileMayBeAFraction() {
        Latencies latencies = Latencies.precise();
        for (int i = 0; i < 1_000; i++) {
            latencies.add(i < 999 ? 128 : 8_192);
        }
        assertThat(latencies.percentileMicros(99.9)).isEqualTo(0.128);
        assertThat(latencies.percentileMicros(99.91)).isEqualTo(8.192);
    }

    @Test
    void timesOfAnotherPrecisionAreNotAdded() {
        assertThatThrownBy(() -> new Latencies().add(Latencies.precise()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("times are counted with 5 bits, not with 8");
    }

    @Test
    void percentilesCountAllAddedTimes() {
        Latencies all = new Latencies();
        for (int i = 0; i < 100; i++) {
            Latencies one = new Latencies();
            one.add(i < 50 ? 8_192 : i < 99 ? 16_384 : 1_048_576);
            all.add(one);
        }
        assertThat(all.count()).isEqualTo(100);
        assertThat(all.percentileMicros(50)).isEqualTo(8.192);
        assertThat(all.percentileMicros(99)).isEqualTo(16.384);
        assertThat(all.percentileMicros(100)).isEqualTo(1_048.576);
    }

    @Test
    void withoutTimesThePercentileIsZero() {
        assertThat(new Latencies().percentileMicros(99)).isZero();
    }
}
