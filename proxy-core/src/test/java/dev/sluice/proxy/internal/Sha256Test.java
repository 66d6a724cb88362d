package dev.sluice.proxy.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class Sha256Test {
    /** So that long names do not fill the memory where names are kept. */
    @Test
    void onlyALongTextBecomesItsHash() {
        String longest = "a".repeat(128);
        assertThat(Sha256.shortened("")).isEmpty();
        assertThat(Sha256.shortened(longest)).isEqualTo(longest);
        assertThat(Sha256.shortened(longest + 'b')).hasSize(64).isNotEqualTo(Sha256.shortened(longest + 'c'));
        assertThat(Sha256.shortened("a".repeat(1_000_000))).hasSize(64);
    }
}
