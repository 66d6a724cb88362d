package dev.sluice.balancer.status;

import dev.sluice.balancer.UpstreamPool;
import dev.sluice.proxy.Authority;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.answer.Maintenance;
import dev.sluice.proxy.cache.Cache;
import dev.sluice.proxy.connect.ConnectionStatistics;
import dev.sluice.proxy.internal.Json;
import dev.sluice.proxy.internal.Require;
import dev.sluice.proxy.limit.LimitStatistics;
import dev.sluice.proxy.log.AccessLog;
import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.syntax.HostName;
import dev.sluice.proxy.syntax.Methods;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.tls.TlsFiles;
import dev.sluice.proxy.tls.TlsSettings;
import java.io.IOException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A live page of a gateway for a person: traffic, pools with their members, routes, caches, and why the last requests
 * failed. It is a handler that you mount on a route and guard, or it listens by itself on the loopback address:
 *
 * <pre>{@code
 * StatusPage page = StatusPage.of(server, pool);
 * ProxyServer local = page.listen(9901);
 * }</pre>
 *
 * <p>To have it on the server that it shows, build it first, and let it watch the server afterwards:
 *
 * <pre>{@code
 * StatusPage page = StatusPage.builder().addPool(pool).addHost("ops.example.com").build();
 * ProxyServer server = ProxyServer.builder()
 *         .addRoute(Route.path("/status/**").addFilter(staff).to(page))
 *         .addRoute("/**", pool)
 *         .build()
 *         .start();
 * page.watch(server);
 * }</pre>
 *
 * <p>It answers {@code GET} with the page, {@code …/data} with the state as JSON, {@code …/events} with the same as
 * server-sent events, and {@code POST …/action} if {@link Builder#actions} are on. It has what an attacker wants to know, such
 * as the addresses of servers, and asks nobody who he is. Requests for a host that it does not know get 421, as a page of an
 * attacker may give its own name to this machine (DNS rebinding). Safe for use by many threads.
 */
public final class StatusPage implements ProxyHandler, AutoCloseable {
    private final Sources sources;
    private final Traffic traffic;
    private final PageHtml html = PageHtml.load();
    private final Set<String> hosts;
    private final Viewers viewers;
    private final @Nullable ActionRequests actions;
    private final List<ProxyServer> own = new CopyOnWriteArrayList<>();

    private StatusPage(Builder setup) {
        this.sources = setup.sources.copy();
        this.traffic = new Traffic(setup.time);
        this.hosts = Set.copyOf(setup.hosts);
        this.actions = setup.actions ? new ActionRequests(new StatusActions(sources)) : null;
        Json shown = new Json().flag("on", setup.actions).textOrNull("token", actions == null ? null : actions.token());
        StatusJson state = new StatusJson(setup.title, setup.time.now(), sources, traffic, shown);
        this.viewers = new Viewers(setup.maxViewers, setup.time, () -> state.at(setup.time.now()));
    }

    /** A builder of a page without pools: titled {@code gateway}, known by the names of the loopback address, without actions. */
    public static Builder builder() {
        return new Builder();
    }

    /** A page of a server and its pools, with the defaults of the builder; throws as {@link Builder#addPool} does. */
    public static StatusPage of(ProxyServer server, UpstreamPool... pools) {
        Builder builder = builder();
        for (UpstreamPool pool : pools) {
            builder.addPool(pool);
        }
        StatusPage page = builder.build();
        page.watch(server);
        return page;
    }

    /**
     * Shows a server from now on; several are shown together. The page counts the exchanges that end from now on. Has no
     * effect if it shows the server already.
     *
     * @throws IllegalStateException if the page is closed
     */
    public void watch(ProxyServer server) {
        watch(Watched.of(server));
    }

    /**
     * Shows a pipeline that is mounted in a server of another kind, as {@link #watch(ProxyServer)} does.
     *
     * @param name for the viewers
     * @throws IllegalArgumentException if the name is blank
     * @throws IllegalStateException if the page is closed
     */
    public void watch(String name, Pipeline pipeline) {
        watch(new Watched(pipeline, null, notBlank("name", name)));
    }

    private synchronized void watch(Watched server) {
        viewers.requireOpen();
        if (sources.servers.stream().noneMatch(known -> known.pipeline() == server.pipeline())) {
            server.pipeline().addListener(traffic);
            sources.servers.add(server);
        }
    }

    /**
     * Shows the page at {@code http://127.0.0.1:port/}, on a server of its own. It does not keep the process alive, and is
     * closed with the page.
     *
     * @param port 0 for any free one
     * @return the server, which is started
     * @throws IllegalArgumentException if the port is not 0 to 65535
     * @throws java.io.UncheckedIOException if it cannot listen there
     * @throws IllegalStateException if the page is closed
     */
    public synchronized ProxyServer listen(int port) {
        viewers.requireOpen();
        ProxyServer server = ProxyServer.builder()
                .port(port)
                .daemon(true)
                .addRoute("/**", this)
                .build()
                .start();
        own.add(server);
        return server;
    }

    /** Ends all streams of viewers and the servers of {@link #listen}, and no longer listens to those that it watches. */
    @Override
    public void close() {
        synchronized (this) {
            viewers.close();
            sources.servers.forEach(server -> server.pipeline().removeListener(traffic));
        }
        own.forEach(ProxyServer::close);
    }

    @Override
    public ProxyResponse handle(ProxyRequest request) throws IOException {
        // A script of an attacker can set a field that a proxy in front sets, but not Host.
        Authority host = request.target().authority();
        Authority told = request.exchange().record().forwardedClient().authority();
        if (!knows(host)) {
            return unknown(host);
        }
        if (!knows(told)) {
            return unknown(told);
        }
        String path = request.target().path();
        String last = path.substring(path.lastIndexOf('/') + 1);
        if (last.equals("action")) {
            return actions == null ? StatusAnswers.plain(403, "Actions are off.\n") : actions.handle(request);
        }
        if (!Methods.isRead(request.method())) {
            return ProxyResponse.builder(405).addHeader("Allow", "GET, HEAD").build();
        }
        // Or each page in the browser of a viewer could take the places of viewers.
        if ((last.equals("data") || last.equals("events")) && isOfAnotherSite(request)) {
            return StatusAnswers.plain(403, "Another site asks for this.\n");
        }
        return switch (last) {
            case "data" -> viewers.data();
            case "events" -> viewers.events(request);
            default ->
                StatusAnswers.safe(200, "text/html")
                        .addHeader("Content-Security-Policy", html.policy())
                        .body(html.body())
                        .build();
        };
    }

    private static String notBlank(String option, String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException(option + " must not be blank");
        }
        return text;
    }

    /** Returns whether a browser says that another site has sent it (Fetch Metadata). */
    private static boolean isOfAnotherSite(ProxyRequest request) {
        String site = request.headers().first("Sec-Fetch-Site").orElse("none");
        return !site.equals("same-origin") && !site.equals("none");
    }

    private boolean knows(@Nullable Authority host) {
        return host != null && hosts.contains(name(host.host()));
    }

    private static ProxyResponse unknown(@Nullable Authority host) {
        return StatusAnswers.plain(
                421,
                "This page does not know the host " + (host == null ? "" : '"' + host.host() + "\" ")
                        + "that you ask for. StatusPage.builder().addHost(…) names it.\n");
    }

    private static String name(String host) {
        return HostName.withoutBrackets(HostName.withoutRootDot(host.toLowerCase(Locale.ROOT)));
    }

    /** Collects what a page shows. For one thread. */
    public static final class Builder {
        private final Sources sources = new Sources();
        private final Set<String> hosts = new HashSet<>(Set.of("localhost", "127.0.0.1", "::1"));
        private String title = "gateway";
        private TimeSource time = TimeSource.system();
        private int maxViewers = 16;
        private boolean actions;

        private Builder() {}

        /**
         * Sets the title; {@code gateway} by default.
         *
         * @throws IllegalArgumentException if it is blank
         */
        public Builder title(String title) {
            this.title = notBlank("title", title);
            return this;
        }

        /**
         * Shows a pool and its members.
         *
         * @throws IllegalArgumentException if there is already one of its name
         */
        public Builder addPool(UpstreamPool pool) {
            Sources.put("pool", sources.pools, pool.snapshot().pool(), pool);
            return this;
        }

        /**
         * Shows a cache.
         *
         * @throws IllegalArgumentException if there is already one of its name
         */
        public Builder addCache(Cache cache) {
            Sources.put("cache", sources.caches, cache.snapshot().name(), cache);
            return this;
        }

        /**
         * Shows connections to origins, such as those of {@code DirectTransport.shared()::connections}.
         *
         * @param now asked with each update
         * @throws IllegalArgumentException if there are already some of this name, or it is blank
         */
        public Builder addConnections(String name, Supplier<ConnectionStatistics> now) {
            Objects.requireNonNull(now, "connections");
            Sources.put("transport", sources.connections, notBlank("name", name), now);
            return this;
        }

        /**
         * Shows what a limit has refused, who waits for it, and how much it lets in.
         *
         * @param now asked with each update, such as {@code limit::statistics}
         * @throws IllegalArgumentException if there is already one of this name, or it is blank
         */
        public Builder addLimit(String name, Supplier<LimitStatistics> now) {
            Objects.requireNonNull(now, "limit");
            return addNumbers(name, () -> LimitNumbers.of(now.get()));
        }

        /**
         * Shows how much of each route the access log keeps; with {@link #actions} a viewer may change that.
         */
        public Builder accessLog(AccessLog log) {
            sources.accessLog = Objects.requireNonNull(log, "accessLog");
            return this;
        }

        /**
         * Shows numbers of yours among the limits.
         *
         * @param now asked with each update
         * @throws IllegalArgumentException if there are already some of this name, or it is blank
         */
        public Builder addNumbers(String name, Supplier<? extends Map<String, ? extends Number>> now) {
            Objects.requireNonNull(now, "numbers");
            Sources.put("limit", sources.limits, notBlank("name", name), now);
            return this;
        }

        /**
         * Shows until when the certificates of these files hold, and what is wrong with the files.
         *
         * @throws IllegalArgumentException if there are already some of this name, or it is blank
         */
        public Builder addTls(String name, TlsFiles files) {
            Sources.put("certificate", sources.certificates, notBlank("name", name), files::status);
            return this;
        }

        /**
         * Shows until when the certificates of these settings hold.
         *
         * @throws IllegalArgumentException if there are already some of this name, or it is blank
         */
        public Builder addTls(String name, TlsSettings settings) {
            TlsFiles.Status fixed = new TlsFiles.Status(settings, Instant.EPOCH, "");
            Sources.put("certificate", sources.certificates, notBlank("name", name), () -> fixed);
            return this;
        }

        /**
         * Shows a switch.
         *
         * @throws IllegalArgumentException if there is already one of this name, or it is blank
         */
        public Builder addMaintenance(String name, Maintenance maintenance) {
            Objects.requireNonNull(maintenance, "maintenance");
            Sources.put("switch", sources.maintenance, notBlank("name", name), maintenance);
            return this;
        }

        /**
         * Lets viewers drain members, give them requests again, change their weight and replace them, purge caches, turn the
         * switches, and change how much of a route the access log keeps; off by default. Guard the page before you switch this
         * on: the log names who has done what. Other sites cannot use a viewer's browser for it: each action needs a secret of
         * the page, in a field that no form can send.
         */
        public Builder actions(boolean on) {
            this.actions = on;
            return this;
        }

        /**
         * Adds a host by which viewers ask for the page, without port; {@code localhost}, {@code 127.0.0.1} and {@code ::1} by
         * default. With a proxy in front that asks for another host than they do, both need to be added.
         *
         * @throws IllegalArgumentException if it is no host; the message shows it
         */
        public Builder addHost(String host) {
            hosts.add(name(new Authority(host, -1).host()));
            return this;
        }

        /**
         * Sets how many viewers may have a stream of events at once, the next gets 503; 16 by default.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder maxViewers(int viewers) {
            this.maxViewers = Require.positive("maxViewers", viewers);
            return this;
        }

        /** Sets the clock of rates and updates; that of the JVM by default. */
        public Builder time(TimeSource time) {
            this.time = Objects.requireNonNull(time, "time");
            return this;
        }

        /** The page. It listens to nothing before {@link StatusPage#watch} or {@link StatusPage#listen}. */
        public StatusPage build() {
            return new StatusPage(this);
        }
    }
}
