package dev.sluice.proxy.browser;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.internal.Printable;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Origins of pages, in the form in which browsers send them: {@code https://app.example}, {@code https://app.example:8443},
 * or {@code https://*.app.example} for all names below one. Immutable.
 */
final class AllowedOrigins {
    private static final String SEPARATOR = "://";
    private static final Pattern SCHEME = Pattern.compile("[a-z][a-z0-9+.-]*");
    /** RFC 1035 §2.3.4. A client may send far more, and the time and the stack of a match grow with it. */
    private static final int LONGEST_NAME = 253;

    private static final Pattern NAMES = Pattern.compile("[a-z0-9_-]+(\\.[a-z0-9_-]+)*");

    private final Set<String> whole = new HashSet<>();
    private final Set<Below> below = new HashSet<>();

    /** All names below one: what comes before the names, and after them. */
    private record Below(String scheme, String rest) {
        boolean has(String origin) {
            int length = origin.length() - scheme.length() - rest.length();
            return length > 0
                    && length <= LONGEST_NAME
                    && origin.startsWith(scheme)
                    && origin.endsWith(rest)
                    && NAMES.matcher(origin.substring(scheme.length(), scheme.length() + length))
                            .matches();
        }

        // Written out: the JDK keeps the last record class that it has made these for, and so its class loader.

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Below that && scheme.equals(that.scheme) && rest.equals(that.rest);
        }

        @Override
        public int hashCode() {
            return 31 * scheme.hashCode() + rest.hashCode();
        }
    }

    /**
     * Reads origins.
     *
     * @throws IllegalArgumentException if one is not of this form; the message shows it
     */
    AllowedOrigins(Set<String> texts) {
        texts.forEach(this::add);
    }

    /** Returns whether the page of this origin may read; {@code null} is the origin of nobody in particular. */
    boolean has(List<String> origins) {
        if (origins.size() != 1) {
            return false;
        }
        String origin = origins.get(0);
        return whole.contains(origin) || below.stream().anyMatch(each -> each.has(origin));
    }

    private void add(String text) {
        int end = text.indexOf(SEPARATOR);
        String scheme = text.substring(0, Math.max(end, 0)).toLowerCase(Locale.ROOT);
        if (!SCHEME.matcher(scheme).matches()) {
            throw wrong("must be like https://app.example", text, null);
        }
        String place = text.substring(end + SEPARATOR.length());
        boolean names = place.startsWith("*.");
        Authority authority;
        try {
            authority = Authority.parse(names ? place.substring(2) : place);
        } catch (IllegalArgumentException fault) {
            throw wrong("must be a scheme, a host and perhaps a port", text, fault);
        }
        if (authority.host().indexOf('*') >= 0) {
            throw wrong("may have * only as *. before a name", text, null);
        }
        if (isDefaultPort(scheme, authority.port())) {
            throw wrong("must not have the scheme's own port, which browsers leave out", text, null);
        }
        String written = authority.toString();
        if (names) {
            below.add(new Below(scheme + SEPARATOR, '.' + written));
        } else {
            whole.add(scheme + SEPARATOR + written);
        }
    }

    private static boolean isDefaultPort(String scheme, int port) {
        return (scheme.equals("https") && port == 443) || (scheme.equals("http") && port == 80);
    }

    private static IllegalArgumentException wrong(String rule, String text, @Nullable Throwable cause) {
        return new IllegalArgumentException("allowOrigins " + rule + ": \"" + Printable.of(text) + "\"", cause);
    }
}
