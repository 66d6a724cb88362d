package dev.sluice.proxy.syntax;

/** Hexadecimal digits of ASCII. */
public final class Hex {
    private Hex() {}

    /** The byte that the two digits at {@code from} stand for, or -1 when there are no two digits. */
    public static int pair(String text, int from) {
        int high = from + 1 < text.length() ? digit(text.charAt(from)) : -1;
        int low = high < 0 ? -1 : digit(text.charAt(from + 1));
        return low < 0 ? -1 : 16 * high + low;
    }

    private static int digit(char c) {
        return c < 128 ? Character.digit(c, 16) : -1;
    }
}
