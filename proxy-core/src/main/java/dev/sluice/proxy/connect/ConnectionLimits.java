package dev.sluice.proxy.connect;

import dev.sluice.proxy.internal.Require;
import java.time.Duration;

/**
 * The most that a {@link dev.sluice.proxy.transport.direct.Connector} opens and keeps for one destination. Each limit has a
 * default. For connections of HTTP/2, which carry many requests each, only {@code idleTimeout} and {@code lifetime} hold.
 *
 * @param active connections in use at once, also those being opened, 1,024 by default: a few more than the default
 *     limit of exchanges, so that nobody waits unless you set one of the two. This is also the limit of open
 *     connections together with idle ones, except those that are never pooled, for tunnels, checks and HTTP/2
 * @param idle connections kept for the next request, 1,024 by default, the same as {@code active}: to close connections
 *     that the next burst needs again costs more than to keep them until their idle timeout
 * @param waiting requests that wait at once while {@code active} connections are in use, 8,192 by default; above it
 *     they fail at once. 0 for none. For a server's exchanges {@link dev.sluice.proxy.limit.Limits#waitingShare} is a
 *     limit too
 * @param waitTimeout how long a request waits, 5 s by default
 * @param idleTimeout how long an unused connection is kept, 30 s by default; a {@code Keep-Alive} field of the origin
 *     shortens it
 * @param lifetime how long a connection is used, 10 min by default; after that it is not pooled again, so that traffic
 *     follows changes behind a load balancer
 */
public record ConnectionLimits(
        int active, int idle, int waiting, Duration waitTimeout, Duration idleTimeout, Duration lifetime) {
    /** The defaults. */
    public static final ConnectionLimits DEFAULT = new Builder().build();

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if {@code active} or a duration is not positive, or {@code idle} or {@code
     *     waiting} is negative; the message names it and its value
     */
    public ConnectionLimits {
        Require.positive("connection limit active", active);
        Require.notNegative("connection limit idle", idle);
        Require.notNegative("connection limit waiting", waiting);
        Require.positive("connection limit waitTimeout", waitTimeout);
        Require.positive("connection limit idleTimeout", idleTimeout);
        Require.positive("connection limit lifetime", lifetime);
    }

    /** A builder that begins with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that begins with these values. */
    public Builder toBuilder() {
        return new Builder()
                .active(active)
                .idle(idle)
                .waiting(waiting)
                .waitTimeout(waitTimeout)
                .idleTimeout(idleTimeout)
                .lifetime(lifetime);
    }

    /** Collects limits. For one thread. */
    public static final class Builder {
        private int active = 1_024;
        private int idle = 1_024;
        private int waiting = 8_192;
        private Duration waitTimeout = Duration.ofSeconds(5);
        private Duration idleTimeout = Duration.ofSeconds(30);
        private Duration lifetime = Duration.ofMinutes(10);

        private Builder() {}

        /** Sets {@link ConnectionLimits#active()}. */
        public Builder active(int connections) {
            this.active = connections;
            return this;
        }

        /** Sets {@link ConnectionLimits#idle()}. */
        public Builder idle(int connections) {
            this.idle = connections;
            return this;
        }

        /** Sets {@link ConnectionLimits#waiting()}. */
        public Builder waiting(int requests) {
            this.waiting = requests;
            return this;
        }

        /** Sets {@link ConnectionLimits#waitTimeout()}. */
        public Builder waitTimeout(Duration timeout) {
            this.waitTimeout = timeout;
            return this;
        }

        /** Sets {@link ConnectionLimits#idleTimeout()}. */
        public Builder idleTimeout(Duration timeout) {
            this.idleTimeout = timeout;
            return this;
        }

        /** Sets {@link ConnectionLimits#lifetime()}. */
        public Builder lifetime(Duration lifetime) {
            this.lifetime = lifetime;
            return this;
        }

        /**
         * The limits.
         *
         * @throws IllegalArgumentException as {@link ConnectionLimits} does
         */
        public ConnectionLimits build() {
            return new ConnectionLimits(active, idle, waiting, waitTimeout, idleTimeout, lifetime);
        }
    }
}
