package dev.sluice.proxy.key;

import dev.sluice.proxy.Principal;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.Stage;
import dev.sluice.proxy.internal.Require;
import dev.sluice.proxy.syntax.HostName;
import dev.sluice.proxy.syntax.IpLiteral;
import dev.sluice.proxy.syntax.KeyName;
import dev.sluice.proxy.syntax.QueryNames;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What requests have in common: those with the same key share a limit, or go to the same member of a pool. Called from
 * many threads at once; it must not block.
 *
 * <pre>{@code
 * RequestKey.principal().or(RequestKey.clientNetwork(24, 64));
 * }</pre>
 */
@FunctionalInterface
public interface RequestKey {
    /** The key of the request, or null if it has none; an empty one counts as none. */
    @Nullable
    String of(ProxyRequest request);

    /**
     * Where a filter with this key stands at the earliest: {@link Stage#AFTER_AUTHENTICATION} if the key needs the
     * principal, else {@link Stage#BEFORE_AUTHENTICATION}, which is the default.
     */
    default Stage stage() {
        return Stage.BEFORE_AUTHENTICATION;
    }

    /** This key, or the other one for a request that has none of this. */
    default RequestKey or(RequestKey other) {
        Objects.requireNonNull(other, "other");
        Stage later = stage().compareTo(other.stage()) > 0 ? stage() : other.stage();
        return new NamedKey(this + ", or " + other, later, request -> {
            String key = of(request);
            return key == null || key.isEmpty() ? other.of(request) : key;
        });
    }

    /** Both keys together, or null for a request that lacks one of them. */
    default RequestKey and(RequestKey other) {
        Objects.requireNonNull(other, "other");
        Stage later = stage().compareTo(other.stage()) > 0 ? stage() : other.stage();
        return new NamedKey(this + " and " + other, later, request -> {
            String key = of(request);
            if (key == null || key.isEmpty()) {
                return null;
            }
            String more = other.of(request);
            // The length keeps "a" with "bc" apart from "ab" with "c".
            return more == null || more.isEmpty() ? null : key.length() + ":" + key + more;
        });
    }

    /** The name of the {@link Principal}, if authentication has found one. */
    static RequestKey principal() {
        return new NamedKey("principal", Stage.AFTER_AUTHENTICATION, request -> {
            Principal principal = request.exchange().record().principal();
            return principal == null ? null : principal.name();
        });
    }

    /** The name of the route that was taken. */
    static RequestKey route() {
        return new NamedKey("route", request -> request.exchange().record().route());
    }

    /**
     * The address of the client that began the request: the peer of the connection, or the client that a {@linkplain
     * dev.sluice.proxy.header.Forwarding#trusts trusted} peer names.
     */
    static RequestKey clientAddress() {
        return new NamedKey("client address", request -> {
            InetAddress address = client(request);
            return address == null ? null : IpLiteral.format(address);
        });
    }

    /**
     * The network of the {@link #clientAddress()}. A client often has a whole network of IPv6, so one address of it says
     * little.
     *
     * @param bits4 the bits of an IPv4 address that count, 0 to 32, such as 24
     * @param bits6 the bits of an IPv6 address that count, 0 to 128, such as 64
     * @throws IllegalArgumentException if one is not in its range; the message shows it
     */
    static RequestKey clientNetwork(int bits4, int bits6) {
        Require.within("key clientNetwork bits4", 0, 32, bits4);
        Require.within("key clientNetwork bits6", 0, 128, bits6);
        return new NamedKey("client network /" + bits4 + " or /" + bits6, request -> {
            InetAddress address = client(request);
            return address == null ? null : network(address, bits4, bits6);
        });
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
     * The value of a query parameter, decoded as forms write it, so that no escape gets a client another key; the first one
     * if several have this name.
     *
     * @param name as it is in a query, with escapes or without; compared decoded, with case
     * @throws IllegalArgumentException if the name is empty, or has a character that a name in a query cannot have (RFC 3986
     *     §3.4), such as a blank or an equals sign; the message shows it
     */
    static RequestKey query(String name) {
        KeyName.requireQuery(name);
        String decoded = QueryNames.decode(name);
        return new NamedKey(
                "query " + name, request -> QueryNames.first(request.target().query(), decoded));
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

    private static @Nullable InetAddress client(ProxyRequest request) {
        return request.exchange().record().forwardedClient().address();
    }

    private static String network(InetAddress address, int bits4, int bits6) {
        byte[] bytes = IpLiteral.bytes(address).clone();
        int bits = bytes.length == 4 ? bits4 : bits6;
        for (int i = 0; i < bytes.length; i++) {
            int left = Math.max(0, Math.min(8, bits - 8 * i));
            bytes[i] &= (byte) (0xFF << (8 - left));
        }
        try {
            return IpLiteral.format(InetAddress.getByAddress(bytes)) + "/" + bits;
        } catch (UnknownHostException never) {
            throw new IllegalStateException("an address has 4 or 16 bytes", never);
        }
    }
}
