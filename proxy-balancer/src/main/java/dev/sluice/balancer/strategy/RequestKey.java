package dev.sluice.balancer.strategy;

import dev.sluice.balancer.internal.KeyName;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.header.Forwarding;
import dev.sluice.proxy.syntax.HostName;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * The key that a strategy hashes: requests with the same key go to the same member. Called from many threads at once;
 * it must not block.
 */
@FunctionalInterface
public interface RequestKey {
    /** The key of the request, or null if it has none; an empty one counts as none. */
    @Nullable
    String of(ProxyRequest request);

    /** The address of the connection's peer: of the client, or of the proxy before this one. */
    static RequestKey clientAddress() {
        return new NamedKey(
                "client address",
                request -> text(request.exchange().client().address().getAddress()));
    }

    /** The address of the client that began the request, as the trusted proxies report it. */
    static RequestKey clientAddress(Forwarding trusted) {
        return new NamedKey(
                "client address",
                request -> text(trusted.clientAddress(request.exchange().client(), request.headers())));
    }

    /**
     * The value of a field; the first line if there are several.
     *
     * @throws IllegalArgumentException if the name is not a token (RFC 9110 §5.1), or one of the fields that belong to the
     *     connection and are no fields of a request here, such as {@code Connection} and {@code Host}, for which see
     *     {@link #host()}; the message shows it
     */
    static RequestKey header(String name) {
        if (name.equalsIgnoreCase("Host")) {
            throw new IllegalArgumentException("header must not be Host, which is the key host(): " + name);
        }
        KeyName.requireField("key header", name);
        return new NamedKey(
                "header " + name, request -> request.headers().first(name).orElse(null));
    }

    /**
     * The value of a cookie as the client sent it; the first one if several have this name. Names are compared with
     * case.
     *
     * @throws IllegalArgumentException if the name is not a token (RFC 6265 §4.1.1); the message shows it
     */
    static RequestKey cookie(String name) {
        KeyName.requireToken("key cookie", name);
        return new NamedKey("cookie " + name, request -> NamedValue.ofCookie(request.headers(), name));
    }

    /**
     * The value of a query parameter as received, not decoded; the first one if several have this name.
     *
     * @param name as it is in the query, with its escapes
     * @throws IllegalArgumentException if the name is empty, or has a character that a name in a query cannot have (RFC 3986
     *     §3.4), such as a blank or an equals sign; the message shows it
     */
    static RequestKey query(String name) {
        KeyName.requireQuery(name);
        return new NamedKey(
                "query " + name, request -> NamedValue.find(request.target().query(), name, '&'));
    }

    /** The path as received, without the query. */
    static RequestKey path() {
        return new NamedKey("path", request -> request.target().path());
    }

    /** The host that the client asked for, in lower case and without the dot of the root at its end. */
    static RequestKey host() {
        return new NamedKey("host", request -> {
            var authority = request.target().authority();
            return authority == null ? null : HostName.withoutRootDot(authority.host());
        });
    }

    private static @Nullable String text(@Nullable InetAddress address) {
        return address == null ? null : address.getHostAddress();
    }
}
