package dev.sluice.balancer.discovery;

import dev.sluice.proxy.internal.Require;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.transport.direct.Connector;
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
 * Finds members by asking name servers, with the time that each answer is good for. Either a host's addresses are
 * members on one port, or what the SRV records of a service name (RFC 2782).
 *
 * <pre>{@code
 * Discovery byAddress = DnsDiscovery.addresses("orders.internal", 8080).build();
 * Discovery byService = DnsDiscovery.service("_orders._tcp.internal")
 *         .servers(new InetSocketAddress("127.0.0.1", 8600))
 *         .build();
 * }</pre>
 *
 * <p>A member is an address and a port, and that is its id. Over http its URL has the address, so that is in the {@code
 * Host} field, and the pool's transport is used. Over {@linkplain Builder#https https} the name is in {@code Host}
 * and in the TLS handshake, and the certificate must be valid for it: that of the host, or with SRV that of the target.
 * Each member then has an upstream of the direct transport that goes to its one address.
 *
 * <p>With SRV records the lowest priority number becomes priority 0 of the members, the next one 1, and so on; 99
 * stands for all above. The weight becomes the member's, and 0 becomes 1, which gives it the small share that RFC 2782
 * means. If a target has several addresses, all weights are twelvefold, and each address has its part of its target's.
 *
 * <p>A name that does not exist, or has no such records, is an answer without members. If a question gets no answer, or
 * an error, from all servers, the whole answer fails, since half of it could be missing otherwise. Names are taken as
 * they are: there is no search list, and no hosts file, for which {@link ResolverDiscovery} is. Safe for use by many
 * threads.
 */
public final class DnsDiscovery implements Discovery {
    private final String name;
    private final int port;
    private final List<DnsType> types;
    private final Duration leastTtl;
    private final Duration mostTtl;
    private final DnsClient client;
    private final EndpointMembers members;

    private DnsDiscovery(Builder setup) {
        this.name = setup.name;
        this.port = setup.port;
        this.types = setup.types;
        this.leastTtl = setup.leastTtl;
        this.mostTtl = setup.mostTtl;
        List<InetSocketAddress> given = setup.servers;
        NameServers servers = given.isEmpty() ? NameServers.of(Path.of("/etc/resolv.conf")) : () -> given;
        this.client = new DnsClient(servers, setup.timeout, setup.rounds, setup.time, setup.random);
        this.members = new EndpointMembers(setup.https ? setup.connectors : null);
    }

    /**
     * Finds the addresses of a host: its A and AAAA records.
     *
     * @param host a full name; a dot at its end makes no difference
     * @param port 1 to 65535
     * @throws IllegalArgumentException if the host is no name of the DNS, or the port out of range
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
        Duration atLeast = ttl.compareTo(leastTtl) < 0 ? leastTtl : ttl;
        return atLeast.compareTo(mostTtl) > 0 ? mostTtl : atLeast;
    }

    /** Sets up a discovery. For one thread. */
    public static final class Builder {
        private final String name;
        private final int port;
        private List<InetSocketAddress> servers = List.of();
        private List<DnsType> types = List.of(DnsType.A, DnsType.AAAA);
        private boolean https;
        private Supplier<Connector.Builder> connectors = Connector::builder;
        private Duration timeout = Duration.ofSeconds(2);
        private int rounds = 2;
        private Duration leastTtl = Duration.ofSeconds(5);
        private Duration mostTtl = Duration.ofMinutes(5);
        private TimeSource time = TimeSource.system();
        private RandomGenerator random = new SecureRandom();

        private Builder(String name, int port) {
            this.name = name;
            this.port = port;
        }

        /**
         * Sets the name servers, which must be such as recurse; by default those of {@code /etc/resolv.conf}, which is
         * read again for each question. They are asked in turn, beginning with the one that answered last.
         *
         * @throws IllegalArgumentException if there is none, or one is a name that was not resolved
         */
        public Builder servers(InetSocketAddress... servers) {
            if (servers.length == 0) {
                throw new IllegalArgumentException("servers must not be empty");
            }
            for (InetSocketAddress server : servers) {
                if (server.isUnresolved()) {
                    throw new IllegalArgumentException("servers must be addresses: " + server);
                }
            }
            this.servers = List.of(servers);
            return this;
        }

        /** Asks for A records alone; for A and AAAA records by default. */
        public Builder onlyIpv4() {
            this.types = List.of(DnsType.A);
            return this;
        }

        /** Asks for AAAA records alone; for A and AAAA records by default. */
        public Builder onlyIpv6() {
            this.types = List.of(DnsType.AAAA);
            return this;
        }

        /** Whether the members speak https; false by default, which is http. */
        public Builder https(boolean on) {
            this.https = on;
            return this;
        }

        /**
         * Sets what makes the connectors of https members, one for each: here go TLS settings and limits. The resolver
         * is replaced. {@link Connector#builder()} by default.
         */
        public Builder connectors(Supplier<Connector.Builder> connectors) {
            this.connectors = Objects.requireNonNull(connectors, "connectors");
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
         * For how long an answer is good at least and at most, whatever its TTL says; 5 s and 5 minutes by default. The
         * lower bound also holds for an answer with a TTL of 0, as some registries give.
         *
         * @throws IllegalArgumentException if one is not positive, or they are the wrong way round
         */
        public Builder ttl(Duration least, Duration most) {
            Require.positive("least ttl", least);
            Require.notBelow("most ttl", least, most);
            this.leastTtl = least;
            this.mostTtl = most;
            return this;
        }

        /** Sets the clock of the deadlines of the sockets; the system's by default. */
        public Builder time(TimeSource time) {
            this.time = Objects.requireNonNull(time, "time");
            return this;
        }

        /** Sets where the ids of questions come from, which nobody must be able to guess; a SecureRandom by default. */
        public Builder random(RandomGenerator random) {
            this.random = Objects.requireNonNull(random, "random");
            return this;
        }

        /** The discovery. Nothing is asked before the first {@link Discovery#find()}. */
        public DnsDiscovery build() {
            return new DnsDiscovery(this);
        }
    }
}
