package dev.sluice.proxy.cache.field;

/** Numbers of seconds, as {@code Age} and the directives of caches have them (RFC 9111 §1.2.2). */
public final class Seconds {
    /** The greatest number; what is greater is taken for it. */
    public static final long MAX = 1L << 31;

    /** What stands for a number that is greater than all others. */
    public static final long NEVER = MAX + 1;

    /** What stands for "there is none". */
    public static final long NONE = -1;

    private Seconds() {}

    /** The number that the text is, at most {@link #MAX}; {@link #NONE} if it is anything but digits. */
    public static long parse(String text) {
        long seconds = text.isEmpty() ? NONE : 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return NONE;
            }
            seconds = Math.min(MAX, 10 * seconds + digit);
        }
        return seconds;
    }
}
