package dev.sluice.balancer.health;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.RequestTarget;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.connect.Connector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
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
    public static Builder http(String path) {
        return new Builder(Kind.HTTP, Objects.requireNonNull(path, "path"));
    }

    /** A check that opens a connection to the upstream's host and port, and closes it. */
    public static Builder tcp() {
        return new Builder(Kind.TCP, "/");
    }

    /**
     * A check that opens a connection to the upstream's host and port, does a TLS handshake, and closes it. The
     * certificate must be trusted and be for that host, unless the {@link Builder#connector}'s settings say otherwise.
     */
    public static Builder tls() {
        return new Builder(Kind.TLS, "/");
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

    /** So many probes in a row must pass before a member that is down is up. */
    public int rise() {
        return timing.rise();
    }

    /** So many probes in a row must fail before a member that is up is down. */
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

    private enum Kind {
        HTTP,
        TCP,
        TLS
    }

    /** Sets up a check. What is said of a request or an answer is of no effect over TCP and TLS. For one thread. */
    public static final class Builder {
        private static final Set<String> FRAMING = Set.of(
                "host", "connection", "content-length", "transfer-encoding", "te", "upgrade", "expect", "trailer");

        private final Kind kind;
        private final String path;
        private final List<StatusRange> statuses = new ArrayList<>();
        private final List<String> texts = new ArrayList<>();
        private final List<Pattern> patterns = new ArrayList<>();
        private Headers headers = Headers.empty();
        private String method = "GET";
        private int port;
        private @Nullable String scheme;
        private Duration interval = Duration.ofSeconds(5);
        private @Nullable Duration fastInterval;
        private Duration timeout = Duration.ofSeconds(2);
        private int rise = 2;
        private int fall = 3;
        private double jitter = 0.1;
        private Duration grace = Duration.ZERO;
        private boolean beginsUp = true;
        private @Nullable Connector connector;

        private Builder(Kind kind, String path) {
            this.kind = kind;
            this.path = path;
        }

        /** Sets the method of the request; GET by default. It is sent without a body. */
        public Builder method(String method) {
            this.method = Objects.requireNonNull(method, "method");
            return this;
        }

        /**
         * Adds a field to the request. {@code User-Agent} is {@code sluice-health} unless it is given here.
         *
         * @throws IllegalArgumentException if name or value are not allowed in a field, or it is one that belongs to
         *     the connection or to framing, such as {@code Host}; the message names it
         */
        public Builder header(String name, String value) {
            if (FRAMING.contains(name.toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException(
                        "health check header cannot be set, the connection decides: " + name);
            }
            headers = headers.toBuilder().add(name, value).build();
            return this;
        }

        /**
         * Adds a range of statuses that pass, both bounds included; 200 to 399 when none is added.
         *
         * @throws IllegalArgumentException if it is no range within 200 to 999; the message shows it
         */
        public Builder statuses(int from, int to) {
            statuses.add(new StatusRange(from, to));
            return this;
        }

        /** Adds a status that passes, as {@link #statuses} does. */
        public Builder status(int status) {
            return statuses(status, status);
        }

        /**
         * Adds a text that the body must contain, within its first 64 KiB read as UTF-8. With several of this and of
         * {@link #bodyMatches}, all must hold.
         */
        public Builder bodyContains(String text) {
            texts.add(text);
            return this;
        }

        /** Adds a pattern that must be found in the body, as {@link #bodyContains} does. */
        public Builder bodyMatches(Pattern pattern) {
            patterns.add(pattern);
            return this;
        }

        /**
         * Has members probed at another port of their host, over connections of its own. An HTTP probe then goes
         * without the upstream's base path and filters. By default it is the traffic's port.
         */
        public Builder port(int port) {
            this.port = port;
            return this;
        }

        /**
         * Sets what an HTTP probe speaks at {@link #port}: {@code http} or {@code https}; by default as the traffic.
         */
        public Builder scheme(String scheme) {
            this.scheme = Objects.requireNonNull(scheme, "scheme");
            return this;
        }

        /** Sets {@link HealthCheck#interval()}; 5 s by default. */
        public Builder interval(Duration interval) {
            this.interval = Objects.requireNonNull(interval, "interval");
            return this;
        }

        /** Sets {@link HealthCheck#fastInterval()}; a fifth of the interval by default. */
        public Builder fastInterval(Duration interval) {
            this.fastInterval = Objects.requireNonNull(interval, "fastInterval");
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

        /** Sets {@link HealthCheck#grace()}; none by default. */
        public Builder grace(Duration time) {
            this.grace = Objects.requireNonNull(time, "grace");
            return this;
        }

        /** Sets {@link HealthCheck#beginsUp()}; true by default. */
        public Builder beginsUp(boolean up) {
            this.beginsUp = up;
            return this;
        }

        /**
         * Sets what opens the connections of a TCP or TLS check, such as one with a resolver or a trust of its own; one
         * with its defaults by default. Of no effect over HTTP, where the upstream's own transport is used.
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
            ProbeTiming timing = new ProbeTiming(interval, fastInterval, timeout, jitter, rise, fall, grace, beginsUp);
            if (port < 0 || port > 65_535) {
                throw new IllegalArgumentException(
                        "health check port must be 1 to 65535, or 0 for the traffic's: " + port);
            }
            return new HealthCheck(probe(new ProbePlace(port, scheme)), timing);
        }

        private Probe probe(ProbePlace place) {
            if (kind != Kind.HTTP) {
                Connector opener = connector == null ? Shared.CONNECTOR : connector;
                return new ConnectProbe(opener, place, kind == Kind.TLS);
            }
            requireRequest();
            Headers fields = headers.has("User-Agent")
                    ? headers
                    : headers.toBuilder().add("User-Agent", "sluice-health").build();
            List<StatusRange> expected = statuses.isEmpty() ? List.of(new StatusRange(200, 399)) : statuses;
            return new HttpProbe(method, path, fields, new Expectation(expected, texts, patterns), place);
        }

        private void requireRequest() {
            if (!Headers.isToken(method) || method.equals("CONNECT")) {
                throw new IllegalArgumentException("health check method must be one for a path: \"" + method + "\"");
            }
            if (method.equals("HEAD") && !(texts.isEmpty() && patterns.isEmpty())) {
                throw new IllegalArgumentException(
                        "health check method must be one that is answered with a body: HEAD");
            }
            if (scheme != null && (port == 0 || !Set.of("http", "https").contains(scheme))) {
                throw new IllegalArgumentException(
                        "health check scheme must be http or https, and go with a port: \"" + scheme + "\"");
            }
            requireTarget(path);
        }

        private static void requireTarget(String path) {
            try {
                RequestTarget.of("http", null, path);
            } catch (IllegalArgumentException fault) {
                throw new IllegalArgumentException(
                        "health check path must be a request target that begins with a slash: \"" + path + "\"", fault);
            }
        }
    }

    /** Made when first needed. Probes open connections that are never pooled, so there is nothing in it to close. */
    private static final class Shared {
        private static final Connector CONNECTOR = Connector.builder().build();
    }
}
