package dev.sluice.proxy.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The pace is 100 bytes a second with 5 s of grace. */
class PaceTest {
    private static final long SECOND = 1_000_000_000;

    private final Pace pace = Pace.of(100, Duration.ofSeconds(5));

    @Test
    void waitingUsesUpTheGraceAndBytesRestoreIt() {
        assertThat(pace.begin(0, 0)).isEqualTo(5 * SECOND);
        pace.moved(3 * SECOND, 100);
        assertThat(pace.begin(10 * SECOND, 0)).isEqualTo(13 * SECOND);
    }

    @Test
    void timeWithoutWaitingDoesNotCount() {
        pace.begin(0, 0);
        pace.moved(SECOND, 0);
        assertThat(pace.begin(1_000 * SECOND, 0)).isEqualTo(1_004 * SECOND);
    }

    @Test
    void aFastBeginningDoesNotPayForASlowEnd() {
        pace.begin(0, 0);
        pace.moved(SECOND, 1_000_000);
        assertThat(pace.begin(SECOND, 0)).isEqualTo(6 * SECOND);
    }

    @Test
    void theBytesToMoveHaveTheirOwnTime() {
        assertThat(pace.begin(0, 1_000)).isEqualTo(15 * SECOND);
        pace.moved(15 * SECOND, 1_000);
        assertThat(pace.begin(15 * SECOND, 100)).isEqualTo(20 * SECOND + SECOND);
    }

    @Test
    void withoutARateAnyPaceIsAllowed() {
        Pace any = Pace.of(0, Duration.ofSeconds(1));
        assertThat(any.begin(0, 1)).isEqualTo(Long.MAX_VALUE);
        any.moved(1_000 * SECOND, 0);
        assertThat(any.begin(1_000 * SECOND, 0)).isEqualTo(Long.MAX_VALUE);
        assertThat(Pace.of(1, Duration.ofSeconds(1)).begin(5, Long.MAX_VALUE)).isPositive();
    }
}
