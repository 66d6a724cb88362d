package dev.sluice.lab.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HarmTest {
    @Test
    void theSameSeedMakesTheSameChoices() {
        assertThat(Harm.any(new Random(3))).isEqualTo(Harm.any(new Random(3))).isNotEqualTo(Harm.any(new Random(4)));
    }

    @Test
    void everyKindOfHarmIsChosenExceptErrors() {
        Random random = new Random(1);
        Set<Harm.Kind> kinds = EnumSet.noneOf(Harm.Kind.class);
        for (int i = 0; i < 100; i++) {
            Harm.any(random).forEach(each -> kinds.add(each.kind()));
        }
        assertThat(kinds).isEqualTo(EnumSet.complementOf(EnumSet.of(Harm.Kind.ERROR)));
    }
}
