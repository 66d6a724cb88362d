package dev.sluice.proxy.transport.direct;

import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.connect.ConnectionLimits;
import dev.sluice.proxy.connect.ConnectionStatistics;
import dev.sluice.proxy.connect.ProxyProtocol;
import dev.sluice.proxy.connect.Resolver;
import dev.sluice.proxy.connect.dial.Destination;
import dev.sluice.proxy.connect.dial.DialSettings;
import dev.sluice.proxy.connect.pool.ConnectionSettings;
import dev.sluice.proxy.connect.pool.Pools;
import dev.sluice.proxy.internal.Require;
import dev.sluice.proxy.origin.ToOrigin;
import dev.sluice.proxy.tls.OriginTls;
import dev.sluice.proxy.tls.TlsSettings;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Opens connections, and keeps them for the next request to the same destination. It resolves a name, asks the {@link
 * dev.sluice.proxy.connect.AddressRule} about each address in turn, and connects to exactly the addresses that it
 * permits; the first that accepts is taken. Addresses are tried in the resolver's order. If one has not accepted within
 * {@link Builder#connectionAttemptDelay} (RFC 8305), the next one is tried beside it. Addresses that failed or were
 * slow come last until the name is resolved again.
 *
 * <p>Names are looked up on platform threads, since a look-up blocks inside the operating system: 128 at once in the
 * whole JVM, of these 96 for names that clients choose, as at a forward proxy, and 32 for one client. A name that could
 * not be resolved is not looked up again within 10 s, or within the resolve interval if that is shorter.
 *
 * <p>The most recently used idle connection is taken first. If the origin has closed one, or sent something on it
 * without a request, this is noticed before its use. At the limit of connections in use, an acquisition waits in a
 * queue, first come first served. When an answer of the resolver is older than {@link Builder#resolveInterval}, the
 * name is looked up again in the background, while idle connections serve. Idle connections to addresses that the name
 * no longer has are then closed, and connections in use when they are released.
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
     * Opens a connection, does the TLS handshake where the destination is {@code https}, and closes it. The connection
     * is never pooled: it counts as unpooled, and does not wait for others. Called from many threads at once; may
     * block.
     *
     * @param destination {@code http://host[:port]} or {@code https://…}; a path does not count
     * @param scope the check uses its clock, and its cancellation breaks the check off
     * @throws ProxyException if it cannot be opened: NOT_SENT, with the outcome that says why, or the reason for which
     *     the scope was cancelled
     * @throws InterruptedException if the thread is interrupted while it connects
     * @throws IllegalArgumentException if the destination is not of its form; the message shows it, but no userinfo
     */
    public void check(URI destination, Exchange scope) throws ProxyException, InterruptedException {
        pools.check(destination, scope);
    }

    /** What this connector holds and has done, for all destinations together. */
    public ConnectionStatistics statistics() {
        return pools.statistics();
    }

    /**
     * The same for one destination, on all clocks together. A destination without open connections that was not used
     * for the resolve interval is forgotten, and begins at 0 again.
     *
     * @param destination as for {@link #check}
     * @throws IllegalArgumentException as {@link #check} does
     */
    public ConnectionStatistics statistics(URI destination) {
        return pools.statistics(Destination.of(destination));
    }

    /**
     * Closes the idle connections to this destination, if you will not use it for a while. Connections in use stay.
     * Other users of the same destination go on, at the price of a new connection.
     *
     * @param destination as for {@link #check}
     * @throws IllegalArgumentException as {@link #check} does
     */
    public void closeIdle(URI destination) {
        pools.closeIdle(Destination.of(destination));
    }

    /** Closes all idle connections, for any destination. Those in use stay. */
    public void closeIdle() {
        pools.closeIdle();
    }

    /**
     * Closes idle connections at once, and those in use when they are released. Requests that wait for one are refused.
     */
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
        private @Nullable OriginTls tls;
        private ConnectionLimits limits = ConnectionLimits.DEFAULT;
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
         * The total time until an address of the name has accepted a connection, with the look-up of the name; 5 s by
         * default.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder connectTimeout(Duration timeout) {
            this.connectTimeout = Require.positive("connectTimeout", timeout);
            return this;
        }

        /**
         * The time from trying one address of a name to trying the next one beside it; 250 ms by default, as RFC 8305
         * §5 recommends. If an address fails, the next one is tried at once.
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
         * How old an answer of the resolver may be, 10 s by default. If the resolver fails, the last good answer is
         * used for the same time again.
         */
        public Builder resolveInterval(Duration interval) {
            this.resolveInterval = Require.positive("resolveInterval", interval);
            return this;
        }

        /**
         * TLS to {@code https} destinations, unless an upstream has its own ({@link DirectTransport.OriginOptions#tls}); by
         * default the JVM's default context, which is asked for at the first handshake.
         *
         * @throws IllegalArgumentException if the settings have the name of one server, or want a client's certificate
         */
        public Builder tls(OriginTls tls) {
            ToOrigin.require(tls);
            TlsSettings settings = tls.settings();
            if (settings.serverName().isPresent() || settings.serverNameFromHost()) {
                throw new IllegalArgumentException("tls of a connector is for all destinations, and must not have the"
                        + " name of one: give an upstream of its own the settings with serverName "
                        + settings.serverName().orElse("from the Host"));
            }
            this.tls = tls;
            return this;
        }

        /** The limits of each destination; {@link ConnectionLimits#DEFAULT} by default. */
        public Builder limits(ConnectionLimits limits) {
            this.limits = Objects.requireNonNull(limits, "limits");
            return this;
        }

        /**
         * How many bytes all field lines of a response's head may have together, and those of its trailers; 64 KiB by
         * default. A response above it is a BAD_RESPONSE, and the client gets 502; trailers above it break the body
         * off. Each connection has a buffer that grows as needed, and shrinks again when the connection is idle.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder headerBytes(int most) {
            this.headerBytes = Require.positive("headerBytes", most);
            return this;
        }

        /**
         * How many field lines a response's head may have, and its trailers; 500 by default. See {@link #headerBytes}.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder headerCount(int most) {
            this.headerCount = Require.positive("headerCount", most);
            return this;
        }

        /**
         * Begins each connection with a header of the PROXY protocol that names the client; without one by default.
         * Such a connection serves only one request, since the next may come from another client.
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
            return new Connector(new Pools(dialing, new ConnectionSettings(limits, headerBytes, headerCount)));
        }
    }
}
