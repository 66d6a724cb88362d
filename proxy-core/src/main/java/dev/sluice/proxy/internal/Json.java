package dev.sluice.proxy.internal;

import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes one JSON object (RFC 8259), member by member. For one thread. */
public final class Json {
    private final StringBuilder text = new StringBuilder("{");

    /** An object without members. */
    public Json() {}

    /** Adds a string. */
    public Json text(String name, String value) {
        name(name);
        quote(value);
        return this;
    }

    /** Adds a number. */
    public Json number(String name, long value) {
        name(name);
        text.append(value);
        return this;
    }

    /** Adds a value that is already in the form that JSON has, such as a number with fraction digits. */
    public Json literal(String name, String value) {
        name(name);
        text.append(value);
        return this;
    }

    /** Adds true or false. */
    public Json flag(String name, boolean value) {
        return literal(name, String.valueOf(value));
    }

    /** Adds null. */
    public Json none(String name) {
        return literal(name, "null");
    }

    /** Adds a string, or null. */
    public Json textOrNull(String name, @Nullable Object value) {
        return value == null ? none(name) : text(name, value.toString());
    }

    /** Adds an object. */
    public Json object(String name, Json value) {
        return literal(name, value.toString());
    }

    /** Adds a list of objects. */
    public Json list(String name, Collection<Json> values) {
        name(name);
        char separator = '[';
        for (Json each : values) {
            text.append(separator).append(each.text).append('}');
            separator = ',';
        }
        text.append(values.isEmpty() ? "[]" : "]");
        return this;
    }

    /** Adds an object of strings. */
    public Json object(String name, Map<String, String> members) {
        Json object = new Json();
        members.forEach(object::text);
        return literal(name, object.toString());
    }

    /** The object. */
    @Override
    public String toString() {
        return text + "}";
    }

    private void name(String name) {
        if (text.length() > 1) {
            text.append(',');
        }
        quote(name);
        text.append(':');
    }

    private void quote(String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"' -> text.append("\\\"");
                case '\\' -> text.append("\\\\");
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                default -> {
                    if (c < ' ' || (c >= 0x7f && c < 0xa0) || c == '\u2028' || c == '\u2029') {
                        text.append(String.format("\\u%04x", (int) c));
                    } else {
                        text.append(c);
                    }
                }
            }
        }
        text.append('"');
    }
}
