package dev.sluice.proxy.syntax;

/** Quoted strings (RFC 9110 §5.6.4), as parameters of fields have them; strings of structured fields are the same. */
public final class QuotedString {
    private QuotedString() {}

    /** The text in quotes. It must be printable ASCII: nothing else can be in strings of structured fields (RFC 9651 §3.3.3). */
    public static String of(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
