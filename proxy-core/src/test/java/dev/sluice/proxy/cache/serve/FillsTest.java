package dev.sluice.proxy.cache.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How many responses may be on their way into a cache. */
class FillsTest {
    private final Fills fills = new Fills();

    @Test
    void noMoreThanAThousandRunAtOnce() {
        for (int i = 0; i < 1_000; i++) {
            assertThat(join("key" + i)).isNotNull();
        }
        assertThat(join("another")).isNull();
        assertThat(fills.size()).isEqualTo(1_000);
    }

    @Test
    void noMoreThan64RunForOneKey() {
        Fills.Joined first = join("key");
        for (int i = 1; i < 64; i++) {
            assertThat(join("key")).isNotNull();
        }
        assertThat(join("key")).isNull();
        fills.ended("key", first.fill());
        assertThat(join("key")).isNotNull();
        assertThat(fills.size()).isEqualTo(64);
    }

    private Fills.Joined join(String key) {
        return fills.join(
                key, fill -> false, () -> new Fill(new Fill.Who(List.of(), ""), (fill, scope) -> {}, Duration.ZERO));
    }
}
