package dev.sluice.proxy.auth;

import java.util.function.Predicate;

/** The pairs of a {@code Cookie} line (RFC 6265 §4.2.1). */
final class CookieLine {
    private CookieLine() {}

    /** Only the cookies with such names, as they are, in the same order; empty if there is none. */
    static String only(String line, Predicate<String> names) {
        StringBuilder kept = new StringBuilder();
        int end;
        for (int from = 0; from <= line.length(); from = end + 1) {
            int semicolon = line.indexOf(';', from);
            end = semicolon < 0 ? line.length() : semicolon;
            String pair = line.substring(from, end).strip();
            int equals = pair.indexOf('=');
            if (names.test((equals < 0 ? pair : pair.substring(0, equals)).strip()) && !pair.isEmpty()) {
                kept.append(kept.isEmpty() ? "" : "; ").append(pair);
            }
        }
        return kept.toString();
    }
}
