package dev.sluice.proxy.route;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Looks into a raw query, read as forms write it: {@code name=value&name}, with + for a space, and escapes of UTF-8.
 */
final class QueryParameters {
    private QueryParameters() {}

    /** Returns whether {@code query} has a parameter of this name and, unless that is null, of this value. */
    static boolean has(@Nullable String query, String name, @Nullable String value) {
        if (query == null) {
            return false;
        }
        for (String parameter : query.split("&", -1)) {
            int equals = parameter.indexOf('=');
            String own = equals < 0 ? parameter : parameter.substring(0, equals);
            String text = equals < 0 ? "" : parameter.substring(equals + 1);
            if (decode(own).equals(name) && (value == null || decode(text).equals(value))) {
                return true;
            }
        }
        return false;
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException brokenEscape) {
            // A query has no syntax of its own (RFC 3986 §3.4), so this is text like any other.
            return text;
        }
    }
}
