package dev.sluice.proxy.server;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Capability;
import dev.sluice.proxy.internal.Require;
import dev.sluice.proxy.route.Routes;
import dev.sluice.proxy.spi.Listener;
import dev.sluice.proxy.spi.ListenerStatistics;
import dev.sluice.proxy.spi.Transport;
import dev.sluice.proxy.syntax.IpLiteral;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.tls.ServerTls;
import dev.sluice.proxy.tls.TlsFiles;
import dev.sluice.proxy.tls.TlsSettings;
import dev.sluice.proxy.transport.direct.DirectTransport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A proxy that listens. You build it, start it once, and close it: closing stops accepting, lets the exchanges in
 * flight finish until a deadline, and cuts the rest. Safe for use by many threads.
 *
 * <pre>{@code
 * ProxyServer server = ProxyServer.builder()
 *         .port(8080)
 *         .addRoute("/**", ReverseProxy.to("http://127.0.0.1:9000"))
 *         .build()
 *         .start();
 * }</pre>
 */
public final class ProxyServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ProxyServer.class);

    private final Pipeline pipeline;
    private final Transport transport;
    private final Listener.Settings settings;
    private final Duration lameDuck;
    private final Duration drain;
    private final Duration tunnelDrain;
    private final boolean daemon;
    private final boolean closeOnExit;
    private final List<AutoCloseable> owned;
    private final AtomicReference<@Nullable Thread> closer = new AtomicReference<>();
    private final Signal closed = new Signal();
    private volatile @Nullable Listener listener;
    private volatile @Nullable ProcessHold hold;

    private ProxyServer(Builder setup) {
        this.pipeline = new Pipeline(setup);
        this.transport = setup.transportOrDirect();
        this.lameDuck = setup.lameDuck;
        this.drain = setup.drain;
        this.tunnelDrain = setup.tunnelDrain;
        this.daemon = setup.daemon;
        this.closeOnExit = setup.closeOnExit;
        this.owned = List.copyOf(setup.owned);
        this.settings = new Listener.Settings(
                new InetSocketAddress(setup.host, setup.port), setup.tls, setup.tlsByName, setup.executor, setup.time);
    }

    /** A builder: any loopback port, no routes, the direct transport. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Starts to listen. From now on the process stays alive until the server is closed, unless it is a {@link
     * Builder#daemon}. It logs routes that no request can reach, and a table without routes.
     *
     * @return this server
     * @throws UncheckedIOException if it cannot listen there; the message names host and port
     * @throws IllegalArgumentException if the transport cannot do what an option asks for; the message names it
     * @throws IllegalStateException if it was started before
     */
    public synchronized ProxyServer start() {
        if (listener != null || closer.get() != null) {
            throw new IllegalStateException(
                    closer.get() != null ? "the server is closed" : "the server was started before");
        }
        ProcessHold taken = daemon ? null : ProcessHold.take();
        Listener open = null;
        try {
            open = transport.listen(settings, pipeline);
        } catch (IOException cause) {
            throw new UncheckedIOException(cause.getMessage(), cause);
        } finally {
            if (open == null) {
                ProcessHold.release(taken);
            }
        }
        hold = taken;
        listener = open;
        if (closeOnExit) {
            ProcessEnd.add(this);
        }
        closing(open);
        pipeline.warnOfRoutes();
        LOG.info("listening at {} over the {} transport", uri(open.address().getAddress()), transport.name());
        return this;
    }

    /**
     * The address at which the server listens, with its real port.
     *
     * @throws IllegalStateException if it was not started
     */
    public InetSocketAddress address() {
        Listener open = listener;
        if (open == null) {
            throw new IllegalStateException("the server was not started");
        }
        return open.address();
    }

    /**
     * The URL of the server for clients on this machine, without a path, such as {@code http://127.0.0.1:8080}; {@code
     * https} if it serves over TLS. A server that listens at all addresses is named by the loopback one.
     *
     * @throws IllegalStateException if it was not started
     */
    public URI uri() {
        InetAddress host = address().getAddress();
        return uri(host.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : host);
    }

    private URI uri(InetAddress host) {
        String scheme = settings.tls() == null && settings.tlsByName() == null ? "http" : "https";
        return URI.create(
                scheme + "://" + new Authority(IpLiteral.format(host), address().getPort()));
    }

    /**
     * The connections of clients, for metrics and pages. Empty before the server is started, and over the transport of the
     * JDK, whose server does not tell them.
     */
    public Optional<ListenerStatistics> connections() {
        Listener open = listener;
        return open == null ? Optional.empty() : open.statistics();
    }

    /** The part between the listener and the upstreams. */
    public Pipeline pipeline() {
        return pipeline;
    }

    /**
     * Replaces the whole table of routes at once. Exchanges in flight stay with the one they began with.
     *
     * @throws IllegalArgumentException if a route needs something that the server's transport cannot do, or names an
     *     upstream that it cannot reach; then nothing is changed
     */
    public void routes(Routes table) {
        pipeline.routes(table);
    }

    /**
     * Returns whether the server accepts new clients: from {@link #start} until {@link #close} is called. {@link
     * Readiness} is the page that a load balancer in front checks.
     */
    public boolean ready() {
        return listener != null && closer.get() == null;
    }

    /** Closes with the lame-duck time and the drain time of the builder. */
    @Override
    public void close() {
        close(lameDuck, drain);
    }

    /** Closes without a lame-duck phase, and with this drain time: {@code close(Duration.ZERO, drain)}. */
    public void close(Duration drain) {
        close(Duration.ZERO, drain);
    }

    /**
     * Closes in phases. As a lame duck the server serves everything as before, but is not {@link #ready}, so that a
     * load balancer in front learns of it in time. Then it drains: it accepts nothing more, answers what has reached
     * this machine, with {@code Connection: close} in the answers, and waits until every exchange has ended. Tunnels
     * end after their own time, {@link Builder#tunnelDrain}. After {@code drain} the rest is aborted with SHUT_DOWN.
     * Finally it closes what was given to {@link Builder#addCloseable}.
     *
     * <p>When it returns, the port is free, and the only threads of the server that are left run a user's code. A
     * second call waits until the first is done, and changes nothing. If the thread is interrupted, the rest is aborted
     * at once, and the thread's interrupt flag is kept. A handler must not call it, as it would wait for its own
     * exchange.
     *
     * @param lameDuck how long to serve as before, zero for not at all
     * @param drain how long exchanges may take to end once nothing more is accepted, zero for no time
     * @throws IllegalArgumentException if one is negative
     */
    public void close(Duration lameDuck, Duration drain) {
        Require.notNegative("lameDuck", lameDuck);
        Require.notNegative("drain", drain);
        if (!closer.compareAndSet(null, Thread.currentThread())) {
            awaitClosed();
            return;
        }
        Listener open;
        synchronized (this) {
            open = listener;
        }
        try {
            if (open != null) {
                closing(open).run(lameDuck, drain, tunnelDrain);
            }
        } finally {
            closeRest();
        }
    }

    private void closeRest() {
        pipeline.unmount();
        owned.forEach(Closing::close);
        if (closeOnExit) {
            ProcessEnd.remove(this);
        }
        ProcessHold.release(hold);
        closed.fire();
    }

    /** Also made at the start, so that its class is loaded: even a process without free descriptors can be closed. */
    private Closing closing(Listener open) {
        ClosingLog log = new ClosingLog(LOG, uri(open.address().getAddress()).toString());
        return new Closing(open, pipeline.exchanges(), pipeline.draining(), pipeline.time(), log);
    }

    private void awaitClosed() {
        if (Thread.currentThread().equals(closer.get())) {
            // Something that is closed with the server closes the server.
            return;
        }
        try {
            pipeline.time().await(closed, TimeSource.NEVER);
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
        }
    }

    /** Collects the parts of a server. For one thread. */
    public static final class Builder extends PipelineBuilder<Builder> {
        private InetAddress host = InetAddress.getLoopbackAddress();
        private int port;
        private @Nullable Transport transport;
        private final List<AutoCloseable> owned = new ArrayList<>();
        private Duration lameDuck = Duration.ZERO;
        private Duration drain = Duration.ofSeconds(30);
        private Duration tunnelDrain = Duration.ofSeconds(5);
        private boolean daemon;
        private boolean closeOnExit;
        private @Nullable Executor executor;
        private @Nullable TlsSettings tls;
        private @Nullable ServerTls tlsByName;
        private @Nullable Readiness readiness;

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
            Require.within("port", 0, 65535, port);
            this.port = port;
            return this;
        }

        /**
         * Sets the address to listen at; the loopback address by default, so nobody outside can connect unless you want
         * it.
         */
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

        /**
         * Serves over TLS with this context and its own defaults; plain by default.
         *
         * @throws IllegalArgumentException if the context was not initialized
         */
        public Builder tls(SSLContext context) {
            return tls(TlsSettings.of(context));
        }

        /** Serves over TLS with these settings; plain by default. Throws as {@link ServerTls#of} does. */
        public Builder tls(TlsSettings settings) {
            this.tls = ServerTls.of(Objects.requireNonNull(settings, "tls")).settings(null);
            this.tlsByName = null;
            return this;
        }

        /**
         * Serves over TLS with settings by the server name that the client wants. They are asked for with each
         * connection, so certificates can change without a restart. Plain by default. For {@link TlsFiles}, this throws as
         * {@link ServerTls#of} does: reading them again changes none of their options.
         */
        public Builder tls(ServerTls byName) {
            if (Objects.requireNonNull(byName, "tls") instanceof TlsFiles files) {
                ServerTls.of(files.settings());
            }
            this.tlsByName = byName;
            this.tls = null;
            return this;
        }

        /**
         * Runs the exchanges; the transport's own executor by default. It is not closed with the server. The direct
         * transport keeps a platform thread only while a request is at work, also for the rest of an unfinished head and
         * for as long as a tunnel is open, and a virtual one for as long as its connection is open. If the executor rejects a
         * task, or would run it in the calling thread, connections wait in order for a thread, and one that lingers or has an
         * unfinished head may be ended for them; one that queues the task makes them wait too. It must not block. The
         * transport sets no limit of its own to these threads or to tunnels: as many tunnels as a fixed pool has threads
         * leave none for requests.
         */
        public Builder executor(Executor executor) {
            this.executor = Objects.requireNonNull(executor, "executor");
            return this;
        }

        /**
         * Sets the transport; {@link DirectTransport#shared()} by default. It listens. When the server is built, it
         * opens the upstreams that routes name by URL, and those of a pool or a split without its own transport. If it
         * is a {@link DirectTransport}, a forward proxy also connects with it. It is not closed with the server.
         */
        public Builder transport(Transport transport) {
            this.transport = Objects.requireNonNull(transport, "transport");
            return this;
        }

        /**
         * Sets how long {@link ProxyServer#close()} goes on serving everything as before while the server is no longer
         * {@link ProxyServer#ready}; zero by default. A load balancer that checks every 5 s and needs two answers takes
         * a little over 10 s to send its requests elsewhere.
         *
         * @throws IllegalArgumentException if it is negative
         */
        public Builder lameDuck(Duration time) {
            this.lameDuck = Require.notNegative("lameDuck", time);
            return this;
        }

        /**
         * Makes this server a condition of {@code readiness}, named {@code server}: met while it is {@link
         * ProxyServer#ready}. Several servers may share one, and all must be ready. Nothing by default.
         */
        public Builder readiness(Readiness readiness) {
            this.readiness = Objects.requireNonNull(readiness, "readiness");
            return this;
        }

        /**
         * Sets how long {@link ProxyServer#close()} lets exchanges finish once it accepts nothing more; 30 s by
         * default.
         *
         * @throws IllegalArgumentException if it is negative
         */
        public Builder drain(Duration timeout) {
            this.drain = Require.notNegative("drain", timeout);
            return this;
        }

        /**
         * Sets how long open tunnels may go on once the server drains, at most for the whole drain; 5 s by default,
         * since a tunnel may last forever. Over the direct transport both sides of a WebSocket get a close frame with
         * status 1001 (RFC 6455 §7.4.1) when the drain begins, behind the current frame. When both have answered, or
         * have ended their connections, the tunnel is over. The rest is cut, and a side whose frame has not ended gets
         * no close frame.
         *
         * @throws IllegalArgumentException if it is negative
         */
        public Builder tunnelDrain(Duration timeout) {
            this.tunnelDrain = Require.notNegative("tunnelDrain", timeout);
            return this;
        }

        /**
         * Lets the process end while the server is open, when everything else in it has ended. By default a started
         * server keeps the process alive until it is closed.
         */
        public Builder daemon(boolean daemon) {
            this.daemon = daemon;
            return this;
        }

        /**
         * Closes the server when the process is told to end: by a signal (INT, which is Ctrl-C, TERM, HUP), after which
         * the process ends with status 0, or by {@code System.exit}, which keeps its status. A second signal ends it at
         * once. Not done by default, as the program should decide this: the option is for programs that are only a
         * gateway. In a JVM without the module {@code jdk.unsupported} the status stays that of the signal, such as
         * 130.
         */
        public Builder closeOnExit(boolean close) {
            this.closeOnExit = close;
            return this;
        }

        /** Also closes this after the server itself, such as a pool, so that its probes end; nothing by default. */
        public Builder addCloseable(AutoCloseable resource) {
            owned.add(Objects.requireNonNull(resource, "closeable"));
            return self();
        }

        /**
         * The server, not started yet.
         *
         * @throws IllegalArgumentException if the transport cannot do what a route needs, reach an upstream that it
         *     names, or choose TLS by name; or if a pool without its own transport already uses that of another server
         */
        public ProxyServer build() {
            if (tlsByName != null) {
                String option = tlsByName instanceof TlsFiles ? "tls(TlsFiles)" : "tls(ServerTls)";
                mount().require(Set.of(Capability.TLS_BY_NAME), option);
            }
            ProxyServer server = new ProxyServer(this);
            if (readiness != null) {
                readiness.follow(server::ready);
            }
            return server;
        }

        private Transport transportOrDirect() {
            return transport == null ? DirectTransport.shared() : transport;
        }

        @Override
        RouteMount mount() {
            return RouteMount.of(transport);
        }
    }
}
