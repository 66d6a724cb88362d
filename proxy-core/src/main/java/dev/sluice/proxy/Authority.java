package dev.sluice.proxy;

import dev.sluice.proxy.internal.Printable;
import dev.sluice.proxy.syntax.Ascii;
import dev.sluice.proxy.syntax.Hex;
import dev.sluice.proxy.syntax.HostName;
import dev.sluice.proxy.syntax.IpLiteral;
import java.net.InetAddress;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A host and perhaps a port, as in a {@code Host} field or a URL (RFC 3986 §3.2), without userinfo. The host is kept in
 * one spelling (RFC 3986 §6.2.2): in lower case, escapes of unreserved characters decoded, an IPv6 address as RFC 5952
 * writes it. One dot at the end of a name, which stands for the root of all names, stays. Immutable.
 */
public final class Authority {
    /** The characters that a name may have unescaped, beside letters and digits (RFC 3986 §3.2.2). */
    private static final String NAME_MARKS = "-._~!$&'()*+,;=";

    private final String host;
    private final int port;

    /** Kept from its first use, as most requests of one client, and all to one origin, ask for the same again. */
    private @Nullable String text;

    /**
     * Checks the parts.
     *
     * @param host without brackets if it is an IPv6 address
     * @param port 0 to 65535, or -1 for none
     * @throws IllegalArgumentException if the host is empty, ends with two dots, has a character or an escape that a
     *     host cannot have, or has a colon but is not an IPv6 address; or if the port is out of range; the message
     *     names the part and the value
     */
    public Authority(String host, int port) {
        String normal = host.indexOf(':') >= 0 ? ipv6(host) : name(host);
        if (normal == null) {
            throw new IllegalArgumentException("not a host: \"" + Printable.of(host) + "\"");
        }
        this.host = normal;
        this.port = port;
        if (port < -1 || port > 65_535) {
            throw new IllegalArgumentException("port must be 0 to 65535: " + port);
        }
    }

    /** The host in its normal spelling; an IPv6 address without its brackets. */
    public String host() {
        return host;
    }

    /** The port, 1 to 65535 (0 is accepted as a number and never connected to), or -1 when none was given. */
    public int port() {
        return port;
    }

    /**
     * Reads {@code host}, {@code host:port}, {@code [v6]} or {@code [v6]:port}. An empty port, as in {@code host:}, is
     * none (RFC 3986 §3.2.3).
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
        Authority authority = new Authority(host, colon < 0 ? -1 : port(text, colon + 1));
        if (authority.isWritten(text, colon)) {
            authority.text = text;
        }
        return authority;
    }

    /** Returns whether this is also written as the text that it was read from, as usual. */
    private boolean isWritten(String read, int colon) {
        boolean plainPort = colon < 0 || (port > 0 && read.charAt(colon + 1) != '0');
        return plainPort && (colon < 0 ? read.length() : colon) == host.length() && read.startsWith(host);
    }

    /** The port, or the one that {@code scheme} has by default: 443 for {@code https} and {@code wss}, else 80. */
    public int portOr(String scheme) {
        if (port >= 0) {
            return port;
        }
        return scheme.equalsIgnoreCase("https") || scheme.equalsIgnoreCase("wss") ? 443 : 80;
    }

    /** Returns whether both name the same place, given the default port of {@code scheme}. */
    public boolean sameAs(Authority other, String scheme) {
        return host.equals(other.host) && portOr(scheme) == other.portOr(scheme);
    }

    /** The text that goes into a {@code Host} field. */
    @Override
    public String toString() {
        String made = text;
        if (made == null) {
            String name = HostName.inBrackets(host);
            made = port < 0 ? name : name + ':' + port;
            text = made;
        }
        return made;
    }

    /** Returns whether host and port are the same. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Authority that && port == that.port && host.equals(that.host);
    }

    @Override
    public int hashCode() {
        return 31 * host.hashCode() + port;
    }

    /** The number that begins at {@code from}, or -1 if nothing is there. */
    private static int port(String text, int from) {
        int port = from == text.length() ? -1 : 0;
        for (int i = from; i < text.length(); i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9 || port > 65_535) {
                throw new IllegalArgumentException("not a port: \"" + Printable.of(text.substring(from)) + "\"");
            }
            port = 10 * port + digit;
        }
        return port;
    }

    private static @Nullable String ipv6(String host) {
        InetAddress address = IpLiteral.parse(host);
        if (address == null) {
            return null;
        }
        String text = IpLiteral.format(address);
        // An IPv4 address in IPv6 form stays one, as it is written in brackets.
        return text.indexOf(':') >= 0 ? text : "::ffff:" + text;
    }

    /** A registered name or an IPv4 address, or null when it is neither. */
    private static @Nullable String name(String host) {
        String name = host.indexOf('%') >= 0 ? unescaped(host) : host;
        if (name == null || name.isEmpty() || name.equals(".") || name.endsWith("..")) {
            return null;
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (!Ascii.isLetterOrDigit(c) && NAME_MARKS.indexOf(c) < 0) {
                return null;
            }
        }
        return name.toLowerCase(Locale.ROOT);
    }

    /** RFC 3986 §6.2.2.2; any other escape makes no name that could be looked up, and gives null. */
    private static @Nullable String unescaped(String host) {
        StringBuilder name = new StringBuilder(host.length());
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            if (c == '%') {
                c = (char) Math.max(0, Hex.pair(host, i + 1));
                if (!Ascii.isLetterOrDigit(c) && "-._~".indexOf(c) < 0) {
                    return null;
                }
                i += 2;
            }
            name.append(c);
        }
        return name.toString();
    }
}
