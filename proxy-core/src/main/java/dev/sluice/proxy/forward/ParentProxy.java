package dev.sluice.proxy.forward;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.origin.Origin;
import dev.sluice.proxy.syntax.BasicCredentials;
import dev.sluice.proxy.tls.OriginTls;
import org.jspecify.annotations.Nullable;

/**
 * Another proxy that gets the requests, instead of their destinations. Immutable.
 *
 * <p>It resolves the names, so an address rule does not see their addresses: only hosts that are addresses are checked
 * here.
 */
public final class ParentProxy {
    private final Origin origin;
    private final @Nullable String authorization;
    private final @Nullable OriginTls tls;

    private ParentProxy(Origin origin, @Nullable String authorization, @Nullable OriginTls tls) {
        this.origin = origin;
        this.authorization = authorization;
        this.tls = tls;
    }

    /**
     * A proxy without credentials. If this proxy does not ask its clients for any, their {@code Proxy-Authorization}
     * and the parent's {@code Proxy-Authenticate} are relayed (RFC 9110 §11.7).
     *
     * @param uri {@code http://host[:port]}, or {@code https://…} for TLS to the proxy itself
     * @throws IllegalArgumentException if it is not of this form; the message shows it, but no userinfo
     */
    public static ParentProxy at(String uri) {
        Origin origin = Origin.of(Origin.uri(uri));
        if (!origin.basePath().isEmpty()) {
            throw new IllegalArgumentException("parent proxy must have no path: " + uri);
        }
        return new ParentProxy(origin, null, null);
    }

    /**
     * The same proxy, with these credentials in every request (scheme Basic, RFC 7617).
     *
     * @throws IllegalArgumentException if one has a control character, or the user a colon; the message shows only the
     *     user
     */
    public ParentProxy withCredentials(String user, String password) {
        return new ParentProxy(origin, BasicCredentials.field(user, password), tls);
    }

    /**
     * The same proxy, with its own settings for TLS to the proxy itself; by default those of the transport.
     *
     * @throws IllegalArgumentException if its URL is not one of https, or the settings take the server's name from the
     *     {@code Host} of a request, which is that of the destination
     */
    public ParentProxy withTls(OriginTls settings) {
        if (!scheme().equals("https")) {
            throw new IllegalArgumentException("parent proxy has TLS settings, but its URL is not https://…: " + this);
        }
        if (settings.settings().serverNameFromHost()) {
            throw new IllegalArgumentException(
                    "tls of a parent proxy cannot take the server's name from a Host, which is another server's: "
                            + this);
        }
        return new ParentProxy(origin, authorization, settings);
    }

    /** {@code http}, or {@code https} for TLS. */
    public String scheme() {
        return origin.scheme();
    }

    /** Its host, and its port unless that is the scheme's own. */
    public Authority authority() {
        return origin.authority();
    }

    /** Its own TLS settings, or null for those of the transport. */
    @Nullable
    OriginTls tls() {
        return tls;
    }

    /** The value of {@code Proxy-Authorization}, or null. */
    @Nullable
    String authorization() {
        return authorization;
    }

    /** Its URL, without credentials. */
    @Override
    public String toString() {
        return origin.toString();
    }
}
