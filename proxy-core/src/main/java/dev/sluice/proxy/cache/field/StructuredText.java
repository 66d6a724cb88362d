package dev.sluice.proxy.cache.field;

/** Where words of structured fields end (RFC 9651 §3). */
final class StructuredText {
    private StructuredText() {}

    /** The end of the token that begins at {@code from}; {@code from} itself if there is none. */
    static int tokenEnd(String text, int from) {
        if (from >= text.length() || !(isLetter(text.charAt(from)) || text.charAt(from) == '*')) {
            return from;
        }
        int at = from;
        while (at < text.length()
                && (isAlphanumeric(text.charAt(at)) || "!#$%&'*+-.^_`|~:/".indexOf(text.charAt(at)) >= 0)) {
            at++;
        }
        return at;
    }

    /** The end of the key that begins at {@code from}; {@code from} itself if there is none. */
    static int keyEnd(String text, int from) {
        if (from >= text.length() || !(isLower(text.charAt(from)) || text.charAt(from) == '*')) {
            return from;
        }
        int at = from;
        while (at < text.length()
                && (isLower(text.charAt(at)) || isDigit(text.charAt(at)) || "_-.*".indexOf(text.charAt(at)) >= 0)) {
            at++;
        }
        return at;
    }

    static int digitsEnd(String text, int from) {
        int at = from;
        while (at < text.length() && isDigit(text.charAt(at))) {
            at++;
        }
        return at;
    }

    static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isLower(char c) {
        return c >= 'a' && c <= 'z';
    }

    private static boolean isLetter(char c) {
        return isLower(c) || (c >= 'A' && c <= 'Z');
    }

    private static boolean isAlphanumeric(char c) {
        return isLetter(c) || isDigit(c);
    }
}
