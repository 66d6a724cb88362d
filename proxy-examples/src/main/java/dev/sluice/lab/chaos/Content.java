package dev.sluice.lab.chaos;

/** Bodies whose bytes are computed from a seed, so that a receiver can check them. */
final class Content {
    private Content() {}

    /** The first bytes of the body with this seed. */
    static byte[] of(long seed, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = at(seed, i);
        }
        return bytes;
    }

    /** Returns whether these are the bytes of that body from {@code from} on. */
    static boolean matches(long seed, long from, byte[] bytes, int count) {
        for (int i = 0; i < count; i++) {
            if (bytes[i] != at(seed, from + i)) {
                return false;
            }
        }
        return true;
    }

    private static byte at(long seed, long index) {
        return (byte) (((seed | 1) * (index + 1)) >>> 3);
    }
}
