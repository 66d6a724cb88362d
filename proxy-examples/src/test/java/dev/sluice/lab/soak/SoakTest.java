package dev.sluice.lab.soak;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A short soak, with enough requests to show that it works. */
class SoakTest {
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void nothingIsLeftBehind(boolean http2) throws Exception {
        assertThat(new Soak(http2).run(tally -> tally.requests() < 1_000)).isEmpty();
    }

    @Test
    void anIdleStreamIsTried() throws Exception {
        Soak.main(new String[] {"0", "idle"});
    }
}
