package dev.sluice.lab.soak;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A short soak, with enough requests to show that it works. */
class SoakTest {
    @Test
    void nothingIsLeftBehind() throws Exception {
        assertThat(new Soak().run(tally -> tally.requests() < 1_000)).isEmpty();
    }
}
