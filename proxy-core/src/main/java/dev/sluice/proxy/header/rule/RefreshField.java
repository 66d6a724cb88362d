package dev.sluice.proxy.header.rule;

import java.util.function.UnaryOperator;

/** {@code Refresh: 5; url=/next}: a field that no RFC has, and the HTML standard describes as browsers read it. */
final class RefreshField {
    private RefreshField() {}

    /** The value with its reference changed, and everything about it kept. */
    static String rewrite(String value, UnaryOperator<String> change) {
        int from = afterSeparator(value);
        if (from < 0) {
            return value;
        }
        from = afterUrlEquals(value, from);
        int to = value.length();
        if (from < to && (value.charAt(from) == '"' || value.charAt(from) == '\'')) {
            int end = value.indexOf(value.charAt(from), from + 1);
            from++;
            to = end < 0 ? to : end;
        }
        String reference = value.substring(from, to);
        return value.substring(0, from) + change.apply(reference) + value.substring(to);
    }

    /**
     * Where the reference, or what introduces it, may begin: after the time and a semicolon, a comma or a space; or
     * -1.
     */
    private static int afterSeparator(String value) {
        int at = 0;
        while (at < value.length() && (Character.digit(value.charAt(at), 10) >= 0 || value.charAt(at) == '.')) {
            at++;
        }
        int from = skip(value, at, " \t");
        if (at == 0 || from == value.length()) {
            return -1;
        }
        boolean separated = ";,".indexOf(value.charAt(from)) >= 0;
        return separated ? skip(value, from + 1, " \t") : from == at ? -1 : from;
    }

    private static int afterUrlEquals(String value, int from) {
        if (!value.regionMatches(true, from, "url", 0, 3)) {
            return from;
        }
        int equals = skip(value, from + 3, " \t");
        return value.startsWith("=", equals) ? skip(value, equals + 1, " \t") : from;
    }

    private static int skip(String value, int from, String characters) {
        int at = from;
        while (at < value.length() && characters.indexOf(value.charAt(at)) >= 0) {
            at++;
        }
        return at;
    }
}
