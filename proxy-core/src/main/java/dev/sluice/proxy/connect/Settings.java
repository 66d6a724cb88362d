package dev.sluice.proxy.connect;

import dev.sluice.proxy.time.TimeSource;
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
                nanos(resolveInterval),
                nanos(limits.idleTimeout()),
                nanos(limits.lifetime()));
    }

    /** {@link TimeSource#NEVER} where it is too long to count. */
    static long nanos(Duration duration) {
        try {
            return duration.toNanos();
        } catch (ArithmeticException overflow) {
            return TimeSource.NEVER;
        }
    }
}
