package dev.sluice.proxy.key;

import dev.sluice.proxy.Headers;
import org.jspecify.annotations.Nullable;

/** Finds a cookie among others, without making a map of them. */
final class NamedValue {
    private NamedValue() {}

    /** The value of the first cookie of this name in all the {@code Cookie} lines (RFC 6265 §4.2.1), or null. */
    static @Nullable String ofCookie(Headers headers, String name) {
        for (int i = 0; i < headers.size(); i++) {
            if (headers.name(i).equalsIgnoreCase("Cookie")) {
                String value = find(headers.value(i), name);
                if (value != null) {
                    return value;
                }
            }
        }
        return null;
    }

    /** The value of the first pair of this name, or null; blanks before a name are skipped. */
    private static @Nullable String find(String pairs, String name) {
        for (int from = 0; from < pairs.length(); ) {
            int next = pairs.indexOf(';', from);
            int end = next < 0 ? pairs.length() : next;
            while (from < end && pairs.charAt(from) == ' ') {
                from++;
            }
            int equals = from + name.length();
            if (equals < end && pairs.charAt(equals) == '=' && pairs.startsWith(name, from)) {
                return pairs.substring(equals + 1, end);
            }
            from = end + 1;
        }
        return null;
    }
}
