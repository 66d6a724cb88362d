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
import dev.sluice.proxy.transport.direct.multiplex.SessionOptions;
import dev.sluice.proxy.transport.direct.origin.AnywhereUpstream;
import dev.sluice.proxy.transport.direct.origin.DirectUpstream;
import dev.sluice.proxy.transport.direct.origin.Http1Streams;
import dev.sluice.proxy.transport.direct.origin.Http2Streams;
import dev.sluice.proxy.transport.direct.origin.OriginStreams;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Our own transport: HTTP/1.1 and HTTP/2 over blocking sockets, on virtual threads if the JVM has them (21 and later), else
 * on a pool of at most {@link Builder#maxThreads} platform threads, which idle connections of HTTP/1.1 do not hold. It carries
 * tunnels, interim responses and trailers, passes on a response while the request is still being sent, and notices when a
 * client leaves. Clients get HTTP/2 as {@link Http2} says, and origins if {@link OriginOptions#http2()} is set. All its
 * upstreams share one {@link Connector}, and with it the pools of connections. Safe for use by many threads.
 */
public final class DirectTransport implements Transport, AutoCloseable {
    private final ListenerOptions options;
    private final Connector connector;
    private final OriginOptions originOptions;
    private final AtomicInteger listeners = new AtomicInteger();

    /** By what they do where an origin does not know HTTP/2. */
    private final Map<Http1Streams, Http2Streams> http2 = new ConcurrentHashMap<>();

    private DirectTransport(ListenerOptions options, Connector connector, OriginOptions originOptions) {
        this.options = options;
        this.connector = connector;
        this.originOptions = originOptions;
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
            http2.values().forEach(Http2Streams::closeIdle);
        }
    }

    @Override
    public Upstream upstream(String id, URI uri) {
        return upstream(id, uri, originOptions);
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
        return upstream(
                id,
                uri,
                tls == null ? originOptions : originOptions.toBuilder().tls(tls).build());
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
        Http1Streams http1 =
                new Http1Streams(connector.pools(), options.endWithoutCloseNotify(), options.lengthBesideChunked());
        return options.http2() ? http2.computeIfAbsent(http1, key -> new Http2Streams(connector.pools(), key)) : http1;
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
            http2.values().forEach(Http2Streams::close);
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
        private Http2 http2 = Http2.DEFAULT;
        private OriginOptions originOptions = OriginOptions.DEFAULT;

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
         * closes the connection that has been idle for the longest, or else refuses the one that has waited for the longest
         * for the rest of a request's head with 503. If there is none, the new one gets 503, or is closed with TLS. One client may
         * have a share of them, see {@link dev.sluice.proxy.limit.Limits#clientShare()}; above it one of its own is
         * closed, or the new one gets 429. If the operating system has no more descriptors, one sixteenth of the
         * connections is closed, at least two: those that have been idle for the longest. If none is idle, the new ones wait in
         * the backlog.
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
         * than three quarters of {@link #maxThreads} if those are platform threads. Above it the one that has waited for
         * the longest gets 503, or is closed in a handshake. One client may have a share of them, as of connections.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder maxHeads(int most) {
            this.maxHeads = Require.positive("maxHeads", most);
            return this;
        }

        /**
         * Sets how many requests of one listener are at work at once on platform threads, 2,048 by default; has no effect
         * if the JVM has virtual threads, or the server has its own executor. Connections that are idle hold no thread,
         * whatever their number, but for those of HTTP/2, which have one each besides. When all threads are taken, the next
         * requests wait for one, in order and without a limit in time; so set it higher than {@link
         * dev.sluice.proxy.limit.Limits#exchanges()}, which refuses what is too much. If none becomes free for a while,
         * connections that linger or have an unfinished head are ended for them. As many tunnels, such as
         * WebSockets, may be open besides, each with two threads; above that a tunnel is refused with 503.
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
         * Sets how long a client's connection is kept open without a request; 75 s by default. A PING of HTTP/2 is no
         * request. A connection of HTTP/2 whose first request does not come is closed sooner, after {@link
         * dev.sluice.proxy.limit.Limits#requestHeadTimeout()}.
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

        /** Sets how listeners speak HTTP/2; by default they offer it over TLS. */
        public Builder http2(Http2 options) {
            this.http2 = Objects.requireNonNull(options, "http2");
            return this;
        }

        /**
         * Sets the options of upstreams that are given as URLs, in routes, pools and discoveries; {@link OriginOptions#DEFAULT}
         * by default. With {@link OriginOptions#http2()} all of them are asked in HTTP/2. It does not hold for {@link
         * DirectTransport#anywhere}.
         *
         * @throws IllegalArgumentException if they have TLS settings: those of all upstreams are the {@link #connector}'s
         */
        public Builder originOptions(OriginOptions options) {
            if (options.tls() != null) {
                throw new IllegalArgumentException(
                        "originOptions has TLS settings: for all upstreams they are the connector's");
            }
            this.originOptions = options;
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
                    List.copyOf(proxyProtocolPeers),
                    http2.alpn(),
                    http2.priorKnowledge(),
                    new SessionOptions(
                            http2.streams(),
                            http2.window(),
                            http2.maxWindow(),
                            http2.connectionWindow(),
                            http2.score()));
            return new DirectTransport(options, connector, originOptions);
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
     * @param http2 whether requests go over HTTP/2, many at once on few connections; false by default. Over TLS the
     *     server is offered it (ALPN) and may choose HTTP/1.1, unless the TLS settings name application protocols: then those
     *     are offered. Without TLS it must know it, as clients begin with it (RFC 9113 §3.3); one that does not makes each
     *     request fail. A connection takes as many requests as the server says; of {@link
     *     dev.sluice.proxy.connect.ConnectionLimits} only the two times hold for it. A request that the server has refused, or
     *     that came too late for a connection that goes away, was certainly not begun, so it may be tried again whatever its
     *     method: at once where its body is at hand, and else by the attempts of a pool. A server that is silent for 30 s
     *     while it has requests is asked by a PING, and has 10 s for the answer. An upgrade, such as to a WebSocket, goes
     *     over it if the server has said that it takes such (RFC 8441 §3). Else it goes over HTTP/1.1 with TLS, and gets 501
     *     without
     */
    public record OriginOptions(
            @Nullable OriginTls tls, boolean endWithoutCloseNotify, boolean lengthBesideChunked, boolean http2) {
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
            return builder.endWithoutCloseNotify(endWithoutCloseNotify)
                    .lengthBesideChunked(lengthBesideChunked)
                    .http2(http2);
        }

        /** Collects options. For one thread. */
        public static final class Builder {
            private @Nullable OriginTls tls;
            private boolean endWithoutCloseNotify;
            private boolean lengthBesideChunked;
            private boolean http2;

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

            /** Sets {@link OriginOptions#http2()}. */
            public Builder http2(boolean spoken) {
                this.http2 = spoken;
                return this;
            }

            /** The options. */
            public OriginOptions build() {
                return new OriginOptions(tls, endWithoutCloseNotify, lengthBesideChunked, http2);
            }
        }
    }
}
