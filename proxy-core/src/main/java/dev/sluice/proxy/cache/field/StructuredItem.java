package dev.sluice.proxy.cache.field;

import java.util.Map;

/**
 * A member of a structured field (RFC 9651 §3).
 *
 * @param kind what its value is
 * @param text the value of a string, token, byte sequence (as it is encoded) or display string, the digits of a decimal;
 *     else empty
 * @param number the value of an integer or a date, 1 for a true boolean; else 0
 * @param parameters by their keys, in order; they have no parameters themselves
 */
public record StructuredItem(Kind kind, String text, long number, Map<String, StructuredItem> parameters) {
    /** What a value can be. The members of an inner list are read, but not kept. */
    public enum Kind {
        /** A whole number. */
        INTEGER,
        /** A number with a fraction. */
        DECIMAL,
        /** Text in quotes. */
        STRING,
        /** A word. */
        TOKEN,
        /** Bytes in Base64. */
        BYTES,
        /** True or false. */
        BOOLEAN,
        /** Seconds since 1970. */
        DATE,
        /** Text in quotes with escapes of UTF-8. */
        DISPLAY_STRING,
        /** Several items in parentheses. */
        INNER_LIST
    }

    static final StructuredItem TRUE = new StructuredItem(Kind.BOOLEAN, "", 1, Map.of());

    static StructuredItem text(Kind kind, String text) {
        return new StructuredItem(kind, text, 0, Map.of());
    }

    static StructuredItem number(Kind kind, long number) {
        return new StructuredItem(kind, "", number, Map.of());
    }

    StructuredItem with(Map<String, StructuredItem> parameters) {
        return new StructuredItem(kind, text, number, parameters);
    }

    /** Returns whether it is the boolean true. */
    public boolean isTrue() {
        return kind == Kind.BOOLEAN && number == 1;
    }
}
