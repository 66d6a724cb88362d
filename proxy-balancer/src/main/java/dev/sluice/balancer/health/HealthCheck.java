package dev.sluice.balancer.health;

import dev.sluice.proxy.Upstream;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How the members of a pool are probed: over HTTP, where a request must be answered as expected; over TCP, where a
 * connection must be accepted; or over TLS, where a handshake must be completed. Immutable.
 *
 * <pre>{@code
 * HealthCheck check = HealthCheck.http("/health").interval(Duration.ofSeconds(1)).bodyContains("ok").build();
 * }</pre>
 */
public final class HealthCheck {
    private final Probe probe;
    private final ProbeTiming timing;

    private HealthCheck(Probe probe, ProbeTiming timing) {
        this.probe = probe;
        this.timing = timing;
    }

    /**
     * A check that sends a request through the upstream itself, with its transport and filters.
     *
     * @param path begins with a slash, and may have a query; put after the upstream's base path
     */
    public static HttpCheck http(String path) {
        return new HttpCheck(Objects.requireNonNull(path, "path"));
    }

    /** A check that opens a connection to the upstream's host and port, and closes it. */
    public static TcpCheck tcp() {
        return new TcpCheck(false);
    }

    /**
     * A check that opens a connection to the upstream's host and port, does a TLS handshake, and closes it. The
     * certificate must be trusted and be for that host, unless the {@link TcpCheck#connector}'s settings say otherwise.
     */
    public static TcpCheck tls() {
        return new TcpCheck(true);
    }

    /** From the begin of one probe to the begin of the next. */
    public Duration interval() {
        return timing.interval();
    }

    /** The same while the latest result disagrees with the state, and until the first pass of one that begins down. */
    public Duration fastInterval() {
        return timing.fast();
    }

    /** How long a probe may take. */
    public Duration timeout() {
        return timing.timeout();
    }

    /** How many probes in a row must pass before a member that is down is up. */
    public int rise() {
        return timing.rise();
    }

    /** How many probes in a row must fail before a member that is up is down. */
    public int fall() {
        return timing.fall();
    }

    /** The part of the interval by which each one is longer or shorter, by chance. */
    public double jitter() {
        return timing.jitter();
    }

    /** Failures of probes that begin within this time after the start do not count; the first pass ends it. */
    public Duration grace() {
        return timing.grace();
    }

    /** Whether a member is up until probes say otherwise; if not, it is from the first pass on. */
    public boolean beginsUp() {
        return timing.beginsUp();
    }

    /** The same with another {@link #beginsUp()}. */
    public HealthCheck withBeginsUp(boolean up) {
        return new HealthCheck(probe, timing.withBeginsUp(up));
    }

    /**
     * Refuses an upstream that cannot be probed in this way.
     *
     * @throws IllegalArgumentException if the check is over TCP or TLS, or at a port of its own, and the upstream has
     *     no authority; the message names it
     */
    public void requireFor(Upstream upstream) {
        probe.requireFor(upstream);
    }

    /** The check in a few words. */
    @Override
    public String toString() {
        return probe + " every " + timing.interval();
    }

    Probe probe() {
        return probe;
    }

    /**
     * What all checks have: when they probe, at which port, and what their results come to. For one thread.
     *
     * @param <B> the builder itself, which each option returns
     */
    public abstract static class Builder<B extends Builder<B>> {
        private int port;
        private Duration interval = Duration.ofSeconds(5);
        private @Nullable Duration fastInterval;
        private @Nullable Duration timeout;
        private @Nullable Integer rise;
        private @Nullable Integer fall;
        private double jitter = 0.1;
        private Duration grace = Duration.ZERO;
        private boolean beginsUp = true;

        Builder() {}

        abstract B self();

        /** The probe at this port, or at the traffic's for 0; checks the options that are its own. */
        abstract Probe probe(int port);

        /** Sets the port of the member's host that is probed; by default the traffic's. */
        public B port(int port) {
            this.port = port;
            return self();
        }

        /** Sets {@link HealthCheck#interval()}; 5 s by default. */
        public B interval(Duration interval) {
            this.interval = Objects.requireNonNull(interval, "interval");
            return self();
        }

        /** Sets {@link HealthCheck#fastInterval()}; a fifth of the interval by default. */
        public B fastInterval(Duration interval) {
            this.fastInterval = Objects.requireNonNull(interval, "fastInterval");
            return self();
        }

        /**
         * Sets {@link HealthCheck#timeout()}. By default it is the interval, but at most 2 s, and at least 200 ms, which a
         * server's garbage collection may take: a stop is noticed soon after three probes have begun.
         */
        public B timeout(Duration timeout) {
            this.timeout = Objects.requireNonNull(timeout, "timeout");
            return self();
        }

        /** Sets {@link HealthCheck#rise()}; 2 by default, and 1 for an interval above 10 s. */
        public B rise(int probes) {
            this.rise = probes;
            return self();
        }

        /** Sets {@link HealthCheck#fall()}; 3 by default, and 2 for an interval above 10 s. */
        public B fall(int probes) {
            this.fall = probes;
            return self();
        }

        /** Sets {@link HealthCheck#jitter()}; 0.1 by default, which makes 5 s 4.5 to 5.5 s. */
        public B jitter(double part) {
            this.jitter = part;
            return self();
        }

        /** Sets {@link HealthCheck#grace()}; none by default. */
        public B grace(Duration time) {
            this.grace = Objects.requireNonNull(time, "grace");
            return self();
        }

        /** Sets {@link HealthCheck#beginsUp()}; true by default. */
        public B beginsUp(boolean up) {
            this.beginsUp = up;
            return self();
        }

        /**
         * The check.
         *
         * @throws IllegalArgumentException if an option is out of range; the message names it and its value
         */
        public HealthCheck build() {
            ProbeTiming timing = new ProbeTiming(
                    interval,
                    fastInterval,
                    timeout != null ? timeout : ProbeTiming.timeoutFor(interval),
                    jitter,
                    rise != null ? rise : ProbeTiming.riseFor(interval),
                    fall != null ? fall : ProbeTiming.fallFor(interval),
                    grace,
                    beginsUp);
            if (port < 0 || port > 65_535) {
                throw new IllegalArgumentException(
                        "health check port must be 1 to 65535, or 0 for the traffic's: " + port);
            }
            return new HealthCheck(probe(port), timing);
        }
    }
}
