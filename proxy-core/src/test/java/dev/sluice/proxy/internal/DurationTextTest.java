package dev.sluice.proxy.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DurationTextTest {
    @ParameterizedTest
    @CsvSource({
        "PT0S, 0 s",
        "PT0.25S, 250 ms",
        "PT1.5S, 1500 ms",
        "PT30S, 30 s",
        "PT1M, 60 s",
        "PT90S, 90 s",
        "PT10M, 10 min",
        "PT1H, 1 h",
        "P1D, 24 h",
        "PT-1S, -1 s",
        "PT-0.5S, -500 ms",
        "PT0.0000001S, PT0.0000001S",
        "PT2540400H10M0.5S, PT2540400H10M0.5S"
    })
    void aDurationIsShownInTheUnitThatPeopleUse(Duration time, String text) {
        assertThat(DurationText.of(time)).isEqualTo(text);
    }
}
