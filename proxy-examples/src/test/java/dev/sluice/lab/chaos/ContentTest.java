package dev.sluice.lab.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ContentTest {
    @Test
    void aPartMatchesOnlyAtItsOwnOffset() {
        byte[] part = Arrays.copyOfRange(Content.of(7, 2_000), 500, 1_500);
        assertThat(Content.matches(7, 500, part, 1_000)).isTrue();
        assertThat(Content.matches(7, 501, part, 1_000)).isFalse();
    }

    @Test
    void anotherSeedGivesOtherContent() {
        assertThat(Content.matches(9, 0, Content.of(7, 100), 100)).isFalse();
    }
}
