package dev.sluice.proxy.connect.pool;

import dev.sluice.proxy.connect.ConnectionLimits;
import dev.sluice.proxy.internal.Nanos;

/**
 * The settings for keeping connections, and for reading heads. Immutable; times are also there as nanoseconds.
 *
 * @param headerBytes the most bytes of all field lines of a response's head, and of its trailers
 * @param headerCount the most field lines of a response's head, and of its trailers
 */
public record ConnectionSettings(
        ConnectionLimits limits, int headerBytes, int headerCount, long idleNanos, long lifetimeNanos) {
    /** The settings, with the times of the limits. */
    public ConnectionSettings(ConnectionLimits limits, int headerBytes, int headerCount) {
        this(limits, headerBytes, headerCount, Nanos.of(limits.idleTimeout()), Nanos.of(limits.lifetime()));
    }
}
