package dev.sluice.proxy.cache.field;

import dev.sluice.proxy.cache.field.StructuredItem.Kind;
import dev.sluice.proxy.syntax.Hex;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads a structured field from left to right (RFC 9651 §4.2). */
final class StructuredReader {
    private static final int MOST_DIGITS = 15;

    private final String text;
    private int at;
    private boolean comma;

    StructuredReader(String text) {
        this.text = text.strip();
    }

    /** Says that the field is not what it should be. */
    static final class Malformed extends Exception {
        private static final long serialVersionUID = 1;

        Malformed() {
            super("malformed structured field", null, false, false);
        }
    }

    /** Returns whether a member follows. */
    boolean hasMember() throws Malformed {
        if (at == text.length() && comma) {
            throw new Malformed(); // A comma at the end.
        }
        return at < text.length();
    }

    /** Skips the comma after a member, if there is one. */
    void endMember() throws Malformed {
        skipBlanks();
        comma = skip(',');
        if (!comma && at < text.length()) {
            throw new Malformed();
        }
        skipBlanks();
    }

    boolean skip(char c) {
        boolean there = at < text.length() && text.charAt(at) == c;
        at += there ? 1 : 0;
        return there;
    }

    String key() throws Malformed {
        return word(StructuredText.keyEnd(text, at));
    }

    /** Reads {@code ;key=value;key}. */
    Map<String, StructuredItem> parameters() throws Malformed {
        Map<String, StructuredItem> parameters = Map.of();
        while (skip(';')) {
            skipSpaces();
            String key = key();
            StructuredItem value = skip('=') ? bare() : StructuredItem.TRUE;
            parameters = parameters.isEmpty() ? new LinkedHashMap<>() : parameters;
            parameters.put(key, value);
        }
        return parameters;
    }

    StructuredItem bareOrInnerList() throws Malformed {
        if (!skip('(')) {
            return bare();
        }
        skipSpaces();
        while (!skip(')')) {
            bare();
            parameters();
            boolean spaced = skip(' ');
            skipSpaces();
            if (!spaced && peek() != ')') {
                throw new Malformed();
            }
        }
        return StructuredItem.text(Kind.INNER_LIST, "");
    }

    private StructuredItem bare() throws Malformed {
        char c = peek();
        if (c == '-' || StructuredText.isDigit(c)) {
            return number();
        }
        return switch (c) {
            case '"' -> StructuredItem.text(Kind.STRING, string());
            case ':' -> bytes();
            case '?' -> bool();
            case '@' -> date();
            case '%' -> displayString();
            default -> StructuredItem.text(Kind.TOKEN, word(StructuredText.tokenEnd(text, at)));
        };
    }

    /** RFC 9651 §4.2.4. */
    private StructuredItem number() throws Malformed {
        int from = at;
        boolean negative = skip('-');
        int digits = at;
        int point = StructuredText.digitsEnd(text, digits);
        at = point;
        if (skip('.')) {
            at = StructuredText.digitsEnd(text, at);
            int fraction = at - point - 1;
            require(point > digits && point - digits <= 12 && fraction >= 1 && fraction <= 3);
            return StructuredItem.text(Kind.DECIMAL, text.substring(from, at));
        }
        require(point > digits && point - digits <= MOST_DIGITS);
        long number = Long.parseLong(text.substring(digits, point));
        return StructuredItem.number(Kind.INTEGER, negative ? -number : number);
    }

    private String string() throws Malformed {
        StringBuilder value = new StringBuilder();
        at++;
        while (!skip('"')) {
            char c = peek();
            at++;
            if (c == '\\') {
                c = peek();
                at++;
                require(c == '"' || c == '\\');
            }
            require(c >= ' ' && c < 0x7f);
            value.append(c);
        }
        return value.toString();
    }

    private StructuredItem bytes() throws Malformed {
        int end = text.indexOf(':', at + 1);
        require(end > 0);
        String encoded = text.substring(at + 1, end);
        try {
            Base64.getDecoder().decode(encoded);
        } catch (IllegalArgumentException noBase64) {
            throw new Malformed();
        }
        at = end + 1;
        return StructuredItem.text(Kind.BYTES, encoded);
    }

    private StructuredItem bool() throws Malformed {
        at++;
        boolean value = skip('1');
        require(value || skip('0'));
        return StructuredItem.number(Kind.BOOLEAN, value ? 1 : 0);
    }

    private StructuredItem date() throws Malformed {
        at++;
        StructuredItem seconds = number();
        require(seconds.kind() == Kind.INTEGER);
        return StructuredItem.number(Kind.DATE, seconds.number());
    }

    /** RFC 9651 §4.2.10. */
    private StructuredItem displayString() throws Malformed {
        at++;
        require(skip('"'));
        int end = text.indexOf('"', at);
        require(end >= 0);
        ByteBuffer bytes = ByteBuffer.allocate(end - at);
        while (at < end) {
            char c = text.charAt(at++);
            require(c >= ' ' && c < 0x7f);
            int decoded = c == '%' ? Hex.pair(text, at) : c;
            require(decoded >= 0 && (c != '%' || isLower(text.substring(at, at + 2))));
            at += c == '%' ? 2 : 0;
            bytes.put((byte) decoded);
        }
        require(at == end);
        at++;
        try {
            String value =
                    StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
            return StructuredItem.text(Kind.DISPLAY_STRING, value);
        } catch (CharacterCodingException noUtf8) {
            throw new Malformed();
        }
    }

    private static boolean isLower(String digits) {
        return digits.chars().noneMatch(c -> c >= 'A' && c <= 'F');
    }

    private String word(int end) throws Malformed {
        require(end > at);
        String word = text.substring(at, end);
        at = end;
        return word;
    }

    private char peek() throws Malformed {
        require(at < text.length());
        return text.charAt(at);
    }

    private static void require(boolean holds) throws Malformed {
        if (!holds) {
            throw new Malformed();
        }
    }

    private void skipSpaces() {
        while (skip(' ')) {}
    }

    private void skipBlanks() {
        while (skip(' ') || skip('\t')) {}
    }
}
