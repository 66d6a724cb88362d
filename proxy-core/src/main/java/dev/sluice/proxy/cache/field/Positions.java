package dev.sluice.proxy.cache.field;

/** Positions and lengths in bytes. */
final class Positions {
    private Positions() {}

    /** The number in digits, or {@link Long#MAX_VALUE} if it is greater; -1 if it is none. */
    static long parse(String text, int from, int to) {
        long number = from < to ? 0 : -1;
        for (int i = from; i < to; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = number > (Long.MAX_VALUE - digit) / 10 ? Long.MAX_VALUE : 10 * number + digit;
        }
        return number;
    }
}
