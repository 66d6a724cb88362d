package dev.sluice.proxy.cache.serve;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What is remembered as not shareable, and for how long. */
class PassesTest {
    private final Passes passes = new Passes();

    @Test
    void eachIsRememberedForItsTime() {
        passes.add("a", 10, "private");
        passes.add("b".repeat(1_000), 20, "no room");
        assertThat(passes.why("a", 9)).isEqualTo("private");
        assertThat(passes.has("a", 10)).isFalse();
        assertThat(passes.has("b".repeat(1_000), 10)).isTrue();
        assertThat(passes.has("b".repeat(1_001), 10)).isFalse();
        passes.remove("b".repeat(1_000));
        assertThat(passes.has("b".repeat(1_000), 10)).isFalse();
    }

    @Test
    void theOldestAreForgottenFirst() {
        for (int i = 0; i <= 10_000; i++) {
            passes.add("key" + i, 10, "");
        }
        assertThat(passes.has("key0", 0)).isFalse();
        assertThat(passes.has("key1", 0)).isTrue();
        assertThat(passes.has("key10000", 0)).isTrue();
    }
}
