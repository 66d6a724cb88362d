package dev.sluice.proxy.cache.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FingerprintsTest {
    private final Fingerprints fingerprints = new Fingerprints(1);

    @Test
    void theSameTextsHaveTheSameNumber() {
        assertThat(fingerprints.of("http://h/a", "gzip")).isEqualTo(new Fingerprints(1).of("http://h/a", "gzip"));
    }

    @Test
    void anotherSeedGivesOtherNumbers() {
        assertThat(fingerprints.of("http://h/a", "")).isNotEqualTo(new Fingerprints(2).of("http://h/a", ""));
    }

    @Test
    void whatHasTheSameHashCodeHasOtherNumbers() {
        Set<Long> numbers = new HashSet<>();
        for (int i = 0; i < 1 << 10; i++) {
            StringBuilder text = new StringBuilder();
            for (int bit = 0; bit < 10; bit++) {
                text.append((i >> bit & 1) == 0 ? "Aa" : "BB");
            }
            numbers.add(fingerprints.of(text.toString(), ""));
        }
        assertThat(numbers).hasSize(1 << 10);
    }

    @Test
    void theVariantDoesNotRunIntoTheKey() {
        assertThat(fingerprints.of("ab", "c")).isNotEqualTo(fingerprints.of("a", "bc"));
        assertThat(fingerprints.of("", "\0")).isNotEqualTo(fingerprints.of("\0", ""));
        assertThat(fingerprints.of("\0", "")).isNotEqualTo(fingerprints.of("\0\0", ""));
    }

    @Test
    void theyAreValuesOfAPolynomial() {
        BigInteger prime = BigInteger.TWO.pow(61).subtract(BigInteger.ONE);
        Random random = new Random(5);
        for (int seed = 0; seed < 500; seed++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(30); i >= 0; i--) {
                text.append((char) random.nextInt(1 << 16));
            }
            SplittableRandom secret = new SplittableRandom(seed);
            BigInteger point = BigInteger.valueOf(secret.nextLong(1 << 20, prime.longValue()));
            BigInteger value = BigInteger.ONE;
            for (int i = 0; i < text.length(); i++) {
                value = value.multiply(point)
                        .add(BigInteger.valueOf(text.charAt(i)))
                        .mod(prime);
            }
            value = value.multiply(point).add(BigInteger.valueOf(1 << 16)).mod(prime);

            assertThat(new Fingerprints(seed).of(text.toString(), "")).isEqualTo(value.longValue() ^ secret.nextLong());
        }
    }
}
