package dev.sluice.proxy.connect;

import dev.sluice.proxy.internal.Nanos;
import dev.sluice.proxy.wire.ProxyProtocol;
import dev.sluice.proxy.wire.TlsSettings;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** What a connector was built with; times are also there as nanoseconds. */
record Settings(
        Resolver resolver,
        Duration connectTimeout,
        Duration connectionAttemptDelay,
        Duration handshakeTimeout,
        Duration resolveInterval,
        @Nullable TlsSettings tls,
        PoolLimits limits,
        int headerBytes,
        int headerCount,
        ProxyProtocol.@Nullable Version proxyProtocol,
        long resolveIntervalNanos,
        long idleNanos,
        long lifetimeNanos) {
    Settings(
            Resolver resolver,
            Duration connectTimeout,
            Duration connectionAttemptDelay,
            Duration handshakeTimeout,
            Duration resolveInterval,
            @Nullable TlsSettings tls,
            PoolLimits limits,
            int headerBytes,
            int headerCount,
            ProxyProtocol.@Nullable Version proxyProtocol) {
        this(
                resolver,
                connectTimeout,
                connectionAttemptDelay,
                handshakeTimeout,
                resolveInterval,
                tls,
                limits,
                headerBytes,
                headerCount,
                proxyProtocol,
                Nanos.of(resolveInterval),
                Nanos.of(limits.idleTimeout()),
                Nanos.of(limits.lifetime()));
    }

    /**
     * The settings that were given, else the JVM's default context. That is asked for only here, as making it would
     * take a third of the time in which a server starts, and most origins speak plain HTTP.
     *
     * @throws SSLException if the default context cannot be made
     */
    TlsSettings tlsOrDefault() throws SSLException {
        if (tls != null) {
            return tls;
        }
        try {
            return TlsSettings.of(SSLContext.getDefault());
        } catch (NoSuchAlgorithmException unusable) {
            throw new SSLException("the JVM's default TLS context cannot be made", unusable);
        }
    }
}
