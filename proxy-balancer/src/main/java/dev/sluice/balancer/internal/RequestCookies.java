package dev.sluice.balancer.internal;

import dev.sluice.proxy.Headers;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The cookies of a request, as they stand in {@code Cookie} (RFC 6265 §5.4): pairs with a semicolon between them, in
 * one line or, from HTTP/2 clients, in several. Names are compared with case, and values are left as they are, quotes
 * included. Pure functions.
 */
public final class RequestCookies {
    private static final String FIELD = "Cookie";

    private RequestCookies() {}

    /** The value of the first cookie with this name, or null. */
    public static @Nullable String first(Headers headers, String name) {
        List<String> values = all(headers, name, 1);
        return values.isEmpty() ? null : values.get(0);
    }

    /** The values of all cookies with this name, in order, and no more than {@code most}. */
    public static List<String> all(Headers headers, String name, int most) {
        List<String> values = List.of();
        for (int i = 0; i < headers.size() && values.size() < most; i++) {
            if (headers.name(i).equalsIgnoreCase(FIELD)) {
                values = collect(headers.value(i), name, most, values);
            }
        }
        return values;
    }

    private static List<String> collect(String line, String name, int most, List<String> found) {
        List<String> values = found;
        for (int from = 0; from <= line.length() && values.size() < most; from = end(line, from) + 1) {
            int equals = equalsOf(line, from, name);
            if (equals >= 0) {
                values = values.isEmpty() ? new ArrayList<>(1) : values;
                values.add(line.substring(equals + 1, end(line, from)).strip());
            }
        }
        return values;
    }

    /**
     * The fields without the cookies of this name. All others stay as they are, byte for byte; a line that has no other
     * goes. The same object when there is no such cookie.
     */
    public static Headers without(Headers headers, String name) {
        for (int i = 0; i < headers.size(); i++) {
            if (headers.name(i).equalsIgnoreCase(FIELD)
                    && !without(headers.value(i), name).equals(headers.value(i))) {
                return rebuilt(headers, name);
            }
        }
        return headers;
    }

    private static Headers rebuilt(Headers headers, String name) {
        Headers.Builder kept = Headers.builder();
        headers.forEach((field, value) -> {
            String rest = field.equalsIgnoreCase(FIELD) ? without(value, name) : value;
            if (rest.equals(value) || !rest.isEmpty()) {
                kept.add(field, rest);
            }
        });
        return kept.build();
    }

    private static String without(String line, String name) {
        StringBuilder rest = new StringBuilder(line.length());
        boolean first = true;
        for (int from = 0; from <= line.length(); from = end(line, from) + 1) {
            if (equalsOf(line, from, name) < 0) {
                String pair = line.substring(from, end(line, from));
                // The space after a separator is removed together with the separator.
                rest.append(!first ? ";" + pair : from == 0 ? pair : pair.stripLeading());
                first = false;
            }
        }
        return rest.toString();
    }

    private static int end(String line, int from) {
        int semicolon = line.indexOf(';', from);
        return semicolon < 0 ? line.length() : semicolon;
    }

    /** Where the equals sign of the pair is, or -1 when it is not one with this name. */
    private static int equalsOf(String line, int from, String name) {
        int at = from;
        while (at < line.length() && isBlank(line.charAt(at))) {
            at++;
        }
        if (!line.startsWith(name, at)) {
            return -1;
        }
        at += name.length();
        while (at < line.length() && isBlank(line.charAt(at))) {
            at++;
        }
        return at < line.length() && line.charAt(at) == '=' ? at : -1;
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }
}
