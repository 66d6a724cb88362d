package dev.sluice.proxy.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LogLimitTest {
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    @Test
    void theFirstLinesOfAMinuteAreWrittenAndTheNextOneSaysHowManyWereNot() {
        LogLimit limit = new LogLimit(2);
        long now = -5;
        assertThat(limit.permit(now)).isZero();
        assertThat(limit.permit(now + 1)).isZero();
        assertThat(limit.permit(now + 2)).isEqualTo(-1);
        assertThat(limit.permit(now + MINUTE - 1)).isEqualTo(-1);
        assertThat(limit.permit(now + MINUTE)).isEqualTo(2);
        assertThat(limit.permit(now + MINUTE)).isZero();
        assertThat(limit.permit(now + MINUTE)).isEqualTo(-1);
    }
}
