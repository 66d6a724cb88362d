package dev.sluice.proxy.syntax;

/** Tokens (RFC 9110 §5.6.2), as names of fields, methods and schemes are. */
public final class Token {
    private static final String MARKS = "!#$%&'*+-.^_`|~";

    private static final boolean[] ALLOWED = new boolean[128];

    static {
        for (int c = 0; c < ALLOWED.length; c++) {
            ALLOWED[c] = Ascii.isLetterOrDigit(c) || MARKS.indexOf(c) >= 0;
        }
    }

    private Token() {}

    /** Returns whether {@code text} is a token. */
    public static boolean is(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= ALLOWED.length || !ALLOWED[c]) {
                return false;
            }
        }
        return !text.isEmpty();
    }
}
