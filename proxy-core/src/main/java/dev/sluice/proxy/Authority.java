package dev.sluice.proxy;

import dev.sluice.proxy.internal.Printable;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A host and perhaps a port, as in a {@code Host} field or a URL (RFC 3986 §3.2), without userinfo. Immutable.
 */
public final class Authority {
    private final String host;
    private final int port;

    /**
     * Made when it is first asked for, as most requests of one client, and all to one origin, ask for the same again.
     */
    private @Nullable String text;

    /**
     * Checks the parts.
     *
     * @param host without brackets where it is an IPv6 address
     * @param port 0 to 65535, or -1 for none
     * @throws IllegalArgumentException if the host is empty or has a character that a host cannot have, or the port is
     *     out of range; the message names the part and the value
     */
    public Authority(String host, int port) {
        this.host = host.toLowerCase(Locale.ROOT);
        this.port = port;
        if (!(host.indexOf(':') >= 0 ? isIpv6(this.host) : isName(this.host))) {
            throw new IllegalArgumentException("not a host: \"" + Printable.of(host) + "\"");
        }
        if (port < -1 || port > 65_535) {
            throw new IllegalArgumentException("port must be 0 to 65535: " + port);
        }
    }

    /** The host in lower case; an IPv6 address without its brackets. */
    public String host() {
        return host;
    }

    /** The port, 1 to 65535 (0 is accepted as a number and never connected to), or -1 when none was given. */
    public int port() {
        return port;
    }

    /**
     * Reads {@code host}, {@code host:port}, {@code [v6]} or {@code [v6]:port}.
     *
     * @throws IllegalArgumentException if the text is none of these; the message names what was wrong and the value
     */
    public static Authority parse(String text) {
        int bracket = text.startsWith("[") ? text.indexOf(']') : -1;
        if (text.startsWith("[") && bracket < 0) {
            throw new IllegalArgumentException("no closing bracket: \"" + Printable.of(text) + "\"");
        }
        int colon = text.indexOf(':', bracket + 1);
        String host = text.substring(0, colon < 0 ? text.length() : colon);
        if (bracket >= 0) {
            if (bracket != host.length() - 1 || host.indexOf(':') < 0) {
                throw new IllegalArgumentException("not a host: \"" + Printable.of(text) + "\"");
            }
            host = host.substring(1, bracket);
        }
        return new Authority(host, colon < 0 ? -1 : parsePort(text.substring(colon + 1)));
    }

    /** The port, or the one that {@code scheme} has by default: 443 for {@code https} and {@code wss}, else 80. */
    public int portOr(String scheme) {
        if (port >= 0) {
            return port;
        }
        return scheme.equalsIgnoreCase("https") || scheme.equalsIgnoreCase("wss") ? 443 : 80;
    }

    /** Tells whether both name the same place, given the default port of {@code scheme}. */
    public boolean sameAs(Authority other, String scheme) {
        return host.equals(other.host) && portOr(scheme) == other.portOr(scheme);
    }

    /** The text that goes into a {@code Host} field. */
    @Override
    public String toString() {
        String made = text;
        if (made == null) {
            String name = host.indexOf(':') >= 0 ? '[' + host + ']' : host;
            made = port < 0 ? name : name + ':' + port;
            text = made;
        }
        return made;
    }

    /** Tells whether host and port are the same. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Authority that && port == that.port && host.equals(that.host);
    }

    @Override
    public int hashCode() {
        return 31 * host.hashCode() + port;
    }

    private static int parsePort(String digits) {
        boolean valid = !digits.isEmpty() && digits.length() <= 5;
        for (int i = 0; valid && i < digits.length(); i++) {
            valid = digits.charAt(i) >= '0' && digits.charAt(i) <= '9';
        }
        if (!valid) {
            throw new IllegalArgumentException("not a port: \"" + Printable.of(digits) + "\"");
        }
        return Integer.parseInt(digits);
    }

    private static boolean isIpv6(String host) {
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            if (c >= 0x80 || (Character.digit(c, 16) < 0 && c != ':' && c != '.')) {
                return false;
            }
        }
        return true;
    }

    private static boolean isName(String host) {
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            if (c <= ' ' || c >= 0x7f || "/?#@\\\"<>^`{|}[]%:,;=".indexOf(c) >= 0) {
                return false;
            }
        }
        return !host.isEmpty();
    }
}
