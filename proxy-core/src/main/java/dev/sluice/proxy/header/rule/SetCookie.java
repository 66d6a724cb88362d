package dev.sluice.proxy.header.rule;

import java.util.function.Predicate;

/** One {@code Set-Cookie} line, as browsers read it (RFC 6265 §5.2). */
final class SetCookie {
    private SetCookie() {}

    /**
     * The line for the client. Attributes that stay keep their text; a line without a name and a value stays whole.
     *
     * @param origin tells whether a host is the origin's
     */
    static String rewrite(String line, OriginMapping mapping, Predicate<String> origin) {
        int end = end(line, 0);
        int equals = line.indexOf('=');
        if (equals < 0 || equals > end || line.substring(0, equals).isBlank()) {
            return line;
        }
        // The name says that Path is "/", and a browser refuses such a cookie with any other.
        boolean fixedPath = line.stripLeading().startsWith("__Host-");
        StringBuilder cookie = new StringBuilder(line.length() + 16).append(line, 0, end);
        boolean secure = false;
        for (int from = end; from < line.length(); from = end) {
            end = end(line, from + 1);
            String attribute = line.substring(from + 1, end);
            String name = name(attribute);
            String value = value(attribute);
            secure |= name.equalsIgnoreCase("Secure");
            if (name.equalsIgnoreCase("Path") && value.startsWith("/") && !fixedPath) {
                String path = mapping.publicCookiePath(value);
                cookie.append(path.equals(value) ? ';' + attribute : "; Path=" + path);
            } else if (!(name.equalsIgnoreCase("Domain") && origin.test(host(value)))) {
                cookie.append(';').append(attribute);
            }
        }
        return cookie.append(mapping.publicScheme().equals("https") && !secure ? "; Secure" : "")
                .toString();
    }

    private static int end(String line, int from) {
        int semicolon = line.indexOf(';', from);
        return semicolon < 0 ? line.length() : semicolon;
    }

    private static String name(String attribute) {
        int equals = attribute.indexOf('=');
        return (equals < 0 ? attribute : attribute.substring(0, equals)).strip();
    }

    private static String value(String attribute) {
        int equals = attribute.indexOf('=');
        return equals < 0 ? "" : attribute.substring(equals + 1).strip();
    }

    /** RFC 6265 §5.2.3: a dot at the beginning does not count. */
    private static String host(String domain) {
        return domain.startsWith(".") ? domain.substring(1) : domain;
    }
}
