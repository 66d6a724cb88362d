package dev.sluice.balancer.discovery;

import dev.sluice.proxy.internal.Require;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.transport.direct.Connector;
import dev.sluice.proxy.transport.direct.DirectTransport.OriginOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Finds members by asking name servers, with the time that each answer is good for. The members are a host's addresses
 * on one port, or the targets of a service's SRV records (RFC 2782).
 *
 * <pre>{@code
 * Discovery byAddress = DnsDiscovery.addresses("orders.internal", 8080).build();
 * Discovery byService = DnsDiscovery.service("_orders._tcp.internal")
 *         .servers(new InetSocketAddress("127.0.0.1", 8600))
 *         .build();
 * }</pre>
 *
 * <p>A member is an address and a port, which is also its id. Over http its URL has the address, which is also in the
 * {@code Host} field, and the pool's transport is used. Over {@linkplain Builder#https https} the name is in {@code
 * Host} and in the TLS handshake, and the certificate must be valid for it. It is the host's name, or with SRV the
 * target's name. Each member then has an upstream of the direct transport that goes to its one address.
 *
 * <p>With SRV records the lowest priority number becomes priority 0 of the members, the next one 1, and so on; all
 * above 99 become 99. The weight becomes the member's, and 0 becomes 1, which is the small share that RFC 2782 means.
 * If a target has several addresses, all weights are multiplied by 12, and the target's weight is divided among its
 * addresses.
 *
 * <p>A name that does not exist, or has no such records, is an answer without members. If a question gets no answer, or
 * an error, from all servers, the whole answer fails, as half of it could be missing otherwise. Names are used as they
 * are: without a search list and without the hosts file. For these use {@link ResolverDiscovery}. Safe for use by many
 * threads.
 */
public final class DnsDiscovery implements Discovery {
    private final String name;
    private final int port;
    private final List<DnsType> types;
    private final Duration minTtl;
    private final Duration maxTtl;
    private final DnsClient client;
    private final EndpointMembers members;

    private DnsDiscovery(Builder setup) {
        this.name = setup.name;
        this.port = setup.port;
        this.types = setup.types();
        this.minTtl = setup.minTtl;
        this.maxTtl = setup.maxTtl;
        this.client = new DnsClient(setup.servers, setup.timeout, setup.rounds, setup.time, setup.random);
        this.members = new EndpointMembers(setup.https ? setup.connectors : null, setup.originOptions);
    }

    /**
     * Finds the addresses of a host: its A and AAAA records.
     *
     * @param host a full name; a dot at its end makes no difference
     * @param port 1 to 65535
     * @throws IllegalArgumentException if the host is not a name of the DNS, or the port is out of range
     */
    public static Builder addresses(String host, int port) {
        return new Builder(DnsQuestion.requireName("host", host), Require.within("port", 1, 65_535, port));
    }

    /**
     * Finds the servers of a service: the targets of its SRV records, each with its own port.
     *
     * @param name a full name, such as {@code _http._tcp.example.com}
     * @throws IllegalArgumentException if it is no name of the DNS
     */
    public static Builder service(String name) {
        return new Builder(DnsQuestion.requireName("service", name), 0);
    }

    @Override
    public Discovery.Found find() throws IOException, InterruptedException {
        DnsLookup lookup = new DnsLookup(client, types);
        List<Endpoint> endpoints = port == 0 ? lookup.service(name) : lookup.host(name, port);
        return Discovery.Found.of(members.of(endpoints), clamped(Duration.ofSeconds(lookup.ttlSeconds())));
    }

    private Duration clamped(Duration ttl) {
        Duration atLeast = ttl.compareTo(minTtl) < 0 ? minTtl : ttl;
        return atLeast.compareTo(maxTtl) > 0 ? maxTtl : atLeast;
    }

    /** Sets up a discovery. For one thread. */
    public static final class Builder {
        private final String name;
        private final int port;
        private NameServers servers = NameServers.of(Path.of("/etc/resolv.conf"));
        private boolean ipv4 = true;
        private boolean ipv6 = true;
        private boolean https;
        private Supplier<Connector.Builder> connectors = Connector::builder;
        private OriginOptions originOptions = OriginOptions.DEFAULT;
        private Duration timeout = Duration.ofSeconds(2);
        private int rounds = 2;
        private Duration minTtl = Duration.ofSeconds(5);
        private Duration maxTtl = Duration.ofMinutes(5);
        private TimeSource time = TimeSource.system();
        private RandomGenerator random = new SecureRandom();

        private Builder(String name, int port) {
            this.name = name;
            this.port = port;
        }

        private List<DnsType> types() {
            return !ipv6 ? List.of(DnsType.A) : !ipv4 ? List.of(DnsType.AAAA) : List.of(DnsType.A, DnsType.AAAA);
        }

        /**
         * Sets the name servers, which must be recursive; by default those of {@code /etc/resolv.conf}, which is read
         * again for each question. They are asked in turn, from the one that answered last.
         *
         * @throws IllegalArgumentException if there is none, or one is a name that was not resolved
         */
        public Builder servers(InetSocketAddress... servers) {
            this.servers = NameServers.of(List.of(servers));
            return this;
        }

        /** Whether A records are asked for, which have addresses of IPv4; true by default. */
        public Builder ipv4(boolean on) {
            this.ipv4 = on;
            return this;
        }

        /** Whether AAAA records are asked for, which have addresses of IPv6; true by default. */
        public Builder ipv6(boolean on) {
            this.ipv6 = on;
            return this;
        }

        /** Whether the members speak https; false by default, which is http. */
        public Builder https(boolean on) {
            this.https = on;
            return this;
        }

        /**
         * Sets the builder of connectors for https members, one for each: here you set TLS and limits. The resolver is
         * replaced. {@link Connector#builder()} by default.
         */
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

        /** How long one server may take for one question; 2 s by default. Over TCP it may take as long again. */
        public Builder timeout(Duration timeout) {
            this.timeout = Require.positive("timeout", timeout);
            return this;
        }

        /**
         * How often each server is asked before a question counts as failed; 2 by default.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder rounds(int rounds) {
            Require.atLeast("rounds", 1, rounds);
            this.rounds = rounds;
            return this;
        }

        /**
         * The shortest time that an answer is good, whatever its TTL; 5 s by default. It also applies to a TTL of 0, which
         * some registries send.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder minTtl(Duration time) {
            this.minTtl = Require.positive("minTtl", time);
            return this;
        }

        /** The longest time that an answer is good, whatever its TTL; 5 min by default. */
        public Builder maxTtl(Duration time) {
            this.maxTtl = Objects.requireNonNull(time, "maxTtl");
            return this;
        }

        /** Sets the clock of the deadlines of the sockets; the system's by default. */
        public Builder time(TimeSource time) {
            this.time = Objects.requireNonNull(time, "time");
            return this;
        }

        /** Sets where the ids of questions come from, which must not be guessable; a SecureRandom by default. */
        public Builder random(RandomGenerator random) {
            this.random = Objects.requireNonNull(random, "random");
            return this;
        }

        /**
         * The discovery. Nothing is asked before the first {@link Discovery#find()}.
         *
         * @throws IllegalArgumentException if neither {@code ipv4} nor {@code ipv6} is asked for, or {@code maxTtl} is below
         *     {@code minTtl}; the message names both, and their values
         */
        public DnsDiscovery build() {
            if (!ipv4 && !ipv6) {
                throw new IllegalArgumentException("ipv4 or ipv6 must be asked for: both are false");
            }
            Require.atLeast("maxTtl", "minTtl", minTtl, maxTtl);
            return new DnsDiscovery(this);
        }
    }
}
