package dev.sluice.proxy.http2;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.syntax.Token;
import org.jspecify.annotations.Nullable;

/**
 * The head of a request (RFC 9113 §8.3.1, RFC 8441 §4). Immutable.
 *
 * @param scheme empty for a CONNECT without a protocol
 * @param authority null if there is neither {@code :authority} nor {@code host}
 * @param path with the query; empty for a CONNECT without a protocol
 * @param protocol what a CONNECT becomes, such as {@code websocket}; null for any other request
 * @param headers without {@code host}
 */
public record RequestFields(
        String method,
        String scheme,
        @Nullable String authority,
        String path,
        @Nullable String protocol,
        Headers headers) {
    /**
     * Takes a block apart.
     *
     * @param extendedConnect whether CONNECT may name a protocol
     * @throws Http2Exception if it is no request
     */
    public static RequestFields of(FieldBlock block, int stream, boolean extendedConnect) throws Http2Exception {
        String method = taken(block, ":method");
        String scheme = taken(block, ":scheme");
        String path = taken(block, ":path");
        String authority = block.take(":authority");
        String protocol = extendedConnect ? block.take(":protocol") : null;
        Headers headers = block.rest(stream);
        require(stream, Token.is(method), "no :method that is one");
        boolean connect = method.equals("CONNECT");
        require(stream, connect || protocol == null, ":protocol in a request that is no CONNECT (RFC 8441 §4)");
        require(stream, protocol == null || Token.is(protocol), "a :protocol that is none (RFC 8441 §4)");
        if (connect && protocol == null) {
            require(stream, scheme.isEmpty() && path.isEmpty(), "CONNECT with :scheme or :path (RFC 9113 §8.5)");
            require(stream, authority != null && !authority.isEmpty(), "CONNECT without :authority (RFC 9113 §8.5)");
            return new RequestFields(method, "", authority, "", null, withoutHost(headers));
        }
        require(stream, isScheme(scheme), "no :scheme that is one (RFC 9113 §8.3.1)");
        require(stream, !path.isEmpty(), "no :path, or an empty one (RFC 9113 §8.3.1)");
        boolean ofServer = path.equals("*") && method.equals("OPTIONS");
        require(stream, isTarget(path), "a :path with a character that no target has");
        require(stream, path.startsWith("/") || ofServer, "a :path that does not begin with a slash (RFC 9113 §8.3.1)");
        return new RequestFields(
                method, scheme, authority(stream, authority, headers), path, protocol, withoutHost(headers));
    }

    /** RFC 3986 §3.1: who puts a target together from it must not find a whole URL there. */
    private static boolean isScheme(String scheme) {
        for (int i = 0; i < scheme.length(); i++) {
            char c = scheme.charAt(i);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            boolean other = (c >= '0' && c <= '9') || "+-.".indexOf(c) >= 0;
            if (!letter && (i == 0 || !other)) {
                return false;
            }
        }
        return !scheme.isEmpty();
    }

    private static boolean isTarget(String path) {
        for (int i = 0; i < path.length(); i++) {
            if (path.charAt(i) <= ' ' || path.charAt(i) >= 0x7f) {
                return false;
            }
        }
        return true;
    }

    /** The value; empty if it is not there, which is as wrong where it must be. */
    private static String taken(FieldBlock block, String name) {
        String value = block.take(name);
        return value == null ? "" : value;
    }

    /** Both name the same place, or nobody could say which one counts (RFC 9113 §8.3.1). */
    private static @Nullable String authority(int stream, @Nullable String authority, Headers headers)
            throws Http2Exception {
        require(stream, headers.all("host").size() <= 1, "host more than once");
        String host = headers.first("host").orElse(null);
        require(
                stream,
                authority == null || host == null || authority.equalsIgnoreCase(host),
                ":authority and host that differ (RFC 9113 §8.3.1)");
        return authority == null ? host : authority;
    }

    private static Headers withoutHost(Headers headers) {
        return headers.has("host") ? headers.without("host"::equalsIgnoreCase) : headers;
    }

    private static void require(int stream, boolean met, String why) throws Http2Exception {
        if (!met) {
            throw FieldBlock.malformed(stream, why);
        }
    }
}
