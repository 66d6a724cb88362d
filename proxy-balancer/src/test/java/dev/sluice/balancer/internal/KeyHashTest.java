package dev.sluice.balancer.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyHashTest {
    /** Proxies of different releases must agree, so these values never change. */
    @ParameterizedTest
    @CsvSource({"'', f52a15e9a9b5e89b", "a, 2c0bdbf481420f8", "203.0.113.9, 7f5ef37a56745ed9"})
    void hashesAreWhatTheyHaveAlwaysBeen(String key, String hash) {
        assertThat(Long.toHexString(KeyHash.of(key))).isEqualTo(hash);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 29, 58})
    void keysThatAreNearlyTheSameSpreadEvenly(int shift) {
        int[] counts = new int[64];
        for (int i = 0; i < 64_000; i++) {
            counts[(int) (KeyHash.of("10.0." + i / 256 + '.' + i % 256) >>> shift) & 63]++;
        }
        double chi = 0;
        for (int count : counts) {
            chi += (count - 1_000.0) * (count - 1_000) / 1_000;
        }
        // 63 degrees of freedom: the mean is 63, the standard deviation 11.
        assertThat(chi).isBetween(63 - 4 * 11.2, 63 + 4 * 11.2);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE})
    void aHashIsAlwaysANumberBetweenZeroAndOne(long hash) {
        assertThat(KeyHash.unit(hash)).isGreaterThan(0).isLessThan(1);
    }
}
