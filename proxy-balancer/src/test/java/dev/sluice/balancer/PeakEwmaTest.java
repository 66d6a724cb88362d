package dev.sluice.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class PeakEwmaTest {
    private static final long SECOND = 1_000_000_000L;

    private final PeakEwma latency = new PeakEwma();

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
    void itIsZeroOnlyBeforeTheFirstSample() {
        assertThat(latency.at(0)).isZero();
        latency.add(100, 0);
        assertThat(latency.at(1_000 * SECOND)).isEqualTo(1);
    }
}
