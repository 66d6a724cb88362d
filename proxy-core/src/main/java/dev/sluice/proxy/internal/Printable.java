package dev.sluice.proxy.internal;

/** Text from others, made safe for a message: messages go into logs, and no value may forge a line there. */
public final class Printable {
    private Printable() {}

    /** The text with a question mark for each character that is not printable ASCII. */
    public static String of(String text) {
        return text.replaceAll("[^ -~]", "?");
    }
}
