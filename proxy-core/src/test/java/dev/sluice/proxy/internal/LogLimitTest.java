package dev.sluice.proxy.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.testing.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogLimitTest {
    private final ManualTime time = new ManualTime();
    private final List<Long> lines = new ArrayList<>();

    @Test
    void theFirstLinesOfAMinuteAreWrittenAndTheNextOneSaysHowManyWereNot() {
        LogLimit limit = new LogLimit(2, time::nanos);
        for (int i = 0; i < 3; i++) {
            limit.happened(lines::add);
        }
        assertThat(lines).containsExactly(1L, 1L);

        time.advance(Duration.ofMinutes(1).minusNanos(1));
        limit.happened(lines::add);
        assertThat(lines).hasSize(2);

        time.advance(Duration.ofNanos(1));
        for (int i = 0; i < 3; i++) {
            limit.happened(lines::add);
        }
        assertThat(lines.subList(2, lines.size())).containsExactly(3L, 1L);
    }
}
