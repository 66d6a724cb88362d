package dev.sluice.balancer.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SlowStartTest {
    private static final Duration TEN_SECONDS = Duration.ofSeconds(10);

    @ParameterizedTest
    @CsvSource({
        // curve, seconds, part
        "1, 0, 0.1",
        "1, 0.5, 0.1",
        "1, 5, 0.5",
        "1, 10, 1",
        "1, 11, 1",
        "2, 2.5, 0.5",
        "2, 0, 0.1",
        "0.5, 5, 0.25"
    })
    void thePartGrowsFromTheFloorAlongTheCurve(double curve, double seconds, double part) {
        SlowStart slowStart = SlowStart.over(TEN_SECONDS).withCurve(curve);
        assertThat(slowStart.part(Math.round(seconds * 1e9))).isCloseTo(part, within(1e-9));
    }

    @Test
    void whatIsOutOfRangeIsNamed() {
        assertThatThrownBy(() -> SlowStart.over(Duration.ZERO))
                .hasMessage("slow start window must be above 0 and at most 1 day: PT0S");
        assertThatThrownBy(() -> SlowStart.over(TEN_SECONDS).withFloor(0))
                .hasMessage("slow start floor must be above 0 and at most 1: 0.0");
        assertThatThrownBy(() -> SlowStart.over(TEN_SECONDS).withCurve(-1))
                .hasMessage("slow start curve must be above 0 and at most 100: -1.0");
    }
}
