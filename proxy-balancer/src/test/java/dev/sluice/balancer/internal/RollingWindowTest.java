package dev.sluice.balancer.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.internal.RollingWindow.Counts;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RollingWindowTest {
    private static final long SECOND = 1_000_000_000L;

    private final RollingWindow window = new RollingWindow(Duration.ofSeconds(10));

    @Test
    void everythingWithinTheWindowCounts() {
        window.succeeded(7, 0);
        window.succeeded(0, 4 * SECOND);
        window.failed(9 * SECOND);
        assertThat(window.counts(10 * SECOND - 1)).isEqualTo(new Counts(2, 1, 0, 1, 7));
    }

    @Test
    void olderResultsAreForgotten() {
        window.succeeded(7, 0);
        window.failed(SECOND);
        assertThat(window.counts(10 * SECOND)).isEqualTo(new Counts(0, 1, 0, 0, 0));
        assertThat(window.counts(11 * SECOND)).isEqualTo(new Counts(0, 0, 0, 0, 0));
    }

    @Test
    void aBucketIsEmptiedWhenItIsReused() {
        window.failed(0);
        window.failed(10 * SECOND);
        assertThat(window.counts(10 * SECOND).failed()).isEqualTo(1);
    }

    @Test
    void aResultThatIsOlderThanTheRingIsNotCounted() {
        window.failed(25 * SECOND);
        window.failed(15 * SECOND);
        assertThat(window.counts(25 * SECOND).failed()).isEqualTo(1);
    }

    @Test
    void nothingIsLostWhenManyThreadsCountAtOnce() throws Exception {
        TimeSource system = TimeSource.system();
        List<Signal> ends = new ArrayList<>();
        for (int thread = 0; thread < 4; thread++) {
            ends.add(system.start("count", () -> {
                for (int i = 0; i < 50_000; i++) {
                    window.failed(i * SECOND / 10_000);
                }
            }));
        }
        for (Signal end : ends) {
            assertThat(system.await(end, system.deadline(Duration.ofSeconds(30))))
                    .isTrue();
        }
        assertThat(window.counts(5 * SECOND).failed()).isEqualTo(200_000);
    }
}
