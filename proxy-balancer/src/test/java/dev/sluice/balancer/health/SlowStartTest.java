package dev.sluice.balancer.health;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SlowStartTest {
    private static final Duration TEN_SECONDS = Duration.ofSeconds(10);

    @Test
    void aValueOutOfRangeIsNamed() {
        assertThatThrownBy(() -> SlowStart.over(Duration.ZERO))
                .hasMessage("slow start window must be above 0 and at most 1 day: 0 s");
        assertThatThrownBy(() -> SlowStart.over(TEN_SECONDS).withFloor(0))
                .hasMessage("slow start floor must be above 0 and at most 1: 0.0");
        assertThatThrownBy(() -> SlowStart.over(TEN_SECONDS).withCurve(-1))
                .hasMessage("slow start curve must be above 0 and at most 100: -1.0");
    }
}
