package dev.sluice.balancer.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.balancer.health.SlowStart;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WarmingTest {
    private static final Duration TEN_SECONDS = Duration.ofSeconds(10);

    @ParameterizedTest
    @CsvSource({
        // curve, seconds, part of the weight
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
        assertThat(Warming.part(slowStart, Math.round(seconds * 1e9))).isCloseTo(part, within(1e-9));
    }
}
