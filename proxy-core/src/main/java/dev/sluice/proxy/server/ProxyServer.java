package dev.sluice.proxy.server;

import dev.sluice.proxy.Capability;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.route.Routes;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.transport.Listener;
import dev.sluice.proxy.transport.ListenerSettings;
import dev.sluice.proxy.transport.Transport;
import dev.sluice.proxy.transport.direct.DirectTransport;
import dev.sluice.proxy.wire.ServerTls;
import dev.sluice.proxy.wire.TlsSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A proxy that listens. Built, started once, and closed: closing stops accepting, lets the exchanges in flight finish until a
 * deadline, and cuts off the rest. Safe for use by many threads.
 *
 * <pre>{@code
 * ProxyServer server = ProxyServer.builder()
 *         .port(8080)
 *         .route("/**", ReverseProxy.to("http://127.0.0.1:9000"))
 *         .build()
 *         .start();
 * }</pre>
 */
public final class ProxyServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ProxyServer.class);

    private final Pipeline pipeline;
    private final Transport transport;
    private final ListenerSettings settings;
    private final Duration drain;
    private final List<AutoCloseable> owned;
    private @Nullable Listener listener;
    private boolean closed;

    private ProxyServer(Builder setup) {
        this.pipeline = new Pipeline(setup);
        this.transport = setup.transportOrDirect();
        this.drain = setup.drain;
        this.owned = List.copyOf(setup.owned);
        this.settings = new ListenerSettings(
                new InetSocketAddress(setup.host, setup.port),
                setup.tls == null ? null : new TlsSettings(setup.tls, setup.tlsParameters),
                setup.tlsByName,
                setup.executor,
                setup.time);
    }

    /** A builder: any loopback port, no routes, the direct transport. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Starts to listen. Routes that nothing can reach are logged, and that there is none.
     *
     * @return this server
     * @throws UncheckedIOException if it cannot listen there; the message names host and port
     * @throws IllegalArgumentException if the transport cannot do what an option asks for; the message names it
     * @throws IllegalStateException if it was started before
     */
    public synchronized ProxyServer start() {
        if (listener != null || closed) {
            throw new IllegalStateException(closed ? "the server is closed" : "the server was started before");
        }
        try {
            listener = transport.listen(settings, pipeline);
        } catch (IOException cause) {
            throw new UncheckedIOException("host and port: " + cause.getMessage(), cause);
        }
        pipeline.warnOfRoutes();
        LOG.info("listening at {} over the {} transport", listener.address(), transport.name());
        return this;
    }

    /**
     * Where the server listens, with the port that it really got.
     *
     * @throws IllegalStateException if it was not started
     */
    public synchronized InetSocketAddress address() {
        if (listener == null) {
            throw new IllegalStateException("the server was not started");
        }
        return listener.address();
    }

    /** What is between the listener and the upstreams. */
    public Pipeline pipeline() {
        return pipeline;
    }

    /**
     * Puts another table of routes into effect, at once and whole. Exchanges in flight stay with the one they began
     * with.
     *
     * @throws IllegalArgumentException if a route needs what the transport cannot do that the server was built with, or
     *     names an upstream that it cannot reach; nothing is changed then
     */
    public void routes(Routes table) {
        pipeline.routes(table);
    }

    private static void requireCapable(Transport transport, Set<Capability> needs, String asker) {
        for (Capability need : needs) {
            if (!transport.listenerCapabilities().contains(need)) {
                throw new IllegalArgumentException(
                        "transport is " + transport.name() + ", but " + asker + " needs " + need.label());
            }
        }
    }

    /** Closes within the drain time that the builder was given. Of no effect the second time. */
    @Override
    public void close() {
        close(drain);
    }

    /**
     * Stops accepting, waits until every exchange has ended, and after {@code deadline} aborts those that have not,
     * with SHUT_DOWN; then closes what was given to {@link Builder#closes}. Of no effect the second time. When the
     * thread is interrupted the rest is aborted at once, and the thread's interrupt flag is kept.
     */
    public void close(Duration deadline) {
        Listener open;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            open = listener;
        }
        if (open != null) {
            drain(open, deadline);
        }
        owned.forEach(ProxyServer::closeOwned);
    }

    private void drain(Listener open, Duration timeout) {
        long deadline = pipeline.time().deadline(timeout);
        Signal settled = open.stopAccepting();
        if (!await(settled, deadline) || !await(pipeline.exchanges().idle(), deadline)) {
            LOG.warn("{} exchanges did not end within {}, they are aborted", pipeline.inFlight(), timeout);
            pipeline.exchanges().cancelAll(Outcome.SHUT_DOWN);
            await(pipeline.exchanges().idle(), pipeline.time().deadline(ABORT));
        }
        open.close();
    }

    private static void closeOwned(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception failure) {
            LOG.warn("closing {} failed", resource, failure);
        }
    }

    /** How long exchanges have to notice that they are aborted, before their connections are cut. */
    private static final Duration ABORT = Duration.ofSeconds(1);

    private boolean await(Signal signal, long deadline) {
        try {
            return pipeline.time().await(signal, deadline);
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Collects what a server is built from. For one thread. */
    public static final class Builder extends PipelineBuilder<Builder> {
        private InetAddress host = InetAddress.getLoopbackAddress();
        private int port;
        private @Nullable Transport transport;
        private final List<AutoCloseable> owned = new ArrayList<>();
        private Duration drain = Duration.ofSeconds(30);
        private @Nullable Executor executor;
        private @Nullable SSLContext tls;
        private @Nullable SSLParameters tlsParameters;
        private @Nullable ServerTls tlsByName;

        private Builder() {}

        @Override
        Builder self() {
            return this;
        }

        /**
         * Sets the port; 0, any free one, by default.
         *
         * @throws IllegalArgumentException if it is not 0 to 65535
         */
        public Builder port(int port) {
            if (port < 0 || port > 65_535) {
                throw new IllegalArgumentException("port must be 0 to 65535: " + port);
            }
            this.port = port;
            return this;
        }

        /** Sets the address to listen at; the loopback address by default, so nobody outside gets in unasked. */
        public Builder host(InetAddress address) {
            this.host = Objects.requireNonNull(address, "host");
            return this;
        }

        /**
         * Sets the address to listen at by name, such as {@code 0.0.0.0} for all.
         *
         * @throws IllegalArgumentException if the name is not resolved
         */
        public Builder host(String name) {
            InetSocketAddress resolved = new InetSocketAddress(name, 0);
            if (resolved.isUnresolved()) {
                throw new IllegalArgumentException("host is not resolved: \"" + name + "\"");
            }
            return host(resolved.getAddress());
        }

        /** Serves over TLS with this context; plain by default. */
        public Builder tls(SSLContext context) {
            this.tls = Objects.requireNonNull(context, "tls");
            return this;
        }

        /** Sets protocols, cipher suites and client authentication; those of the context by default. */
        public Builder tlsParameters(SSLParameters parameters) {
            this.tlsParameters = Objects.requireNonNull(parameters, "tlsParameters");
            return this;
        }

        /**
         * Serves over TLS with settings that are asked for anew for each connection, by the server name that the
         * client wants: so certificates change without a restart. Plain by default.
         */
        public Builder tls(ServerTls byName) {
            this.tlsByName = Objects.requireNonNull(byName, "tls");
            return this;
        }

        /**
         * Runs the exchanges; the transport's own executor by default. It is not closed with the server. The direct
         * transport gives each connection a thread for as long as it is open, idle or not: an executor for it must
         * reject what it has no thread for, so that an idle connection is closed for a new one. One that queues has
         * new clients wait until others leave.
         */
        public Builder executor(Executor executor) {
            this.executor = Objects.requireNonNull(executor, "executor");
            return this;
        }

        /**
         * Sets the transport; {@link DirectTransport#shared()} by default. It listens, and the upstreams that routes
         * name by URL are opened by it when the server is built; so are those of a pool or a split that names no
         * transport of its own, and what a forward proxy connects to where this is a {@link DirectTransport}. It is not
         * closed with the server.
         */
        public Builder transport(Transport transport) {
            this.transport = Objects.requireNonNull(transport, "transport");
            return this;
        }

        /**
         * Sets how long {@link ProxyServer#close()} lets exchanges finish; 30 s by default.
         *
         * @throws IllegalArgumentException if it is negative
         */
        public Builder drain(Duration timeout) {
            if (timeout.isNegative()) {
                throw new IllegalArgumentException("drain must not be negative: " + timeout);
            }
            this.drain = timeout;
            return this;
        }

        /** Has the server close this too, after itself, such as a pool whose probes are to end; nothing by default. */
        public Builder closes(AutoCloseable resource) {
            owned.add(Objects.requireNonNull(resource, "closes"));
            return self();
        }

        /**
         * The server, not started yet.
         *
         * @throws IllegalArgumentException if TLS parameters are given without a TLS context, TLS is set in two ways, the
         *     transport cannot do what a route needs or reach an upstream that it names, or a pool without a transport
         *     of its own goes over another server's already
         */
        public ProxyServer build() {
            if (tlsParameters != null && tls == null) {
                throw new IllegalArgumentException("tlsParameters need a TLS context: tls is not set");
            }
            if (tls != null && tlsByName != null) {
                throw new IllegalArgumentException("tls is set in two ways: with a context, and by server name");
            }
            if (tlsByName != null) {
                requireCapable(transportOrDirect(), Set.of(Capability.TLS_BY_NAME), "tls by server name");
            }
            return new ProxyServer(this);
        }

        private Transport transportOrDirect() {
            return transport == null ? DirectTransport.shared() : transport;
        }

        @Override
        UnaryOperator<Routes> mount() {
            Transport listening = transportOrDirect();
            Transport named = transport;
            return table -> {
                table.routes().forEach(route -> requireCapable(listening, route.needs(), "route " + route.name()));
                return named == null ? table : table.openedBy(named);
            };
        }

        @Override
        @Nullable
        ProxyHandler mountedForward() {
            ProxyHandler proxy = forward;
            if (proxy == null) {
                return null;
            }
            requireCapable(transportOrDirect(), proxy.needs(), "the forward proxy");
            return transport == null ? proxy : proxy.openedBy(transport);
        }
    }
}
