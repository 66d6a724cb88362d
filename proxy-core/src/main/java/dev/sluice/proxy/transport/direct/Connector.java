package dev.sluice.proxy.transport.direct;

import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.connect.Destination;
import dev.sluice.proxy.connect.PoolLimits;
import dev.sluice.proxy.connect.PoolStatistics;
import dev.sluice.proxy.connect.ProxyProtocol;
import dev.sluice.proxy.connect.Resolver;
import dev.sluice.proxy.connect.dial.DialSettings;
import dev.sluice.proxy.connect.pool.PoolSettings;
import dev.sluice.proxy.connect.pool.Pools;
import dev.sluice.proxy.internal.Require;
import dev.sluice.proxy.tls.TlsSettings;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Opens connections, and keeps them for the next request to the same destination. A name is resolved, the {@link
 * dev.sluice.proxy.connect.AddressRule} is asked about each address in turn, and exactly an address that it permits is connected to; the first
 * that accepts is taken. Addresses are tried in the resolver's order, the next one beside when one has not accepted
 * within {@link Builder#connectionAttemptDelay} (RFC 8305), and those that failed or were slow after all others until
 * the name is resolved again.
 *
 * <p>Names are looked up on platform threads, since a look-up blocks inside the operating system: 128 at once in the
 * whole JVM, of {@linkplain Destination#chosenByClient names that clients choose} 96, and for one client 32. A name that
 * could not be resolved is not asked for again within 10 s, or the resolve interval where that is shorter.
 *
 * <p>The most recently used idle connection is taken first. One that the origin has closed, or sent something unasked
 * on, is noticed before it is used. When as many connections are in use as may be, an acquisition waits in a queue,
 * first come first served. An answer of the resolver is asked for again when it is older than {@link
 * Builder#resolveInterval}: beside, while idle connections serve. Idle connections to addresses that the name no longer
 * has are then closed, and those in use are when they are released.
 *
 * <p>Times are those of the scope's clock. Safe for use by many threads.
 */
public final class Connector implements AutoCloseable {
    private final Pools pools;

    private Connector(Pools pools) {
        this.pools = pools;
    }

    /** A builder that begins with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Opens a connection, does the TLS handshake where the destination is {@code https}, and closes it. The
     * connection is never pooled: it counts as unpooled, and waits for no other. Called from many threads at once; may
     * block.
     *
     * @param scope its clock counts, and its cancellation breaks the check off
     * @throws ProxyException if it cannot be opened: NOT_SENT, with the outcome that says why, or the reason for which
     *     the scope was cancelled
     * @throws InterruptedException if the thread is interrupted while it connects
     */
    public void check(Destination destination, Exchange scope) throws ProxyException, InterruptedException {
        pools.check(destination, scope);
    }

    /** What this connector holds and has done, for all destinations together. */
    public PoolStatistics statistics() {
        return pools.statistics();
    }

    /**
     * The same for one destination, on all clocks together. What nobody has used for as long as the resolve interval,
     * and has no connection open, is forgotten, and begins at 0 again.
     */
    public PoolStatistics statistics(Destination destination) {
        return pools.statistics(destination);
    }

    /**
     * Closes the connections to this destination that are idle, for whoever will not use it for a while. Those in use
     * stay, and so does everything that others do with the same destination, at the price of a new connection.
     */
    public void closeIdle(Destination destination) {
        pools.closeIdle(destination);
    }

    /** Closes all connections that are idle, whatever their destination. Those in use stay. */
    public void closeIdle() {
        pools.closeIdle();
    }

    /** Closes idle connections at once, and those in use when they are released. Whoever waits for one is sent away. */
    @Override
    public void close() {
        pools.close();
    }

    Pools pools() {
        return pools;
    }

    /** Collects settings. For one thread. */
    public static final class Builder {
        private Resolver resolver = Resolver.system();
        private Duration connectTimeout = Duration.ofSeconds(5);
        private Duration connectionAttemptDelay = Duration.ofMillis(250);
        private Duration handshakeTimeout = Duration.ofSeconds(5);
        private Duration resolveInterval = Duration.ofSeconds(10);
        private @Nullable TlsSettings tls;
        private PoolLimits limits = PoolLimits.DEFAULT;
        private int headerBytes = 64 * 1024;
        private int headerCount = 500;
        private @Nullable ProxyProtocol proxyProtocol;

        private Builder() {}

        /**
         * Finds the addresses of names; {@link Resolver#system()} by default. It is called on a platform thread, of
         * which there are 128 for look-ups in the whole JVM.
         */
        public Builder resolver(Resolver resolver) {
            this.resolver = Objects.requireNonNull(resolver, "resolver");
            return this;
        }

        /**
         * How long it may take in all until an address of the name has accepted a connection, the look-up of the name
         * included; 5 s by default.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder connectTimeout(Duration timeout) {
            this.connectTimeout = Require.positive("connectTimeout", timeout);
            return this;
        }

        /**
         * How long an address of a name is waited for until the next one is tried beside it; 250 ms by default, as RFC
         * 8305 §5 recommends. When an address has failed, the next one is tried at once.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder connectionAttemptDelay(Duration delay) {
            this.connectionAttemptDelay = Require.positive("connectionAttemptDelay", delay);
            return this;
        }

        /** How long a TLS handshake may take; 5 s by default. */
        public Builder handshakeTimeout(Duration timeout) {
            this.handshakeTimeout = Require.positive("handshakeTimeout", timeout);
            return this;
        }

        /**
         * How old an answer of the resolver may be, 10 s by default. When the resolver fails, the last good answer
         * holds for as long again.
         */
        public Builder resolveInterval(Duration interval) {
            this.resolveInterval = Require.positive("resolveInterval", interval);
            return this;
        }

        /**
         * TLS towards {@code https} destinations; the JVM's default context by default, which is asked for at the first
         * handshake.
         */
        public Builder tls(TlsSettings settings) {
            this.tls = Objects.requireNonNull(settings, "tls");
            return this;
        }

        /** The limits of each destination; {@link PoolLimits#DEFAULT} by default. */
        public Builder limits(PoolLimits limits) {
            this.limits = Objects.requireNonNull(limits, "limits");
            return this;
        }

        /**
         * How many bytes all field lines of a response's head may have together, and those of its trailers; 64 KiB by
         * default. A response above it is a BAD_RESPONSE, which the client gets as 502; trailers above it break the body
         * off. Each connection keeps a buffer that grows to what was needed, and gives it back with its next idle time.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder headerBytes(int most) {
            this.headerBytes = Require.positive("headerBytes", most);
            return this;
        }

        /**
         * How many field lines a response's head may have, and its trailers; 500 by default. Beyond it as for {@link
         * #headerBytes}.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder headerCount(int most) {
            this.headerCount = Require.positive("headerCount", most);
            return this;
        }

        /**
         * Begins each connection with a PROXY protocol's header that names the client; without one by default. Such a
         * connection serves one request alone, since the next may be another client's.
         */
        public Builder proxyProtocol(ProxyProtocol version) {
            this.proxyProtocol = version;
            return this;
        }

        /** The connector. */
        public Connector build() {
            DialSettings dialing = new DialSettings(
                    resolver,
                    connectTimeout,
                    connectionAttemptDelay,
                    handshakeTimeout,
                    resolveInterval,
                    tls,
                    proxyProtocol);
            return new Connector(new Pools(dialing, new PoolSettings(limits, headerBytes, headerCount)));
        }
    }
}
