package dev.sluice.proxy.syntax;

/** Letters and digits of ASCII. Each test is false for any other number, also for one below zero. */
public final class Ascii {
    private Ascii() {}

    /** {@code 0} to {@code 9}. */
    public static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    /** {@code A} to {@code Z}. */
    public static boolean isUpper(int c) {
        return c >= 'A' && c <= 'Z';
    }

    /** A letter of either case. */
    public static boolean isLetter(int c) {
        return (c >= 'a' && c <= 'z') || isUpper(c);
    }

    /** A letter of either case, or a digit. */
    public static boolean isLetterOrDigit(int c) {
        return isDigit(c) || isLetter(c);
    }

    /** Returns whether there are digits in the text and nothing else. */
    public static boolean areDigits(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (!isDigit(text.charAt(i))) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    /** The number of one to {@code most} digits, at most nine, or -1 if the text is none. */
    public static int number(String text, int most) {
        return text.length() <= most && areDigits(text) ? Integer.parseInt(text) : -1;
    }
}
