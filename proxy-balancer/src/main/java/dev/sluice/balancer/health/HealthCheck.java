package dev.sluice.balancer.health;

import dev.sluice.proxy.RequestTarget;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.connect.Connector;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How the members of a pool are probed: over HTTP, where a GET must be answered with a status of a range, or over TCP,
 * where a connection must be accepted. Immutable.
 *
 * <pre>{@code
 * HealthCheck check = HealthCheck.http("/health").interval(Duration.ofSeconds(1)).build();
 * }</pre>
 */
public final class HealthCheck {
    /** Probes open connections that are never pooled, so there is nothing in it to close. */
    private static final Connector SHARED = Connector.builder().build();

    private final Builder setup;
    private final Probe probe;

    private HealthCheck(Builder setup) {
        this.setup = setup;
        String path = setup.path;
        this.probe =
                path == null ? new TcpProbe(setup.connector) : new HttpProbe(path, setup.fromStatus, setup.toStatus);
    }

    /**
     * A check that sends {@code GET path} through the upstream itself, with its transport and filters.
     *
     * @param path begins with a slash, and may have a query; put after the upstream's base path
     */
    public static Builder http(String path) {
        return new Builder(Objects.requireNonNull(path, "path"));
    }

    /** A check that opens a connection to the upstream's host and port, and closes it. */
    public static Builder tcp() {
        return new Builder(null);
    }

    /** From the begin of one probe to the begin of the next. */
    public Duration interval() {
        return setup.interval;
    }

    /** How long a probe may take. */
    public Duration timeout() {
        return setup.timeout;
    }

    /** So many probes in a row must pass before a member that is down is up. */
    public int rise() {
        return setup.rise;
    }

    /** So many probes in a row must fail before a member that is up is down. */
    public int fall() {
        return setup.fall;
    }

    /** The part of the interval by which each one is longer or shorter, by chance. */
    public double jitter() {
        return setup.jitter;
    }

    /**
     * Refuses an upstream that cannot be probed in this way.
     *
     * @throws IllegalArgumentException if the check is over TCP and the upstream has no authority; the message names it
     */
    public void requireFor(Upstream upstream) {
        probe.requireFor(upstream);
    }

    /** The check in a few words. */
    @Override
    public String toString() {
        return probe + " every " + setup.interval;
    }

    Probe probe() {
        return probe;
    }

    static void requirePositive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + " must be positive: " + value);
        }
    }

    /** Sets up a check. For one thread. */
    public static final class Builder {
        private final @Nullable String path;
        private int fromStatus = 200;
        private int toStatus = 399;
        private Duration interval = Duration.ofSeconds(5);
        private Duration timeout = Duration.ofSeconds(2);
        private int rise = 2;
        private int fall = 3;
        private double jitter = 0.1;
        private Connector connector = SHARED;

        private Builder(@Nullable String path) {
            this.path = path;
        }

        /** The statuses that pass, both bounds included; 200 to 399 by default. Of no effect over TCP. */
        public Builder statuses(int from, int to) {
            this.fromStatus = from;
            this.toStatus = to;
            return this;
        }

        /** Sets {@link HealthCheck#interval()}; 5 s by default. */
        public Builder interval(Duration interval) {
            this.interval = Objects.requireNonNull(interval, "interval");
            return this;
        }

        /** Sets {@link HealthCheck#timeout()}; 2 s by default. */
        public Builder timeout(Duration timeout) {
            this.timeout = Objects.requireNonNull(timeout, "timeout");
            return this;
        }

        /** Sets {@link HealthCheck#rise()}; 2 by default. */
        public Builder rise(int probes) {
            this.rise = probes;
            return this;
        }

        /** Sets {@link HealthCheck#fall()}; 3 by default. */
        public Builder fall(int probes) {
            this.fall = probes;
            return this;
        }

        /** Sets {@link HealthCheck#jitter()}; 0.1 by default, which makes 5 s 4.5 to 5.5 s. */
        public Builder jitter(double part) {
            this.jitter = part;
            return this;
        }

        /**
         * Sets what opens the connections of a TCP check, such as one with a resolver of its own; one with its
         * defaults by default. Of no effect over HTTP, where the upstream's own transport is used.
         */
        public Builder connector(Connector connector) {
            this.connector = Objects.requireNonNull(connector, "connector");
            return this;
        }

        /**
         * The check.
         *
         * @throws IllegalArgumentException if an option is out of range; the message names it and its value
         */
        public HealthCheck build() {
            if (path != null) {
                requireTarget(path);
            }
            if (fromStatus < 200 || toStatus > 999 || fromStatus > toStatus) {
                throw new IllegalArgumentException(
                        "health check statuses must be a range within 200 to 999: " + fromStatus + " to " + toStatus);
            }
            requirePositive("health check interval", interval);
            requirePositive("health check timeout", timeout);
            if (rise < 1 || fall < 1) {
                throw new IllegalArgumentException(
                        "health check rise and fall must be at least 1: " + rise + " and " + fall);
            }
            if (!(jitter >= 0 && jitter < 1)) {
                throw new IllegalArgumentException("health check jitter must be 0 or more and below 1: " + jitter);
            }
            return new HealthCheck(copy());
        }

        private static void requireTarget(String path) {
            try {
                RequestTarget.of("http", null, path);
            } catch (IllegalArgumentException fault) {
                throw new IllegalArgumentException(
                        "health check path must be a request target that begins with a slash: \"" + path + "\"", fault);
            }
        }

        private Builder copy() {
            Builder copy = new Builder(path).statuses(fromStatus, toStatus);
            return copy.interval(interval)
                    .timeout(timeout)
                    .rise(rise)
                    .fall(fall)
                    .jitter(jitter)
                    .connector(connector);
        }
    }
}
