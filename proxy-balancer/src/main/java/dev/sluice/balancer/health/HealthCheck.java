package dev.sluice.balancer.health;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.internal.DurationText;
import dev.sluice.proxy.syntax.ConnectionFields;
import dev.sluice.proxy.transport.direct.Connector;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How the members of a pool are probed: over HTTP, where a request must be answered as expected; over gRPC, where the
 * server must say that it serves; over TCP, where a connection must be accepted; or over TLS, where a handshake must be
 * completed. Immutable.
 *
 * <pre>{@code
 * HealthCheck check = HealthCheck.http("/health").interval(Duration.ofSeconds(1)).bodyContains("ok").build();
 * }</pre>
 */
public final class HealthCheck {
    private final Probe probe;
    private final ProbeTiming timing;
    private final Builder<?> setup;

    private HealthCheck(Probe probe, ProbeTiming timing, Builder<?> setup) {
        this.probe = probe;
        this.timing = timing;
        this.setup = setup;
    }

    /**
     * A check that sends a request through the upstream itself, with its transport, version of HTTP and filters. A server of
     * gRPC answers it with an error, such as 415: for that take {@link #grpc}.
     *
     * @param path begins with a slash, and may have a query; put after the upstream's base path
     */
    public static HttpBuilder http(String path) {
        return new HttpBuilder(Objects.requireNonNull(path, "path"));
    }

    /**
     * A check that calls the health service of a gRPC server ({@code grpc.health.v1.Health/Check}) through the upstream
     * itself. It passes if the server says SERVING. The upstream must speak HTTP/2.
     */
    public static GrpcBuilder grpc() {
        return new GrpcBuilder();
    }

    /** A check that opens a connection to the upstream's host and port, and closes it. */
    public static TcpBuilder tcp() {
        return new TcpBuilder(false);
    }

    /**
     * A check that opens a connection to the upstream's host and port, does a TLS handshake, and closes it. The
     * certificate must be trusted and be for that host, unless the {@link TcpBuilder#connector}'s settings say otherwise.
     */
    public static TcpBuilder tls() {
        return new TcpBuilder(true);
    }

    /** A builder that begins with what this check has. */
    public Builder<?> toBuilder() {
        return setup.copy();
    }

    /** The time from the start of one probe to the start of the next. */
    public Duration interval() {
        return timing.interval();
    }

    /**
     * The interval while the latest result disagrees with the state, and until the first pass of a member that begins
     * down.
     */
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

    /** The part of the interval by which each interval is longer or shorter, at random. */
    public double jitter() {
        return timing.jitter();
    }

    /** Failures of probes that begin within this time after the start do not count; the first pass ends it. */
    public Duration grace() {
        return timing.grace();
    }

    /** Whether a member is up until probes say otherwise; if not, it is up from the first pass on. */
    public boolean beginsUp() {
        return timing.beginsUp();
    }

    /**
     * Refuses an upstream that cannot be probed in this way.
     *
     * @throws IllegalArgumentException if the check is over TCP or TLS, or at another port, and the upstream has no
     *     authority, or if it has a {@code Host} that the upstream cannot send; the message names it
     */
    public void requireFor(Upstream upstream) {
        probe.requireFor(upstream);
    }

    /**
     * The upstream to probe: the member itself, or one made for another port, which the caller must close.
     *
     * @param connect makes upstreams
     * @throws IllegalArgumentException as {@link #requireFor} does
     */
    public Upstream target(Upstream member, Function<URI, Upstream> connect) {
        return probe.target(member, connect);
    }

    /**
     * Probes once, and blocks until there is an answer or the scope is cancelled.
     *
     * @param target what {@link #target} returned
     * @return the upstream's answer, if it is good
     * @throws IOException if the answer is not good, or there was none; the message says what was wrong
     * @throws InterruptedException if the thread is interrupted
     */
    public String ask(Upstream target, Exchange scope) throws IOException, InterruptedException {
        return probe.ask(target, scope);
    }

    /** The check in a few words. */
    @Override
    public String toString() {
        return probe + " every " + DurationText.of(timing.interval());
    }

    /**
     * The options of all checks: when they probe, at which port, and what their results mean. For one thread.
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

        Builder(Builder<?> other) {
            port = other.port;
            interval = other.interval;
            fastInterval = other.fastInterval;
            timeout = other.timeout;
            rise = other.rise;
            fall = other.fall;
            jitter = other.jitter;
            grace = other.grace;
            beginsUp = other.beginsUp;
        }

        abstract B self();

        abstract B copy();

        /** The probe at this port, or at the traffic's port for 0; checks its own options. */
        abstract Probe probe(int port);

        /**
         * Sets the port of the member's host to probe; by default that of the traffic. There a probe is not the upstream's
         * own, and speaks HTTP/1.1.
         */
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
         * Sets {@link HealthCheck#timeout()}. By default it is the interval, but at most 2 s and at least 200 ms, the
         * time that a garbage collection may take. So a stop is noticed soon after three probes have begun.
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
            return new HealthCheck(probe(port), timing, copy());
        }
    }

    /**
     * How one probe ended.
     *
     * @param passed whether the upstream answered as it should
     * @param detail the answer, or what went wrong
     * @param at when the probe began
     * @param tookNanos how long it took
     */
    public record Result(boolean passed, String detail, Instant at, long tookNanos) {}

    /**
     * Sets up a check over HTTP: the request, and what its answer must be like. Begun by {@link HealthCheck#http}. At
     * another {@link #port} it does not use the upstream's base path, filters and connections. For one thread.
     */
    public static final class HttpBuilder extends Builder<HttpBuilder> {
        private final String path;
        private final List<StatusRange> statuses = new ArrayList<>();
        private final List<String> texts = new ArrayList<>();
        private final List<Pattern> patterns = new ArrayList<>();
        private Headers headers = Headers.empty();
        private String method = "GET";
        private @Nullable String scheme;
        private @Nullable Authority host;

        HttpBuilder(String path) {
            this.path = path;
        }

        private HttpBuilder(HttpBuilder other) {
            super(other);
            path = other.path;
            statuses.addAll(other.statuses);
            texts.addAll(other.texts);
            patterns.addAll(other.patterns);
            headers = other.headers;
            method = other.method;
            scheme = other.scheme;
            host = other.host;
        }

        @Override
        HttpBuilder self() {
            return this;
        }

        @Override
        HttpBuilder copy() {
            return new HttpBuilder(this);
        }

        /** Sets the method of the request; GET by default. It is sent without a body. */
        public HttpBuilder method(String method) {
            this.method = Objects.requireNonNull(method, "method");
            return this;
        }

        /**
         * Adds a field to the request. {@code User-Agent} is {@code sluice-health} unless you set it here.
         *
         * @throws IllegalArgumentException if name or value are not allowed in a field, or it is one that belongs to
         *     the connection or to framing, such as {@code Host}, see {@link #host}; the message names it
         */
        public HttpBuilder addHeader(String name, String value) {
            if (ConnectionFields.isOfRequest(name) || name.equalsIgnoreCase("Trailer")) {
                throw new IllegalArgumentException(
                        "health check header cannot be set, the connection decides: " + name);
            }
            headers = headers.toBuilder().add(name, value).build();
            return this;
        }

        /**
         * Sets what {@code Host} says, such as the name of a site that a server of many sites must serve; by default the
         * host and port of the upstream. It is also the name for TLS if the settings follow the {@code Host}
         * ({@code serverNameFromHost}).
         *
         * @param host a host, or host:port
         * @throws IllegalArgumentException if it is not of this form; the message shows it. The pool refuses it for a member
         *     whose transport cannot send another {@code Host}
         */
        public HttpBuilder host(String host) {
            this.host = Authority.parse(host);
            return this;
        }

        /**
         * Adds a range of statuses that pass, with both bounds; 200 to 399 if none is added.
         *
         * @throws IllegalArgumentException if it is not a range within 200 to 999; the message shows it
         */
        public HttpBuilder addStatusRange(int from, int to) {
            statuses.add(new StatusRange(from, to));
            return this;
        }

        /** Adds a status that passes, as {@link #addStatusRange} does. */
        public HttpBuilder addStatus(int status) {
            return addStatusRange(status, status);
        }

        /**
         * Adds a text that the body must contain, within its first 64 KiB read as UTF-8. If you add several of these
         * and of {@link #bodyMatches}, all must hold.
         */
        public HttpBuilder bodyContains(String text) {
            texts.add(text);
            return this;
        }

        /** Adds a pattern that must be found in the body, as {@link #bodyContains} does. */
        public HttpBuilder bodyMatches(Pattern pattern) {
            patterns.add(pattern);
            return this;
        }

        /**
         * Sets the scheme of a probe at {@link #port}: {@code http} or {@code https}; by default that of the traffic.
         */
        public HttpBuilder scheme(String scheme) {
            this.scheme = Objects.requireNonNull(scheme, "scheme");
            return this;
        }

        @Override
        Probe probe(int port) {
            Headers fields = headers.has("User-Agent")
                    ? headers
                    : headers.toBuilder().add("User-Agent", "sluice-health").build();
            List<StatusRange> expected = statuses.isEmpty() ? List.of(new StatusRange(200, 399)) : statuses;
            Expectation expectation = new Expectation(expected, texts, patterns);
            return new HttpProbe(method, path, host, fields, expectation, new ProbePlace(port, scheme));
        }
    }

    /** Sets up a check over gRPC. Begun by {@link HealthCheck#grpc}. For one thread. */
    public static final class GrpcBuilder extends Builder<GrpcBuilder> {
        private String service = "";

        GrpcBuilder() {}

        private GrpcBuilder(GrpcBuilder other) {
            super(other);
            service = other.service;
        }

        @Override
        GrpcBuilder self() {
            return this;
        }

        @Override
        GrpcBuilder copy() {
            return new GrpcBuilder(this);
        }

        /**
         * Sets the service that must be served, by its full name, such as {@code shop.v1.Orders}; by default the server as
         * a whole, whose name is empty.
         */
        public GrpcBuilder service(String name) {
            this.service = Objects.requireNonNull(name, "service");
            return this;
        }

        @Override
        Probe probe(int port) {
            return new GrpcProbe(service, new ProbePlace(port, null));
        }
    }

    /**
     * Sets up a check over TCP or TLS: a connection is opened, and closed again. Begun by {@link HealthCheck#tcp} and {@link
     * HealthCheck#tls}. For one thread.
     */
    public static final class TcpBuilder extends Builder<TcpBuilder> {
        private final boolean tls;
        private @Nullable Connector connector;

        TcpBuilder(boolean tls) {
            this.tls = tls;
        }

        private TcpBuilder(TcpBuilder other) {
            super(other);
            tls = other.tls;
            connector = other.connector;
        }

        @Override
        TcpBuilder self() {
            return this;
        }

        @Override
        TcpBuilder copy() {
            return new TcpBuilder(this);
        }

        /**
         * Sets what opens the connections, such as one with its own resolver or trust. By default it is the connector
         * of the member, if that uses a direct transport, or else a connector with its defaults.
         */
        public TcpBuilder connector(Connector connector) {
            this.connector = Objects.requireNonNull(connector, "connector");
            return this;
        }

        @Override
        Probe probe(int port) {
            return new ConnectProbe(connector == null ? null : connector::check, new ProbePlace(port, null), tls);
        }
    }
}
