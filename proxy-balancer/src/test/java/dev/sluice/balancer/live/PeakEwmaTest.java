package dev.sluice.balancer.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.balancer.UpstreamPool;
import dev.sluice.proxy.internal.DurationText;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PeakEwmaTest {
    private static final long SECOND = 1_000_000_000L;

    private final PeakEwma latency = new PeakEwma(10 * SECOND);

    @Test
    void aPeakIsFollowedAtOnceAndForgottenSlowly() {
        latency.add(100, 0);
        assertThat(latency.at(0)).isEqualTo(100);
        latency.add(5_000, SECOND);
        assertThat(latency.at(SECOND)).isEqualTo(5_000);
        assertThat(latency.at(11 * SECOND)).isCloseTo(Math.round(5_000 / Math.E), within(10L));
        latency.add(100, 11 * SECOND);
        assertThat(latency.at(11 * SECOND)).isCloseTo(Math.round(5_000 / Math.E + 100 * (1 - 1 / Math.E)), within(10L));
    }

    @Test
    void threeLowLatenciesInARowAreAcceptedAndTheLongestOfThemCounts() {
        latency.add(5_000, 0);
        latency.add(100, 0);
        latency.add(300, 0);
        assertThat(latency.at(0)).as("two low latencies are not enough").isEqualTo(5_000);
        latency.add(200, 0);
        assertThat(latency.at(0)).isEqualTo(300);
    }

    @Test
    void lowLatenciesWithALongerOneBetweenThemAreNotAccepted() {
        for (int i = 0; i < 10; i++) {
            latency.add(5_000, 0);
            latency.add(100, 0);
            latency.add(100, 0);
            latency.add(5_000 / 8 + 1, 0);
            latency.add(100, 0);
        }
        assertThat(latency.at(0)).isEqualTo(5_000);
    }

    @Test
    void forgettingRestartsTheRowOfLowLatencies() {
        latency.add(5_000, 0);
        latency.add(100, 0);
        latency.add(100, 0);
        latency.forget();
        latency.add(5_000, 0);
        latency.add(100, 0);
        assertThat(latency.at(0)).isEqualTo(5_000);
    }

    @Test
    void aTauThatIsOutOfRangeIsRefusedByName() {
        for (Duration tau : List.of(Duration.ZERO, Duration.ofSeconds(-1), Duration.ofMinutes(61))) {
            assertThatThrownBy(() -> UpstreamPool.builder().latencyDecay(tau).build())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("pool latencyDecay")
                    .hasMessageContaining(DurationText.of(tau));
        }
    }

    @Test
    void aFailureStopsTheFading() {
        latency.add(5_000, 0);
        latency.keep(10 * SECOND);
        assertThat(latency.at(10 * SECOND)).isEqualTo(5_000);
    }

    @Test
    void theAverageIsZeroOnlyBeforeTheFirstSample() {
        assertThat(latency.at(0)).isZero();
        latency.add(100, 0);
        assertThat(latency.at(1_000 * SECOND)).isEqualTo(1);
    }
}
