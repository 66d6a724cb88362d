package dev.sluice.proxy.connect.dial;

import dev.sluice.proxy.connect.ProxyProtocol;
import dev.sluice.proxy.connect.Resolver;
import dev.sluice.proxy.tls.OriginTls;
import dev.sluice.proxy.tls.TlsSettings;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * How connections are opened. Immutable.
 *
 * @param resolver finds the addresses of names
 * @param connectTimeout the time until an address has accepted, with the look-up
 * @param connectionAttemptDelay the time from trying one address to trying the next one beside it
 * @param handshakeTimeout how long a TLS handshake may take
 * @param resolveInterval how old an answer of the resolver may be
 * @param tls how TLS is spoken unless the destination has its own; null for the JVM's default
 * @param proxyProtocol the version of the header that a connection begins with, or null for none
 */
public record DialSettings(
        Resolver resolver,
        Duration connectTimeout,
        Duration connectionAttemptDelay,
        Duration handshakeTimeout,
        Duration resolveInterval,
        @Nullable OriginTls tls,
        @Nullable ProxyProtocol proxyProtocol) {
    /**
     * The destination's settings, else the given ones, else the JVM's default context. That one is made only here, as it
     * would take a third of a server's start, and most origins speak plain HTTP.
     *
     * @throws SSLException if the default context cannot be made
     */
    TlsSettings tlsFor(Destination destination) throws SSLException {
        OriginTls own = destination.tls() == null ? tls : destination.tls();
        if (own != null) {
            return own.settings();
        }
        try {
            return TlsSettings.of(SSLContext.getDefault());
        } catch (NoSuchAlgorithmException unusable) {
            throw new SSLException("the JVM's default TLS context cannot be made", unusable);
        }
    }
}
