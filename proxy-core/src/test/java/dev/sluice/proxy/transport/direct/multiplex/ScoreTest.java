package dev.sluice.proxy.transport.direct.multiplex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.http2.ErrorCode;
import dev.sluice.proxy.http2.Http2Exception;
import org.junit.jupiter.api.Test;

class ScoreTest {
    private static final long SECOND = 1_000_000_000L;

    private final Score score = new Score(100, 5 * SECOND);

    private void add(int times, int cost, long nowNanos) throws Http2Exception {
        for (int i = 0; i < times; i++) {
            score.add(cost, "a frame", nowNanos);
        }
    }

    private void assertTooMuch(int cost, long nowNanos) {
        assertThatThrownBy(() -> score.add(cost, "a frame", nowNanos))
                .isInstanceOfSatisfying(Http2Exception.class, fault -> {
                    assertThat(fault.code()).isEqualTo(ErrorCode.ENHANCE_YOUR_CALM);
                    assertThat(fault.stream()).isZero();
                    assertThat(fault).hasMessageContaining("a frame");
                });
    }

    @Test
    void itMayReachItsLimitAndNotPassIt() throws Exception {
        add(100, Score.CONTROL, 5 * SECOND);
        assertTooMuch(Score.CONTROL, 5 * SECOND);
    }

    @Test
    void whatIsOfUsePaysBackAndNothingIsSaved() throws Exception {
        add(1_000, Score.DATA, 5 * SECOND);
        add(10, Score.LOST_STREAM, 5 * SECOND);
        add(5, Score.DATA, 5 * SECOND);
        add(1, Score.LOST_STREAM, 5 * SECOND);
        assertTooMuch(Score.CONTROL, 5 * SECOND);
    }

    @Test
    void tenAreForgivenInASecondAndNoTimeIsLostBetweenFrames() throws Exception {
        add(100, Score.CONTROL, 5 * SECOND);
        long now = 5 * SECOND;
        for (int i = 0; i < 100; i++) {
            // Each step is less than what forgives one.
            now += 60_000_000L;
            score.add(0, "nothing", now);
        }
        // 6 s: 60 less.
        add(60, Score.CONTROL, now);
        assertTooMuch(Score.CONTROL, now);
    }

    @Test
    void timeSavesNothingEither() throws Exception {
        score.add(0, "nothing", 1_000 * SECOND);
        add(100, Score.CONTROL, 1_000 * SECOND);
        assertTooMuch(Score.CONTROL, 1_000 * SECOND);
    }
}
