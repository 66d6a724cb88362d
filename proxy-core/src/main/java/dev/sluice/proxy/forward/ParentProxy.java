package dev.sluice.proxy.forward;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.origin.Origin;
import dev.sluice.proxy.syntax.BasicCredentials;
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

    private ParentProxy(Origin origin, @Nullable String authorization) {
        this.origin = origin;
        this.authorization = authorization;
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
        return new ParentProxy(origin, null);
    }

    /**
     * The same proxy, with these credentials in every request (scheme Basic, RFC 7617).
     *
     * @throws IllegalArgumentException if one has a control character, or the user a colon; the message shows only the
     *     user
     */
    public ParentProxy withCredentials(String user, String password) {
        return new ParentProxy(origin, BasicCredentials.field(user, password));
    }

    /** {@code http}, or {@code https} for TLS. */
    public String scheme() {
        return origin.scheme();
    }

    /** Its host, and its port unless that is the scheme's own. */
    public Authority authority() {
        return origin.authority();
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
