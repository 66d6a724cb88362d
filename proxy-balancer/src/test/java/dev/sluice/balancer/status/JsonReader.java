package dev.sluice.balancer.status;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads JSON (RFC 8259) strictly, into maps, lists, strings, doubles, booleans and null. */
final class JsonReader {
    private final String text;
    private int at;

    private JsonReader(String text) {
        this.text = text;
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> object(String text) {
        JsonReader reader = new JsonReader(text);
        Object value = reader.value();
        if (reader.at != text.length()) {
            throw reader.wrong("text after the end");
        }
        return (Map<String, Object>) value;
    }

    private @Nullable Object value() {
        char first = text.charAt(at);
        return switch (first) {
            case '{' -> members();
            case '[' -> elements();
            case '"' -> string();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word("null", null);
            default -> number();
        };
    }

    private @Nullable Object word(String word, @Nullable Object value) {
        take(word);
        return value;
    }

    private Map<String, @Nullable Object> members() {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        take("{");
        while (text.charAt(at) != '}') {
            String name = string();
            take(":");
            if (members.containsKey(name)) {
                throw wrong("a second member \"" + name + '"');
            }
            members.put(name, value());
            separator('}');
        }
        take("}");
        return members;
    }

    private List<@Nullable Object> elements() {
        List<@Nullable Object> elements = new ArrayList<>();
        take("[");
        while (text.charAt(at) != ']') {
            elements.add(value());
            separator(']');
        }
        take("]");
        return elements;
    }

    private void separator(char end) {
        if (text.charAt(at) != end) {
            take(",");
            while (text.charAt(at) == ' ') {
                at++;
            }
        }
    }

    private String string() {
        take("\"");
        StringBuilder value = new StringBuilder();
        while (text.charAt(at) != '"') {
            char c = text.charAt(at++);
            if (c < ' ') {
                throw wrong("a bare control character");
            }
            value.append(c == '\\' ? escaped() : c);
        }
        take("\"");
        return value.toString();
    }

    private char escaped() {
        char c = text.charAt(at++);
        return switch (c) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> {
                at += 4;
                yield (char) Integer.parseInt(text.substring(at - 4, at), 16);
            }
            default -> c;
        };
    }

    private Double number() {
        int begin = at;
        while (at < text.length() && "+-.0123456789eE".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        return Double.valueOf(text.substring(begin, at));
    }

    private void take(String expected) {
        if (!text.startsWith(expected, at)) {
            throw wrong("not " + expected);
        }
        at += expected.length();
    }

    private IllegalArgumentException wrong(String what) {
        return new IllegalArgumentException(what + " at " + at + ": " + text.substring(Math.max(0, at - 40), at));
    }
}
