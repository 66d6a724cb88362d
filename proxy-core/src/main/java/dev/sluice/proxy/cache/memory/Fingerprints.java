package dev.sluice.proxy.cache.memory;

import java.util.SplittableRandom;

/**
 * Numbers that stand for keys and variants: the values of polynomials over the field of 2^61 - 1, at a secret point. Who
 * does not know the seed can find no two texts with the same number, but by chance: of length n, n in 2^61. Else a client
 * could choose keys that count as the use of another. Immutable.
 */
final class Fingerprints {
    private static final long PRIME = (1L << 61) - 1;

    private final long point;
    private final long mask;

    Fingerprints(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        this.point = random.nextLong(1 << 20, PRIME);
        this.mask = random.nextLong();
    }

    long of(String key, String variant) {
        long value = add(1, key);
        value = add(next(value, Character.MAX_VALUE + 1), variant);
        return value ^ mask;
    }

    private long add(long value, String text) {
        long sum = value;
        for (int i = 0; i < text.length(); i++) {
            sum = next(sum, text.charAt(i));
        }
        return sum;
    }

    /** {@code value * point + term} modulo the prime. */
    private long next(long value, long term) {
        long high = Math.multiplyHigh(value, point);
        long low = value * point;
        long sum = (low & PRIME) + (low >>> 61 | high << 3) + term;
        long reduced = (sum & PRIME) + (sum >>> 61);
        return reduced >= PRIME ? reduced - PRIME : reduced;
    }
}
