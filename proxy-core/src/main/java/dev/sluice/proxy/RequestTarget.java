package dev.sluice.proxy;

import dev.sluice.proxy.internal.Printable;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where a request goes (RFC 9112 §3.2). Path and query stay raw, byte for byte as received.
 *
 * @param form the form it was received in
 * @param scheme {@code http} or {@code https}; from the target in absolute form, else from the listener
 * @param authority from the target in absolute and authority form (then the received {@code Host} does not count), else
 *     from {@code Host}; null if there is none, as HTTP/1.0 allows
 * @param path begins with a slash, or is {@code *} in asterisk form and empty in authority form; in absolute form it is
 *     {@code *} if an OPTIONS request has neither path nor query, as the origin then gets {@code *}
 * @param query without the question mark; null if there is none
 */
public record RequestTarget(
        Form form,
        String scheme,
        @Nullable Authority authority,
        String path,
        @Nullable String query) {
    /** The four forms of RFC 9112 §3.2. */
    public enum Form {
        /** {@code /path?query}: for an origin or a reverse proxy. */
        ORIGIN,
        /** {@code http://host/path?query}: for a forward proxy; a server must accept it too (RFC 9112 §3.2.2). */
        ABSOLUTE,
        /** {@code host:port}: only for CONNECT. */
        AUTHORITY,
        /** {@code *}: only for OPTIONS. */
        ASTERISK
    }

    /**
     * Checks the parts.
     *
     * @throws IllegalArgumentException if a part has a character that a request line cannot carry, or does not fit the
     *     form
     */
    public RequestTarget {
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw new IllegalArgumentException("scheme must be http or https: \"" + Printable.of(scheme) + "\"");
        }
        boolean fits = switch (form) {
            case ORIGIN -> path.startsWith("/");
            case ABSOLUTE -> path.startsWith("/") || (path.equals("*") && query == null);
            case AUTHORITY -> path.isEmpty() && query == null && authority != null;
            case ASTERISK -> path.equals("*") && query == null;
        };
        if (!fits) {
            throw new IllegalArgumentException("path \"" + path + "\" does not fit a target in " + form + " form");
        }
        requireVisible("path", path);
        if (query != null) {
            requireVisible("query", query);
        }
    }

    /**
     * Reads a target as it was in a request line.
     *
     * @param method decides between the forms: CONNECT has only the authority form
     * @param scheme the listener's: {@code http} or {@code https}
     * @param host the value of the {@code Host} field, or null if there was none
     * @throws ProxyException if it is none of the four forms, or has userinfo or a fragment: BAD_REQUEST
     */
    public static RequestTarget parse(String method, String target, String scheme, @Nullable String host)
            throws ProxyException {
        try {
            return of(method, target, scheme, authorityOf(host));
        } catch (IllegalArgumentException fault) {
            throw malformed(fault);
        }
    }

    /**
     * Reads a target as it was in a request line, with a {@code Host} that has already been read.
     *
     * @param method decides between the forms: CONNECT has only the authority form
     * @param scheme the listener's: {@code http} or {@code https}
     * @param host the value of the {@code Host} field, or null if there was none
     * @throws ProxyException if it is none of the four forms, or has userinfo or a fragment: BAD_REQUEST
     */
    public static RequestTarget received(String method, String target, String scheme, @Nullable Authority host)
            throws ProxyException {
        try {
            return of(method, target, scheme, host);
        } catch (IllegalArgumentException fault) {
            throw malformed(fault);
        }
    }

    /** What was wrong, without the value: a malformed target may have a password, which log and page would show. */
    private static ProxyException malformed(IllegalArgumentException fault) {
        String message = String.valueOf(fault.getMessage());
        int value = message.indexOf(':');
        return ProxyException.refused(Outcome.BAD_REQUEST, value < 0 ? message : message.substring(0, value));
    }

    private static RequestTarget of(String method, String target, String scheme, @Nullable Authority host) {
        if (method.equals("CONNECT") && target.indexOf('@') >= 0) {
            throw new IllegalArgumentException("userinfo in the request target");
        }
        if (method.equals("CONNECT")) {
            return new RequestTarget(Form.AUTHORITY, scheme, Authority.parse(target), "", null);
        }
        if (target.indexOf('#') >= 0) {
            throw new IllegalArgumentException("a fragment in the request target");
        }
        if (target.equals("*") && method.equals("OPTIONS")) {
            return new RequestTarget(Form.ASTERISK, scheme, host, "*", null);
        }
        if (target.startsWith("/")) {
            return split(Form.ORIGIN, scheme, host, target);
        }
        return parseAbsolute(method, target);
    }

    /** A target in origin form, for a request in a test or a probe. Path and query may both be in {@code path}. */
    public static RequestTarget of(String scheme, @Nullable Authority authority, String path) {
        return split(Form.ORIGIN, scheme, authority, path);
    }

    /** The same with another path. */
    public RequestTarget withPath(String newPath) {
        return newPath.equals(path) ? this : new RequestTarget(form, scheme, authority, newPath, query);
    }

    /** The same with another query, or none. */
    public RequestTarget withQuery(@Nullable String newQuery) {
        return new RequestTarget(form, scheme, authority, path, newQuery);
    }

    /** The same place on another server, in origin or asterisk form if this was absolute. */
    public RequestTarget at(String newScheme, @Nullable Authority newAuthority) {
        Form newForm = form != Form.ABSOLUTE ? form : path.equals("*") ? Form.ASTERISK : Form.ORIGIN;
        return new RequestTarget(newForm, newScheme, newAuthority, path, query);
    }

    /** Path and query, as a request line in origin form has them. */
    public String pathAndQuery() {
        return query == null ? path : path + '?' + query;
    }

    // Written out: the JDK keeps the last record class that it has made these for, and so its class loader.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RequestTarget that
                && form == that.form
                && scheme.equals(that.scheme)
                && Objects.equals(authority, that.authority)
                && path.equals(that.path)
                && Objects.equals(query, that.query);
    }

    @Override
    public int hashCode() {
        return Objects.hash(form, scheme, authority, path, query);
    }

    /** The target as a request line has it, in its form. */
    @Override
    public String toString() {
        return switch (form) {
            case ORIGIN, ASTERISK -> pathAndQuery();
            case ABSOLUTE -> scheme + "://" + authority + (path.equals("*") ? "" : pathAndQuery());
            case AUTHORITY -> String.valueOf(authority);
        };
    }

    private static RequestTarget parseAbsolute(String method, String target) {
        int end = target.indexOf("://");
        if (end < 0) {
            throw new IllegalArgumentException("not a request target: \"" + Printable.of(target) + "\"");
        }
        String scheme = target.substring(0, end).toLowerCase(Locale.ROOT);
        int start = end + "://".length();
        int slash = start;
        while (slash < target.length() && "/?".indexOf(target.charAt(slash)) < 0) {
            slash++;
        }
        String authority = target.substring(start, slash);
        if (authority.indexOf('@') >= 0) {
            throw new IllegalArgumentException("userinfo in the request target");
        }
        String rest = target.substring(slash);
        if (rest.isEmpty() && method.equals("OPTIONS")) {
            // RFC 9112 §3.2.4: the last proxy on the path turns it into "OPTIONS *".
            return new RequestTarget(Form.ABSOLUTE, scheme, Authority.parse(authority), "*", null);
        }
        return split(Form.ABSOLUTE, scheme, Authority.parse(authority), rest.startsWith("/") ? rest : '/' + rest);
    }

    private static @Nullable Authority authorityOf(@Nullable String host) {
        return host == null ? null : Authority.parse(host);
    }

    private static RequestTarget split(Form form, String scheme, @Nullable Authority authority, String pathAndQuery) {
        int mark = pathAndQuery.indexOf('?');
        String path = mark < 0 ? pathAndQuery : pathAndQuery.substring(0, mark);
        return new RequestTarget(form, scheme, authority, path, mark < 0 ? null : pathAndQuery.substring(mark + 1));
    }

    private static void requireVisible(String part, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c <= ' ' || c == 0x7f || c > 0xff || c == '#') {
                throw new IllegalArgumentException(
                        part + " of the request target has a character that is not allowed at index " + i);
            }
        }
    }
}
