package dev.sluice.proxy.transport.direct;

import dev.sluice.proxy.Capability;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.connect.AddressRule;
import dev.sluice.proxy.connect.ConnectionStatistics;
import dev.sluice.proxy.internal.Require;
import dev.sluice.proxy.origin.Origin;
import dev.sluice.proxy.origin.ToOrigin;
import dev.sluice.proxy.spi.Listener;
import dev.sluice.proxy.spi.Service;
import dev.sluice.proxy.spi.Transport;
import dev.sluice.proxy.syntax.Cidr;
import dev.sluice.proxy.tls.OriginTls;
import dev.sluice.proxy.transport.direct.listener.DirectListener;
import dev.sluice.proxy.transport.direct.listener.ListenerOptions;
import dev.sluice.proxy.transport.direct.origin.AnywhereUpstream;
import dev.sluice.proxy.transport.direct.origin.DirectUpstream;
import dev.sluice.proxy.transport.direct.origin.Http1Streams;
import dev.sluice.proxy.transport.direct.origin.OriginStreams;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Our own transport: HTTP/1.1 over blocking sockets, on virtual threads if the JVM has them (21 and later), else on a
 * pool of at most {@link Builder#maxThreads} platform threads. It carries tunnels, interim responses and trailers, passes
 * on a response while the request is still being sent, and notices when a client leaves. All its upstreams share one
 * {@link Connector}, and with it the pools of connections. Safe for use by many threads.
 */
public final class DirectTransport implements Transport, AutoCloseable {
    private final ListenerOptions options;
    private final Connector connector;
    private final AtomicInteger listeners = new AtomicInteger();

    private DirectTransport(ListenerOptions options, Connector connector) {
        this.options = options;
        this.connector = connector;
    }

    /** The transport with the defaults. It is one for the whole JVM, and closing it does nothing. */
    public static DirectTransport shared() {
        return Shared.INSTANCE;
    }

    /** A builder for your own transport. */
    public static Builder builder() {
        return new Builder();
    }

    /** {@code direct}. */
    @Override
    public String name() {
        return "direct";
    }

    /** Everything that a listener can do. */
    @Override
    public Set<Capability> listenerCapabilities() {
        return DirectListener.CAPABILITIES;
    }

    /** Everything that an upstream can do. */
    @Override
    public Set<Capability> upstreamCapabilities() {
        return DirectUpstream.CAPABILITIES;
    }

    @Override
    public Listener listen(Listener.Settings settings, Service service) throws IOException {
        DirectListener opened = DirectListener.open(settings, options, service, this::listenerClosed);
        listeners.incrementAndGet();
        return opened;
    }

    /** What the last one leaves would stay for a while, and with it the clock's thread and the class loader. */
    private void listenerClosed() {
        if (listeners.decrementAndGet() == 0) {
            connector.closeIdle();
        }
    }

    @Override
    public Upstream upstream(String id, URI uri) {
        return upstream(id, uri, OriginOptions.DEFAULT);
    }

    /**
     * An upstream with its own options, for a server that needs them.
     *
     * @param id its name in records and pools
     * @param uri as for {@link #upstream(String, URI)}
     * @throws IllegalArgumentException as {@link #upstream(String, URI)} does, and if there are TLS settings for a URI that
     *     is not one of https, or that want a client's certificate
     */
    public Upstream upstream(String id, URI uri, OriginOptions options) {
        Objects.requireNonNull(options, "options");
        Origin origin = Origin.of(uri);
        if (options.tls() != null && !origin.scheme().equals("https")) {
            throw new IllegalArgumentException("upstream has TLS settings, but its URI is not https://…: " + origin);
        }
        ToOrigin.require(options.tls());
        return new DirectUpstream(id, origin, connector.pools(), streams(options), options.tls());
    }

    @Override
    public Upstream upstream(String id, URI uri, @Nullable OriginTls tls) {
        return upstream(id, uri, new OriginOptions(tls, false, false));
    }

    /**
     * An upstream that goes where a request's target says, like a forward proxy: with a CONNECT it opens a tunnel to
     * that host and port.
     *
     * @param id its name in records
     * @param rule which addresses it may connect to
     */
    public Upstream anywhere(String id, AddressRule rule) {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(rule, "rule");
        return new AnywhereUpstream(id, connector.pools(), streams(OriginOptions.DEFAULT), rule);
    }

    private OriginStreams streams(OriginOptions options) {
        return new Http1Streams(connector.pools(), options.endWithoutCloseNotify(), options.lengthBesideChunked());
    }

    /** The connections of all upstreams together. */
    public ConnectionStatistics connections() {
        return connector.statistics();
    }

    /**
     * Closes the connector: idle connections to upstreams at once, the others after use. Listeners stay open. Has no
     * effect the second time, and on {@link #shared()}.
     */
    @Override
    public void close() {
        if (this != Shared.INSTANCE) {
            connector.close();
        }
    }

    private static final class Shared {
        private static final DirectTransport INSTANCE = builder().build();

        private Shared() {}
    }

    /** Collects the options. For one thread. */
    public static final class Builder {
        private Connector connector = Connector.builder().build();
        private int maxConnections = 20_000;
        private int maxHeads;
        private int maxThreads = 2_048;
        private int backlog = 1_024;
        private Duration keepAlive = Duration.ofSeconds(75);
        private Duration handshakeTimeout = Duration.ofSeconds(10);
        private Duration linger = Duration.ofSeconds(30);
        private Duration lingerIdle = Duration.ofSeconds(5);
        private boolean halfClose;
        private final List<Cidr> proxyProtocolPeers = new ArrayList<>();

        private Builder() {}

        /**
         * Sets what opens and keeps the connections to upstreams; one with its defaults by default. Closed with the
         * transport.
         */
        public Builder connector(Connector connector) {
            this.connector = Objects.requireNonNull(connector, "connector");
            return this;
        }

        /**
         * Sets how many connections of clients one listener has open at once, 20,000 by default. For one more, it
         * closes the connection that has been idle for the longest, or else the one that has waited for the longest for
         * the rest of a request's head. If there is none, the new one gets 503, or is closed with TLS. One client may
         * have a share of them, see {@link dev.sluice.proxy.limit.Limits#clientShare()}; above it one of its own is
         * closed, or the new one gets 429. If the operating system has no more descriptors, one sixteenth of the
         * connections is closed, at least two: those that have been idle for the longest.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder maxConnections(int most) {
            this.maxConnections = Require.positive("maxConnections", most);
            return this;
        }

        /**
         * Sets how many connections of one listener may wait at once for the rest of a request's head, or before the
         * first one for a PROXY header or a TLS handshake. By default it is the limit of connections, but never more
         * than {@link #maxThreads} if those are platform threads. Above it the one that has waited for the longest gets
         * 503, or is closed in a handshake. One client may have a share of them, as of connections.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder maxHeads(int most) {
            this.maxHeads = Require.positive("maxHeads", most);
            return this;
        }

        /**
         * Sets the greatest number of platform threads of one listener, 2,048 by default; has no effect if the JVM has
         * virtual threads, or the server has its own executor. When all are taken, a connection is closed for a new one
         * as at the limit of {@link #maxConnections}.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder maxThreads(int most) {
            this.maxThreads = Require.positive("maxThreads", most);
            return this;
        }

        /**
         * Sets how many connections the operating system keeps for a listener until they are accepted; 1,024 by
         * default. The system may have its own lower limit.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder backlog(int most) {
            this.backlog = Require.positive("backlog", most);
            return this;
        }

        /**
         * Sets how long a client's connection is kept open without a request; 75 s by default.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder keepAlive(Duration timeout) {
            this.keepAlive = Require.positive("keepAlive", timeout);
            return this;
        }

        /**
         * Sets how long a client may take for the PROXY header and the TLS handshake together; 10 s by default.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder handshakeTimeout(Duration timeout) {
            this.handshakeTimeout = Require.positive("handshakeTimeout", timeout);
            return this;
        }

        /**
         * Sets how long a client may go on sending after the final response, 30 s by default. The rest of a body that
         * nobody reads is read and dropped, so that a client that reads only after it has sent everything gets the
         * response and not a reset (RFC 9112 §9.6). Such a connection counts as idle: at a limit it is closed like
         * other idle ones, and {@code close()} of the server ends it.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder linger(Duration most) {
            this.linger = Require.positive("linger", most);
            return this;
        }

        /**
         * Sets how long such a client may be silent until its connection is closed, 5 s by default.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder lingerIdle(Duration most) {
            this.lingerIdle = Require.positive("lingerIdle", most);
            return this;
        }

        /**
         * Lets a client close its sending side and still wait for the response. By default a client that closes its
         * sending side while it waits has left (RFC 9112 §9.6 lets a server guess), and its request is cancelled. A
         * reset always means this. Both are seen within about a second, behind at most 8 KiB that the client has sent
         * ahead; beyond that they are seen when the response is written.
         */
        public Builder halfClose(boolean allowed) {
            this.halfClose = allowed;
            return this;
        }

        /**
         * Expects every connection from these blocks of addresses to begin with a PROXY header, version 1 or 2, which
         * names the client; a connection without it is closed. From all other addresses a PROXY header is a malformed
         * request. None by default.
         *
         * @throws IllegalArgumentException if one is not an address or a block of addresses in CIDR form, such as {@code 10.0.0.0/8}
         */
        public Builder addProxyProtocolPeers(String... blocks) {
            for (String block : blocks) {
                proxyProtocolPeers.add(Cidr.parse("proxyProtocolPeers", block));
            }
            return this;
        }

        /** The transport. */
        public DirectTransport build() {
            ListenerOptions options = new ListenerOptions(
                    maxConnections,
                    maxHeads > 0 ? maxHeads : maxConnections,
                    maxThreads,
                    backlog,
                    keepAlive,
                    handshakeTimeout,
                    linger,
                    lingerIdle,
                    halfClose,
                    List.copyOf(proxyProtocolPeers));
            return new DirectTransport(options, connector);
        }
    }

    /**
     * What is different with one upstream of the direct transport: its TLS settings, and the faults that are accepted from
     * it; none of these by default, since a message that can be read in two ways is refused. Immutable.
     *
     * <pre>{@code
     * DirectTransport.OriginOptions old = DirectTransport.OriginOptions.builder().endWithoutCloseNotify(true).build();
     * Upstream shop = DirectTransport.shared().upstream("shop", URI.create("https://shop.internal"), old);
     * }</pre>
     *
     * @param tls how TLS is done with it; null, the default, for as the connector does. Its connections are never used for
     *     an upstream with other settings
     * @param endWithoutCloseNotify whether a response's body that ends with the connection may end over TLS without a
     *     close_notify, as with old servers; false by default. With it a response that somebody on the way has cut
     *     looks whole (RFC 8446 §6.1, RFC 9112 §9.8)
     * @param lengthBesideChunked whether a response may have a {@code Content-Length} beside {@code Transfer-Encoding:
     *     chunked}; false by default. With it the chunks count, the length is dropped, and the connection is not reused
     *     (RFC 9112 §6.3)
     */
    public record OriginOptions(@Nullable OriginTls tls, boolean endWithoutCloseNotify, boolean lengthBesideChunked) {
        /** The defaults: the connector's TLS settings, and no fault is accepted. */
        public static final OriginOptions DEFAULT = new Builder().build();

        /** A builder that begins with the defaults. */
        public static Builder builder() {
            return new Builder();
        }

        /** A builder that begins with these values. */
        public Builder toBuilder() {
            Builder builder = new Builder();
            builder.tls = tls;
            return builder.endWithoutCloseNotify(endWithoutCloseNotify).lengthBesideChunked(lengthBesideChunked);
        }

        /** Collects options. For one thread. */
        public static final class Builder {
            private @Nullable OriginTls tls;
            private boolean endWithoutCloseNotify;
            private boolean lengthBesideChunked;

            private Builder() {}

            /** Sets {@link OriginOptions#tls()}. */
            public Builder tls(OriginTls settings) {
                this.tls = Objects.requireNonNull(settings, "tls");
                return this;
            }

            /** Sets {@link OriginOptions#endWithoutCloseNotify()}. */
            public Builder endWithoutCloseNotify(boolean allowed) {
                this.endWithoutCloseNotify = allowed;
                return this;
            }

            /** Sets {@link OriginOptions#lengthBesideChunked()}. */
            public Builder lengthBesideChunked(boolean allowed) {
                this.lengthBesideChunked = allowed;
                return this;
            }

            /** The options. */
            public OriginOptions build() {
                return new OriginOptions(tls, endWithoutCloseNotify, lengthBesideChunked);
            }
        }
    }
}
