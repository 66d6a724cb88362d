package dev.sluice.balancer.internal;

/**
 * Hashes of 64 bits, the same in every process, so that all proxies agree where a key goes. Not for secrets: anybody
 * who knows the rule can make keys that go to one member.
 *
 * <p>Sources: FNV-1a of 64 bits (Fowler, Noll, Vo), over UTF-16 units instead of octets, finished by the mixer of
 * SplitMix64 (Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014), as the high bits of
 * FNV-1a differ little for short keys.
 */
public final class KeyHash {
    private static final long OFFSET = 0xcbf29ce484222325L;
    private static final long PRIME = 0x100000001b3L;
    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    private KeyHash() {}

    /** The hash of a text. */
    public static long of(String text) {
        return mix(fnv(text));
    }

    /** FNV-1a alone, to be mixed with something else. */
    public static long fnv(String text) {
        long hash = OFFSET;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * PRIME;
        }
        return hash;
    }

    /** Number {@code n} of the numbers that follow from a hash, as SplitMix64 makes them. */
    public static long nth(long hash, int n) {
        return mix(hash + n * GOLDEN);
    }

    /** A hash of both. */
    public static long mix(long one, long other) {
        return mix(one ^ other);
    }

    /** The finaliser of SplitMix64. */
    public static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    /** The hash as a number above 0 and below 1. */
    public static double unit(long hash) {
        return ((hash >>> 12) + 0.5) * 0x1.0p-52;
    }
}
