package dev.sluice.proxy.scope;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class HeadTimeTest {
    private static final Duration LIMIT = Duration.ofNanos(30);

    private final HeadTime time = new HeadTime(LIMIT);

    private HeadTime.Wait attempt() {
        return HeadTime.part(time, LIMIT);
    }

    @Test
    void aLaterAttemptHasLessTimeByTheEarlierOnesWait() {
        HeadTime.Wait first = attempt();
        assertThat(first.begin(100)).isEqualTo(130);
        assertThat(first.whose()).isEmpty();
        first.end(110);
        HeadTime.Wait second = attempt();

        assertThat(second.until(500)).isEqualTo(520);
        assertThat(second.begin(500)).isEqualTo(520);
        assertThat(second.whose()).isEqualTo(" of all attempts together");
        assertThat(time.isSpent(519)).isFalse();
        assertThat(time.isSpent(520)).isTrue();
        second.end(520);
        assertThat(time.isSpent(1_000)).isTrue();
        assertThat(attempt().begin(1_000)).isEqualTo(1_000);
    }

    @Test
    void sendingDoesNotCount() {
        HeadTime.Wait slowUpload = attempt();
        slowUpload.end(10_000);

        assertThat(slowUpload.begin(10_001)).isEqualTo(Long.MAX_VALUE);
        assertThat(attempt().begin(10_001)).isEqualTo(10_031);
    }

    @Test
    void parallelAttemptsUseTheTimeOnce() {
        HeadTime.Wait first = attempt();
        HeadTime.Wait hedge = attempt();
        first.begin(0);

        assertThat(hedge.begin(10)).isEqualTo(30);
        first.end(15);
        hedge.end(20);
        hedge.end(25);
        assertThat(attempt().begin(100)).isEqualTo(110);
    }

    @Test
    void withoutALimitTheTimeNeverEnds() {
        HeadTime none = new HeadTime(Duration.ofNanos(Long.MAX_VALUE));
        HeadTime.Wait wait = HeadTime.part(none, Duration.ofNanos(Long.MAX_VALUE));

        assertThat(wait.begin(5)).isEqualTo(Long.MAX_VALUE);
        assertThat(none.isSpent(Long.MAX_VALUE - 1)).isFalse();
    }

    @Test
    void anAttemptWithItsOwnLimitDoesNotShareTheTime() {
        attempt().begin(0);

        assertThat(HeadTime.part(time, Duration.ofNanos(50)).begin(20)).isEqualTo(70);
        assertThat(HeadTime.part(null, LIMIT).begin(20)).isEqualTo(50);
    }
}
