package dev.sluice.proxy.header.rule;

import dev.sluice.proxy.Authority;
import org.jspecify.annotations.Nullable;

/**
 * A reference to a web resource, in its parts (RFC 3986 §4.1).
 *
 * @param scheme as written, or null when the reference has none
 * @param effectiveScheme the same, or the scheme of what the reference is relative to
 * @param authority null when the reference is a path
 * @param path begins with a slash, or is empty after an authority
 * @param rest query and fragment, with their marks
 */
record Reference(
        @Nullable String scheme,
        String effectiveScheme,
        @Nullable Authority authority,
        String path,
        String rest) {
    /** Null for anything but {@code http} and {@code https}, a relative path, and what cannot be parsed. */
    static @Nullable Reference parse(String text, String baseScheme) {
        String scheme = null;
        if (text.regionMatches(true, 0, "http://", 0, 7)) {
            scheme = "http";
        } else if (text.regionMatches(true, 0, "https://", 0, 8)) {
            scheme = "https";
        }
        int start = scheme == null ? 0 : scheme.length() + 1;
        int rest = indexOfAny(text, "?#", start);
        if (!text.startsWith("//", start)) {
            return text.startsWith("/")
                    ? new Reference(null, baseScheme, null, text.substring(0, rest), text.substring(rest))
                    : null;
        }
        int path = indexOfAny(text, "/?#", start + 2);
        Authority authority = authority(text.substring(start + 2, path));
        return authority == null
                ? null
                : new Reference(
                        scheme,
                        scheme == null ? baseScheme : scheme,
                        authority,
                        text.substring(path, rest),
                        text.substring(rest));
    }

    private static @Nullable Authority authority(String text) {
        try {
            return Authority.parse(text);
        } catch (IllegalArgumentException notOne) {
            return null;
        }
    }

    /** The first index of one of the characters, or the length. */
    private static int indexOfAny(String text, String characters, int from) {
        int at = from;
        while (at < text.length() && characters.indexOf(text.charAt(at)) < 0) {
            at++;
        }
        return at;
    }
}
