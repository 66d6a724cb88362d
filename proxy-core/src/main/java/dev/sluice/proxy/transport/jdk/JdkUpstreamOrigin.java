package dev.sluice.proxy.transport.jdk;

import dev.sluice.proxy.origin.Origin;
import java.net.URI;

/** The origins that {@link java.net.http.HttpClient} can reach. */
final class JdkUpstreamOrigin {
    private JdkUpstreamOrigin() {}

    /**
     * Reads {@code http://host[:port][/path]} or {@code https://…}.
     *
     * @throws IllegalArgumentException if it is not of this form, has a host that {@link URI} cannot hold, or is {@code
     *     https} with a dot at the end of its host; the message shows it, but no userinfo
     */
    static Origin of(URI uri) {
        Origin origin = Origin.of(uri);
        if (uri.getHost() == null) {
            throw new IllegalArgumentException("upstream URI has a host that java.net.http.HttpClient cannot reach"
                    + (origin.authority().host().indexOf('_') >= 0 ? ", as its name has an underscore: " : ": ")
                    + uri);
        }
        if (origin.scheme().equals("https") && origin.authority().host().endsWith(".")) {
            throw new IllegalArgumentException("upstream URI has a dot at the end of its host, which"
                    + " java.net.http.HttpClient cannot name in a TLS handshake (RFC 6066 §3); leave the dot out: "
                    + uri);
        }
        return origin;
    }
}
