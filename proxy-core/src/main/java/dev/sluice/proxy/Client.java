package dev.sluice.proxy;

import java.net.InetSocketAddress;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Who sent a request, according to the connection.
 *
 * @param address the peer of the connection
 * @param local the address that the connection came in at
 * @param tls the TLS session, or null when the connection is plain
 */
public record Client(
        InetSocketAddress address,
        InetSocketAddress local,
        @Nullable SSLSession tls) {
    /** The scheme that the client used: {@code https} over TLS, else {@code http}. */
    public String scheme() {
        return tls == null ? "http" : "https";
    }
}
