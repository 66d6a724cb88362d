package dev.sluice.proxy.trace;

import dev.sluice.proxy.Exchange;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;

/**
 * How a server takes part in traces, by W3C Trace Context: it continues the trace that a request comes with, or begins one;
 * each attempt at an upstream is a span of its own, whose id goes on in {@code traceparent}; {@code tracestate} is kept. The
 * access log, error pages and the {@link dev.sluice.proxy.ExchangeRecord} have the context of the exchange. Without it, a
 * server passes both fields on as they come. Immutable.
 *
 * <pre>{@code
 * ProxyServer.Builder server = ProxyServer.builder().tracing(Tracing.DEFAULT);
 * }</pre>
 *
 * <p>By default the trace of any client is continued, as the recommendation asks for, and as other gateways do it: then a
 * trace that a browser or a mobile application begins is whole. The ids say nothing that a client could misuse, but its flag
 * decides whether the trace is recorded: at the edge of a network, let a {@link Sampler#rate} decide, or believe only trusted
 * peers.
 */
public final class Tracing {
    /** Continues each trace, and begins others, which are recorded; without listeners, so only the ids go on. */
    public static final Tracing DEFAULT = builder().build();

    private final boolean trustedOnly;
    private final Sampler sampler;
    private final RandomGenerator random;
    private final List<SpanListener> listeners;

    private Tracing(Builder setup) {
        this.trustedOnly = setup.trustedOnly;
        this.sampler = setup.sampler;
        this.random = setup.random;
        this.listeners = List.copyOf(setup.listeners);
    }

    /** A builder of {@link #DEFAULT}. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that begins with these options. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.trustedOnly = trustedOnly;
        builder.sampler = sampler;
        builder.random = random;
        builder.listeners.addAll(listeners);
        return builder;
    }

    /** Returns whether only the traces of trusted peers are continued. */
    public boolean trustedOnly() {
        return trustedOnly;
    }

    /** What decides which traces are recorded. */
    public Sampler sampler() {
        return sampler;
    }

    /** Where ids come from. */
    public RandomGenerator random() {
        return random;
    }

    /** Who gets the spans. */
    public List<SpanListener> listeners() {
        return listeners;
    }

    /** Collects the options. For one thread. */
    public static final class Builder {
        private boolean trustedOnly;
        private Sampler sampler = Sampler.byParent(Sampler.ALWAYS);
        private RandomGenerator random = () -> ThreadLocalRandom.current().nextLong();
        private final List<SpanListener> listeners = new ArrayList<>();

        private Builder() {}

        /**
         * Whether only the traces of peers that the server trusts are continued, such as of a proxy in front of this one, as
         * with forwarding fields: {@code trust(…)} of the server, and {@link dev.sluice.proxy.header.Forwarding.Builder#trust}
         * of a route's reverse proxy. All other requests begin a trace of their own, and their {@code tracestate} is
         * dropped. False by default.
         */
        public Builder trustedOnly(boolean on) {
            this.trustedOnly = on;
            return this;
        }

        /**
         * Sets which traces are recorded; by default those whose parent says so, and all without a parent. What goes on beside
         * an exchange ({@link Exchange#detached}) is recorded with it.
         */
        public Builder sampler(Sampler sampler) {
            this.sampler = Objects.requireNonNull(sampler, "sampler");
            return this;
        }

        /** Sets where ids come from; {@link ThreadLocalRandom} by default. Must be safe for use by many threads. */
        public Builder random(RandomGenerator random) {
            this.random = Objects.requireNonNull(random, "random");
            return this;
        }

        /** Adds a listener for the spans of recorded traces; none by default. */
        public Builder addListener(SpanListener listener) {
            this.listeners.add(Objects.requireNonNull(listener, "listener"));
            return this;
        }

        /** The options. */
        public Tracing build() {
            return new Tracing(this);
        }
    }
}
