package dev.sluice.proxy.testing.gateway;

import java.util.Arrays;

/** Tells how something differs from what is expected; of what is long, only around the first difference. Pure functions. */
final class Difference {
    /** The longest text that is shown whole. */
    private static final int WHOLE = 100;

    private static final int BEFORE = 20;
    private static final int AFTER = 40;

    private Difference() {}

    /** Of what is already a part of a sentence. */
    static String of(String expected, String actual) {
        return "expected " + expected + ", but was " + actual;
    }

    /** Of two texts. */
    static String ofTexts(String expected, String actual) {
        if (expected.length() <= WHOLE && actual.length() <= WHOLE) {
            return of(Quoted.of(expected), Quoted.of(actual));
        }
        int at = 0;
        int shorter = Math.min(expected.length(), actual.length());
        while (at < shorter && expected.charAt(at) == actual.charAt(at)) {
            at++;
        }
        return "expected " + expected.length() + " characters, but was " + actual.length()
                + ", which differ from number " + (at + 1) + " on: "
                + of(around(expected, at), around(actual, at));
    }

    private static String around(String text, int at) {
        int from = Math.max(0, at - BEFORE);
        int to = Math.min(text.length(), at + AFTER);
        String shown = (from > 0 ? "…" : "") + Quoted.of(text.substring(from, to));
        return shown + (at == text.length() ? " and its end" : to < text.length() ? "…" : "");
    }

    /** Of two sequences of bytes. */
    static String ofBytes(byte[] expected, byte[] actual) {
        int at = Arrays.mismatch(expected, actual);
        return "expected " + expected.length + " bytes, but was " + actual.length + ", which differ from number "
                + (at + 1) + " on: " + of(byteAt(expected, at), byteAt(actual, at));
    }

    private static String byteAt(byte[] bytes, int at) {
        return at < bytes.length ? String.format("0x%02x", bytes[at]) : "the end";
    }
}
