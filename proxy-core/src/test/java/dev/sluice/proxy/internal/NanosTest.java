package dev.sluice.proxy.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class NanosTest {
    @Test
    void aTimeBeyondTheRangeBecomesTheLongest() {
        assertThat(Nanos.of(Duration.ofNanos(7))).isEqualTo(7);
        assertThat(Nanos.of(Duration.ofDays(1_000_000))).isEqualTo(Long.MAX_VALUE);
        assertThat(Nanos.after(5, 6)).isEqualTo(11);
        assertThat(Nanos.after(5, Duration.ofNanos(6))).isEqualTo(11);
        assertThat(Nanos.after(5, Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
        assertThat(Nanos.after(5, Duration.ofDays(1_000_000))).isEqualTo(Long.MAX_VALUE);
        assertThat(Nanos.after(-5, Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE - 5);
    }

    @Test
    void doublingEndsAtTheMaximum() {
        assertThat(Nanos.doubled(3, 0, 100)).isEqualTo(3);
        assertThat(Nanos.doubled(3, 2, 100)).isEqualTo(12);
        assertThat(Nanos.doubled(3, 6, 100)).isEqualTo(100);
        assertThat(Nanos.doubled(200, 1, 100)).isEqualTo(100);
        assertThat(Nanos.doubled(0, 1_000, 100)).isZero();
        assertThat(Nanos.doubled(1, 1_000, Long.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
    }
}
