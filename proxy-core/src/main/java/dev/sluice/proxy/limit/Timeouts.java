package dev.sluice.proxy.limit;

import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.internal.DurationText;
import dev.sluice.proxy.internal.Require;
import java.time.Duration;
import java.util.Objects;

/**
 * How long an exchange and its stages may take. A route puts its own timeouts into the exchange; {@link #of} finds
 * them. A call of gRPC may be silent for as long as a tunnel: for it {@code head} and {@code idle} are at least {@code
 * tunnel}. Its {@code grpc-timeout} is a deadline like {@code total}; the sooner one counts.
 *
 * @param head from the last byte of the request that was sent to the response's head, 30 s by default; after it 504.
 *     All attempts of a request share it: the next has less by the time that one has waited, and when it is spent there
 *     is no next one. Sending the request and reading bodies do not count. A pool's {@code tryTimeout} divides it
 * @param idle between two bytes of a body, in either direction, 60 s by default; after it 504 or 408 if the response's
 *     head has not been sent, else the connection is cut
 * @param total for the whole exchange, without a limit ({@link #NONE}) by default, as downloads and event streams are
 *     long; after it 504, or the connection is cut
 * @param tunnel between two bytes of a tunnel, in either direction, 10 min by default; after it both its connections
 *     are closed
 * @param minRate how fast a client must send and take bodies; {@link MinRate#NONE} by default. A slower client gets
 *     408 if the response's head has not been sent, else the connection is cut
 */
public record Timeouts(Duration head, Duration idle, Duration total, Duration tunnel, MinRate minRate) {
    /** A timeout that never comes. */
    public static final Duration NONE = Duration.ofNanos(Long.MAX_VALUE);

    /** The defaults. */
    public static final Timeouts DEFAULT =
            new Timeouts(Duration.ofSeconds(30), Duration.ofSeconds(60), NONE, Duration.ofMinutes(10));

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if one is not positive; the message names it and its value
     */
    public Timeouts {
        Require.positive("timeout head", head);
        Require.positive("timeout idle", idle);
        Require.positive("timeout total", total);
        Require.positive("timeout tunnel", tunnel);
        Objects.requireNonNull(minRate, "minRate");
    }

    /** Without a minimum rate; throws as the other constructor does. */
    public Timeouts(Duration head, Duration idle, Duration total, Duration tunnel) {
        this(head, idle, total, tunnel, MinRate.NONE);
    }

    /** The timeouts of {@code exchange}: its route's, else the server's, else the defaults. */
    public static Timeouts of(Exchange exchange) {
        Timeouts own = exchange.get(Timeouts.class);
        return own == null ? DEFAULT : own;
    }

    /** A builder that begins with the defaults. */
    public static Builder builder() {
        return DEFAULT.toBuilder();
    }

    /** A builder that begins with these values. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** Sets up timeouts. For one thread. */
    public static final class Builder {
        private Duration head;
        private Duration idle;
        private Duration total;
        private Duration tunnel;
        private MinRate minRate;

        private Builder(Timeouts values) {
            head = values.head;
            idle = values.idle;
            total = values.total;
            tunnel = values.tunnel;
            minRate = values.minRate;
        }

        /** Sets {@link Timeouts#head()}; 30 s by default. */
        public Builder head(Duration timeout) {
            this.head = timeout;
            return this;
        }

        /** Sets {@link Timeouts#idle()}; 60 s by default. */
        public Builder idle(Duration timeout) {
            this.idle = timeout;
            return this;
        }

        /** Sets {@link Timeouts#total()}; {@link Timeouts#NONE} by default. */
        public Builder total(Duration timeout) {
            this.total = timeout;
            return this;
        }

        /** Sets {@link Timeouts#tunnel()}; 10 min by default. */
        public Builder tunnel(Duration timeout) {
            this.tunnel = timeout;
            return this;
        }

        /** Sets {@link Timeouts#minRate()}; {@link MinRate#NONE} by default. */
        public Builder minRate(MinRate rate) {
            this.minRate = rate;
            return this;
        }

        /**
         * The timeouts.
         *
         * @throws IllegalArgumentException as {@link Timeouts} does
         */
        public Timeouts build() {
            return new Timeouts(head, idle, total, tunnel, minRate);
        }
    }

    /**
     * How fast a client must send the body of a request, and read that of a response. Otherwise a client that lets a
     * byte through now and then, which no timeout between two bytes ends, would keep an exchange forever. Only the
     * time that is spent waiting for the client counts. A client may pause for {@code grace} at any time, and must then
     * go on. Immutable.
     *
     * @param bytesPerSecond what must move in a second; 0 for no minimum
     * @param grace how long in total a client may be slower, until it has caught up
     */
    public record MinRate(long bytesPerSecond, Duration grace) {
        /** No minimum. */
        public static final MinRate NONE = new MinRate(0, Duration.ofSeconds(5));

        /**
         * Checks the values.
         *
         * @throws IllegalArgumentException if bytesPerSecond is negative or grace not positive; the message names it and
         *     its value
         */
        public MinRate {
            Require.notNegative("min rate bytesPerSecond", bytesPerSecond);
            Require.positive("min rate grace", grace);
        }

        @Override
        public String toString() {
            return bytesPerSecond + " bytes a second (grace " + DurationText.of(grace) + ')';
        }
    }
}
