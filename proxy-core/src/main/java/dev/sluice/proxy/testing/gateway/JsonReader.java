package dev.sluice.proxy.testing.gateway;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a JSON text (RFC 8259), for comparing: objects are maps, arrays are lists, numbers are {@code BigDecimal} without
 * zeros at their end, and null is a value of its own. Of members with the same name the last one counts. For one thread.
 */
final class JsonReader {
    /** What stands for null, so that no value is absent. */
    static final Object NULL = new Object() {
        @Override
        public String toString() {
            return "null";
        }
    };

    /** The text is refused before the stack is at its end. */
    private static final int DEEPEST = 500;

    private final String text;
    private int at;

    private JsonReader(String text) {
        this.text = text;
    }

    /**
     * Reads a text.
     *
     * @throws IllegalArgumentException if it is no JSON; the message says where
     */
    static Object parse(String text) {
        JsonReader json = new JsonReader(text);
        Object value = json.value(0);
        json.blanks();
        if (json.at < text.length()) {
            throw json.fault("something behind the end");
        }
        return value;
    }

    private Object value(int depth) {
        if (depth > DEEPEST) {
            throw fault("more than " + DEEPEST + " levels");
        }
        blanks();
        return switch (next()) {
            case '{' -> object(depth);
            case '[' -> array(depth);
            case '"' -> string();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word("null", NULL);
            default -> number();
        };
    }

    private Map<String, Object> object(int depth) {
        Map<String, Object> members = new LinkedHashMap<>();
        at++;
        blanks();
        boolean more = next() != '}';
        while (more) {
            blanks();
            if (next() != '"') {
                throw fault("a name was expected");
            }
            String name = string();
            blanks();
            take(':');
            members.put(name, value(depth + 1));
            more = goesOn();
        }
        take('}');
        return members;
    }

    private List<Object> array(int depth) {
        List<Object> values = new ArrayList<>();
        at++;
        blanks();
        boolean more = next() != ']';
        while (more) {
            values.add(value(depth + 1));
            more = goesOn();
        }
        take(']');
        return values;
    }

    private boolean goesOn() {
        blanks();
        boolean comma = next() == ',';
        at += comma ? 1 : 0;
        return comma;
    }

    private String string() {
        StringBuilder found = new StringBuilder();
        at++;
        while (next() != '"') {
            char c = text.charAt(at++);
            if (c < ' ') {
                at--;
                throw fault("a control character in a string");
            }
            found.append(c == '\\' ? escape() : c);
        }
        at++;
        return found.toString();
    }

    private char escape() {
        char kind = next();
        at++;
        return switch (kind) {
            case '"', '\\', '/' -> kind;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> unicode();
            default -> throw fault("an escape that there is not");
        };
    }

    private char unicode() {
        String digits = text.substring(at, Math.min(at + 4, text.length()));
        if (!digits.matches("[0-9A-Fa-f]{4}")) {
            throw fault("four hexadecimal digits were expected");
        }
        at += 4;
        return (char) Integer.parseInt(digits, 16);
    }

    private Object word(String word, Object value) {
        if (!text.startsWith(word, at)) {
            throw fault("a value was expected");
        }
        at += word.length();
        return value;
    }

    private BigDecimal number() {
        int begin = at;
        while (at < text.length() && "+-.0123456789Ee".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        String digits = text.substring(begin, at);
        if (!digits.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([Ee][+-]?[0-9]{1,6})?")) {
            at = begin;
            throw fault("a value was expected");
        }
        BigDecimal number = new BigDecimal(digits);
        return number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
    }

    private void blanks() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private char next() {
        if (at == text.length()) {
            throw fault("the text ends");
        }
        return text.charAt(at);
    }

    private void take(char expected) {
        if (next() != expected) {
            throw fault("'" + expected + "' was expected");
        }
        at++;
    }

    private IllegalArgumentException fault(String what) {
        return new IllegalArgumentException("no JSON: " + what + " at character " + (at + 1));
    }
}
