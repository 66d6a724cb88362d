package dev.sluice.balancer.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class JitterTest {
    @Test
    void aTimeIsDrawnFromTheWholeRange() {
        SplittableRandom random = new SplittableRandom(1);
        assertThat(random.ints(100)
                        .mapToObj(i -> Jitter.between(Duration.ofNanos(5), Duration.ofNanos(7), random))
                        .distinct()
                        .sorted())
                .containsExactly(Duration.ofNanos(5), Duration.ofNanos(6), Duration.ofNanos(7));
    }
}
