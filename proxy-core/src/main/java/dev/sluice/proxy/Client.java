package dev.sluice.proxy;

import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLPeerUnverifiedException;
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

    /**
     * The certificate that the client has shown, which the listener's TLS has verified; null if the connection is plain, or
     * the client has shown none.
     */
    public @Nullable X509Certificate certificate() {
        try {
            return tls != null && tls.getPeerCertificates()[0] instanceof X509Certificate shown ? shown : null;
        } catch (SSLPeerUnverifiedException none) {
            return null;
        }
    }
}
