package dev.sluice.proxy.header;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.syntax.Ascii;
import dev.sluice.proxy.syntax.HostName;
import dev.sluice.proxy.syntax.IpLiteral;
import dev.sluice.proxy.syntax.QuotedString;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** Writes and reads the nodes of a forwarded request (RFC 7239 §4 and §6). */
final class ForwardedNode {
    private ForwardedNode() {}

    /** The address in a member of {@code X-Forwarded-For}, with or without a port; null when there is none. */
    static @Nullable InetAddress parse(String member) {
        InetAddress address = IpLiteral.parse(member);
        if (address != null) {
            return address;
        }
        boolean bracketed = member.startsWith("[");
        int end = bracketed ? member.indexOf(']') : member.indexOf(':');
        if (end < 0 || !isPortOrNothing(member.substring(bracketed ? end + 1 : end))) {
            return null;
        }
        String literal = member.substring(bracketed ? 1 : 0, end);
        // Brackets are only for IPv6, and without them the first colon ends an IPv4 address.
        return literal.indexOf(':') >= 0 == bracketed ? IpLiteral.parse(literal) : null;
    }

    /** One element of {@code Forwarded}, about this hop. */
    static String element(
            @Nullable InetAddress peer, @Nullable Authority authority, String scheme, @Nullable String by) {
        return element(node(peer), by, authority, scheme);
    }

    /** One element of {@code Forwarded}, about an earlier hop, of which only the node may be known. */
    static String element(String member, @Nullable Authority authority, @Nullable String scheme) {
        return element(isObfuscated(member) ? member : node(parse(member)), null, authority, scheme);
    }

    private static String element(
            String node, @Nullable String by, @Nullable Authority authority, @Nullable String scheme) {
        StringBuilder element = new StringBuilder("for=").append(quoted(node));
        if (by != null) {
            element.append(";by=").append(by);
        }
        if (authority != null) {
            element.append(";host=").append(quoted(authority.toString()));
        }
        return scheme == null
                ? element.toString()
                : element.append(";proto=").append(scheme).toString();
    }

    /** A node of {@code Forwarded} as {@code X-Forwarded-For} has it: an address has neither brackets nor a port. */
    static String plain(String node) {
        InetAddress address = parse(node);
        return address == null ? node : IpLiteral.format(address);
    }

    static boolean isObfuscated(String identifier) {
        return identifier.length() > 1
                && identifier.charAt(0) == '_'
                && identifier.chars().allMatch(c -> Ascii.isLetterOrDigit(c) || "._-".indexOf(c) >= 0);
    }

    /** RFC 7239 §6: IPv6 in brackets, and a word for what is not known. */
    private static String node(@Nullable InetAddress peer) {
        if (peer == null) {
            return "unknown";
        }
        return HostName.inBrackets(IpLiteral.format(peer));
    }

    /** A value is a token, or a string in quotes (RFC 7239 §4): colons and brackets are in no token. */
    private static String quoted(String value) {
        return Headers.isToken(value) ? value : QuotedString.of(value);
    }

    private static boolean isPortOrNothing(String text) {
        return text.isEmpty() || (text.charAt(0) == ':' && Ascii.number(text.substring(1), 5) >= 0);
    }
}
