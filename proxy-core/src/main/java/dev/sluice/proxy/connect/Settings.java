package dev.sluice.proxy.connect;

import dev.sluice.proxy.internal.Nanos;
import dev.sluice.proxy.wire.ProxyProtocol;
import dev.sluice.proxy.wire.TlsSettings;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a connector was built with; times are also there as nanoseconds. */
record Settings(
        Resolver resolver,
        Duration connectTimeout,
        Duration connectionAttemptDelay,
        Duration handshakeTimeout,
        Duration resolveInterval,
        TlsSettings tls,
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
            TlsSettings tls,
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
}
