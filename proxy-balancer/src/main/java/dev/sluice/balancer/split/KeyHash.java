package dev.sluice.balancer.split;

/** Hashes that are the same in every process and version, so that several proxies put one key into one group. */
final class KeyHash {
    private KeyHash() {}

    /** FNV-1a of 64 bits over the characters. */
    static long of(String text) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        return hash;
    }

    /** A number above 0 and below 1, by two hashes: the finaliser of SplitMix64 (Steele, Lea and Flood 2014). */
    static double unit(long first, long second) {
        long mixed = first ^ (second * 0x9e3779b97f4a7c15L);
        mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        mixed ^= mixed >>> 31;
        return ((mixed >>> 11) + 0.5) * 0x1.0p-53;
    }
}
