package dev.sluice.proxy.transport.direct;

import dev.sluice.proxy.Capability;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.connect.AddressRule;
import dev.sluice.proxy.connect.PoolStatistics;
import dev.sluice.proxy.header.Cidr;
import dev.sluice.proxy.internal.Require;
import dev.sluice.proxy.origin.Origin;
import dev.sluice.proxy.spi.Listener;
import dev.sluice.proxy.spi.ListenerSettings;
import dev.sluice.proxy.spi.Service;
import dev.sluice.proxy.spi.Transport;
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

/**
 * The transport of our own: HTTP/1.1 over blocking sockets, on virtual threads where the JVM has them (21 and later),
 * else on a pool of platform threads, {@link Builder#threads} at most. It carries tunnels, interim responses and
 * trailers, passes on a response while the request is still going out, and notices when a client leaves. All its
 * upstreams share one {@link Connector}, and with it the pools of connections. Safe for use by many threads.
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

    /** A builder of a transport of one's own. */
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
    public Listener listen(ListenerSettings settings, Service service) throws IOException {
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
     * An upstream with options of its own, for a server that needs them.
     *
     * @param id its name in records and pools
     * @param uri as for {@link #upstream(String, URI)}
     * @throws IllegalArgumentException as {@link #upstream(String, URI)} does
     */
    public Upstream upstream(String id, URI uri, OriginOptions options) {
        Objects.requireNonNull(options, "options");
        return new DirectUpstream(id, Origin.of(uri), connector.pools(), streams(options));
    }

    /**
     * An upstream that goes wherever a request's target says, as a forward proxy does: with a CONNECT it opens a
     * tunnel to that host and port.
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
    public PoolStatistics connections() {
        return connector.statistics();
    }

    /**
     * Closes the connector: connections to upstreams that are idle at once, the others after use. Listeners stay open.
     * Has no effect the second time, and on {@link #shared()}.
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
        private int connections = 20_000;
        private int heads;
        private int threads = 2_048;
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
         * Sets how many connections of clients one listener has open at once, 20,000 by default. For one more the
         * connection is closed that has been idle for the longest, or waits for the longest for the rest of a
         * request's head; where there is none, the new one is answered with 503, or closed where TLS is spoken. One
         * client may have a share of them, as {@link dev.sluice.proxy.limit.Limits#clientShare()} says; above it one of
         * its own is closed, or the new one answered with 429. When the operating system has no more descriptors, the
         * sixteenth of the connections that have been idle for the longest is closed, two at least.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder connections(int most) {
            this.connections = Require.positive("connections", most);
            return this;
        }

        /**
         * Sets how many connections of one listener may wait at once for the rest of a request's head, or for what
         * comes before the first one, a PROXY header or a TLS handshake. By default as many as there may be
         * connections; never more than {@link #threads} where those are platform threads. Above it the one that waits
         * for the longest is answered with 503, or closed in a handshake; one client may have a share of them, as of
         * connections.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder heads(int most) {
            this.heads = Require.positive("heads", most);
            return this;
        }

        /**
         * Sets how many platform threads one listener has at most, 2,048 by default; without a meaning where the JVM
         * has virtual threads, or the server was given an executor. When all are taken, a connection is closed for a
         * new one as at the limit of {@link #connections}.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder threads(int most) {
            this.threads = Require.positive("threads", most);
            return this;
        }

        /**
         * Sets how many connections the operating system keeps for a listener until they are accepted; 1,024 by
         * default. The system may have a lower bound of its own.
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
         * Sets for how long at most a client may go on sending after the final response, 30 s by default: what comes
         * of a body that nobody reads is taken and dropped, so that a client that reads only when all is sent gets the
         * response and not a reset (RFC 9112 §9.6). Such a connection counts as idle: at a limit it is closed like
         * others that are, and {@code close()} of the server ends it.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder linger(Duration most) {
            this.linger = Require.positive("linger", most);
            return this;
        }

        /**
         * Sets how long such a client may send nothing until its connection is closed, 5 s by default.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder lingerIdle(Duration most) {
            this.lingerIdle = Require.positive("lingerIdle", most);
            return this;
        }

        /**
         * Lets a client end its direction and still wait for the response. By default the end of a client's direction,
         * while it waits for the response, means that the client has left (RFC 9112 §9.6 lets a server guess), and its
         * request is cancelled. A reset means so in any case. Both are seen within about a second, behind at most 8 KiB
         * that the client has sent ahead; beyond that they show when the response is written.
         */
        public Builder halfClose(boolean allowed) {
            this.halfClose = allowed;
            return this;
        }

        /**
         * Expects that every connection from these blocks of addresses begins with a PROXY header, version 1 or 2,
         * which says who the client is; one without it is closed. From all other addresses a PROXY header is a
         * malformed request. None by default.
         *
         * @throws IllegalArgumentException if one is not a block of addresses, as {@link Cidr#parse} says
         */
        public Builder proxyProtocolFrom(String... blocks) {
            for (String block : blocks) {
                proxyProtocolPeers.add(Cidr.parse(block));
            }
            return this;
        }

        /** The transport. */
        public DirectTransport build() {
            ListenerOptions options = new ListenerOptions(
                    connections,
                    heads > 0 ? heads : connections,
                    threads,
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
     * What one upstream of the direct transport is forgiven: by default nothing of what is here, since a message that two
     * readers can read in two ways is refused. Immutable.
     *
     * <pre>{@code
     * DirectTransport.OriginOptions old = DirectTransport.OriginOptions.builder().endWithoutCloseNotify(true).build();
     * Upstream shop = DirectTransport.shared().upstream("shop", URI.create("https://shop.internal"), old);
     * }</pre>
     *
     * @param endWithoutCloseNotify whether a response's body that the end of the connection delimits may end over TLS
     *     without a close_notify, as servers of old do; false by default. With it a response that somebody on the way has
     *     cut off looks whole (RFC 8446 §6.1, RFC 9112 §9.8)
     * @param lengthBesideChunked whether a response may have a {@code Content-Length} beside {@code Transfer-Encoding:
     *     chunked}; false by default. With it the chunks count, the length is dropped, and the connection is not used again
     *     (RFC 9112 §6.3)
     */
    public record OriginOptions(boolean endWithoutCloseNotify, boolean lengthBesideChunked) {
        /** The defaults: nothing is forgiven. */
        public static final OriginOptions DEFAULT = new Builder().build();

        /** A builder that begins with the defaults. */
        public static Builder builder() {
            return new Builder();
        }

        /** A builder that begins with these values. */
        public Builder toBuilder() {
            return new Builder().endWithoutCloseNotify(endWithoutCloseNotify).lengthBesideChunked(lengthBesideChunked);
        }

        /** Collects options. For one thread. */
        public static final class Builder {
            private boolean endWithoutCloseNotify;
            private boolean lengthBesideChunked;

            private Builder() {}

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
                return new OriginOptions(endWithoutCloseNotify, lengthBesideChunked);
            }
        }
    }
}
