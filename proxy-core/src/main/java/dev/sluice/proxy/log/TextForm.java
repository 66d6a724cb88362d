package dev.sluice.proxy.log;

import dev.sluice.proxy.internal.Printable;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A line of text with fields in it. What a client sends can forge neither a line nor a value: as the Apache web server does
 * it, there is a backslash before quote and backslash, and {@code \xhh} for what cannot be printed. Outside of quotes a
 * value is one word, so its spaces are escaped too. Immutable.
 */
final class TextForm implements Function<LogEntry, String> {
    private static final String MISSING = "-";

    private final List<Part> parts;

    private TextForm(List<Part> parts) {
        this.parts = parts;
    }

    /** A text, which is not empty, or a field. */
    private record Part(String text, @Nullable Field field, boolean quoted) {}

    /**
     * Reads a format, in which {@code {name}} is a field, and a doubled brace is one brace.
     *
     * @throws IllegalArgumentException if it is not one, or names a field that is not known
     */
    static TextForm of(String format, Fields fields) {
        if (format.isBlank() || format.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "format must be one line of text without control characters: \"" + Printable.of(format) + '"');
        }
        List<Part> parts = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            if ((c == '{' || c == '}') && i + 1 < format.length() && format.charAt(i + 1) == c) {
                text.append(c);
                i++;
            } else if (c == '{') {
                int end = format.indexOf('}', i);
                parts.add(new Part(text.toString(), field(format, i, end, fields), quoted));
                text.setLength(0);
                i = end;
            } else if (c == '}') {
                throw unpaired(format, i);
            } else {
                quoted ^= c == '"';
                text.append(c);
            }
        }
        parts.add(new Part(text.toString(), null, quoted));
        return new TextForm(parts);
    }

    private static Field field(String format, int begin, int end, Fields fields) {
        if (end < 0) {
            throw unpaired(format, begin);
        }
        return fields.named(format.substring(begin + 1, end));
    }

    private static IllegalArgumentException unpaired(String format, int at) {
        return new IllegalArgumentException("format has a brace without its other one at character " + (at + 1)
                + ", for a brace itself write it twice: \"" + Printable.of(format) + '"');
    }

    @Override
    public String apply(LogEntry entry) {
        StringBuilder line = new StringBuilder(256);
        for (Part part : parts) {
            line.append(part.text);
            if (part.field != null) {
                write(line, part.field, part.field.of(entry), part.quoted);
            }
        }
        return line.toString();
    }

    private static void write(StringBuilder line, Field field, @Nullable Object value, boolean quoted) {
        if (value == null) {
            line.append(MISSING);
        } else if (field.asItIs() || value instanceof Number || value instanceof Boolean) {
            line.append(value);
        } else {
            text(line, value.toString(), quoted);
        }
    }

    private static void text(StringBuilder line, String value, boolean quoted) {
        if (!quoted && value.isEmpty()) {
            line.append(MISSING);
        } else if (!quoted && value.equals(MISSING)) {
            // Not to be taken for a missing value.
            line.append("\\x2d");
        } else {
            escape(line, value, quoted ? ' ' : '!');
        }
    }

    private static void escape(StringBuilder line, String value, char first) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                line.append('\\').append(c);
            } else if (c >= first && c <= '~') {
                line.append(c);
            } else if (c <= 0xff) {
                line.append("\\x").append(HexFormat.of().toHexDigits((byte) c));
            } else {
                line.append("\\u").append(HexFormat.of().toHexDigits(c));
            }
        }
    }
}
