package dev.sluice.balancer.discovery;

import dev.sluice.proxy.connect.Resolver;
import dev.sluice.proxy.internal.Require;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.transport.direct.Connector;
import dev.sluice.proxy.transport.direct.DirectTransport.OriginOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Finds the addresses of a host with the resolver of the operating system, which also uses the hosts file and the
 * search list. It does not say how long an answer is good, so it is asked at intervals. The JVM keeps its answers for
 * 30 s, see {@link Resolver#system()}. Members are made of addresses as by {@link DnsDiscovery}.
 *
 * <pre>{@code
 * Discovery discovery = ResolverDiscovery.addresses("orders", 8080).build();
 * }</pre>
 *
 * <p>This resolver cannot distinguish a name that does not exist from a look-up that failed: both are failures, and
 * never an answer without members. Safe for use by many threads.
 */
public final class ResolverDiscovery implements Discovery {
    private final String host;
    private final int port;
    private final Resolver resolver;
    private final Duration interval;
    private final EndpointMembers members;

    private ResolverDiscovery(Builder setup) {
        this.host = setup.host;
        this.port = setup.port;
        this.resolver = setup.resolver.bounded(setup.time, setup.timeout);
        this.interval = setup.interval;
        this.members = new EndpointMembers(setup.https ? setup.connectors : null, setup.originOptions);
    }

    /**
     * Finds the addresses of a host.
     *
     * @param port 1 to 65535
     * @throws IllegalArgumentException if the host is blank, or the port out of range
     */
    public static Builder addresses(String host, int port) {
        if (host.isBlank()) {
            throw new IllegalArgumentException("host must not be blank: \"" + host + "\"");
        }
        return new Builder(host, Require.within("port", 1, 65_535, port));
    }

    @Override
    public Discovery.Found find() throws IOException {
        List<Endpoint> endpoints = new ArrayList<>();
        for (InetAddress address : resolver.resolve(host)) {
            endpoints.add(new Endpoint(host, address, port, 1, 0));
        }
        return Discovery.Found.of(members.of(endpoints), interval);
    }

    /** Sets up a discovery. For one thread. */
    public static final class Builder {
        private final String host;
        private final int port;
        private Resolver resolver = Resolver.system();
        private Duration interval = Duration.ofSeconds(30);
        private Duration timeout = Duration.ofSeconds(15);
        private TimeSource time = TimeSource.system();
        private boolean https;
        private Supplier<Connector.Builder> connectors = Connector::builder;
        private OriginOptions originOptions = OriginOptions.DEFAULT;

        private Builder(String host, int port) {
            this.host = host;
            this.port = port;
        }

        /**
         * Sets what finds the addresses; {@link Resolver#system()} by default. It is asked on a platform thread that is
         * kept for look-ups, see {@link Resolver#bounded}.
         */
        public Builder resolver(Resolver resolver) {
            this.resolver = Objects.requireNonNull(resolver, "resolver");
            return this;
        }

        /** How long an answer is good; 30 s by default. */
        public Builder interval(Duration interval) {
            this.interval = Require.positive("interval", interval);
            return this;
        }

        /**
         * Sets how long a look-up may take until it counts as failed; 15 s by default, in which an operating system's
         * resolver has usually asked each of two servers twice.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder timeout(Duration timeout) {
            this.timeout = Require.positive("timeout", timeout);
            return this;
        }

        /** Sets the clock of the timeout; the system's by default. */
        public Builder time(TimeSource time) {
            this.time = Objects.requireNonNull(time, "time");
            return this;
        }

        /** Whether the members speak https; false by default, which is http. */
        public Builder https(boolean on) {
            this.https = on;
            return this;
        }

        /** As {@link DnsDiscovery.Builder#connectors}. */
        public Builder connectors(Supplier<Connector.Builder> connectors) {
            this.connectors = Objects.requireNonNull(connectors, "connectors");
            return this;
        }

        /**
         * Sets the options of https members, such as HTTP/2, since their connections are their own; {@link OriginOptions#DEFAULT}
         * by default. For http members set those of the pool's transport.
         */
        public Builder originOptions(OriginOptions options) {
            this.originOptions = Objects.requireNonNull(options, "options");
            return this;
        }

        /** The discovery. Nothing is asked before the first {@link Discovery#find()}. */
        public ResolverDiscovery build() {
            return new ResolverDiscovery(this);
        }
    }
}
