package dev.sluice.balancer.pairs;

import dev.sluice.balancer.Member;
import dev.sluice.balancer.UpstreamPool;
import dev.sluice.balancer.affinity.Affinity;
import dev.sluice.balancer.breaker.BreakerPolicy;
import dev.sluice.balancer.drain.Drain;
import dev.sluice.balancer.drain.Replacement;
import dev.sluice.balancer.health.EjectionPolicy;
import dev.sluice.balancer.health.HealthCheck;
import dev.sluice.balancer.health.SlowStart;
import dev.sluice.balancer.limit.MemberLimit;
import dev.sluice.balancer.retry.HedgePolicy;
import dev.sluice.balancer.retry.Parking;
import dev.sluice.balancer.retry.RetryPolicy;
import dev.sluice.balancer.split.TrafficSplit;
import dev.sluice.balancer.tier.ZonePreference;
import dev.sluice.proxy.AttemptRecord;
import dev.sluice.proxy.Body;
import dev.sluice.proxy.ExchangeListener;
import dev.sluice.proxy.ExchangeRecord;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.cache.Cache;
import dev.sluice.proxy.limit.Limits;
import dev.sluice.proxy.limit.Timeouts;
import dev.sluice.proxy.limit.Timeouts.MinRate;
import dev.sluice.proxy.log.AccessLog;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.route.Routes;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.RecordingListener;
import dev.sluice.proxy.tls.ServerTls;
import dev.sluice.proxy.tls.TlsSettings;
import dev.sluice.proxy.transport.direct.Connector;
import dev.sluice.proxy.transport.direct.DirectTransport;
import dev.sluice.proxy.transport.jdk.JdkTransport;
import dev.sluice.proxy.wire.TestTls;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The server of a row, with the pools of its routes. */
final class PairServer implements AutoCloseable {
    /** A name that only {@link #own} resolves. */
    private static final String NAME = "origin.only-here.test";

    private final Row row;
    private final DirectTransport own = DirectTransport.builder()
            .connector(Connector.builder()
                    .resolver(name -> List.of(InetAddress.getLoopbackAddress()))
                    .build())
            .build();
    private final List<UpstreamPool> pools = new ArrayList<>();
    private final List<Runnable> laterMembers = new ArrayList<>();
    private final RecordingListener records = new RecordingListener();
    private TrafficSplit split;
    private ProxyServer server;

    PairServer(Row row) {
        this.row = row;
    }

    /** Builds and starts the server; throws what the builders throw. */
    void start(int port, int downPort) throws Exception {
        ProxyServer.Builder builder = ProxyServer.builder();
        piped(builder);
        over(builder);
        tls(builder);
        builder.addRoute(route("/api", port)).addRoute(route("/down", downPort));
        if (row.closes() == Row.Closes.OWNS) {
            pools.forEach(builder::addCloseable);
        }
        server = builder.daemon(row.closes() == Row.Closes.DAEMON).build().start();
        laterMembers.forEach(Runnable::run);
    }

    ProxyServer server() {
        return server;
    }

    List<UpstreamPool> pools() {
        return pools;
    }

    RecordingListener records() {
        return records;
    }

    DirectTransport own() {
        return own;
    }

    private void over(ProxyServer.Builder builder) {
        switch (row.over()) {
            case NONE -> {}
            case SHARED -> builder.transport(DirectTransport.shared());
            case OWN -> builder.transport(own);
            case JDK -> builder.transport(JdkTransport.shared());
        }
    }

    private void tls(ProxyServer.Builder builder) throws Exception {
        switch (row.tls()) {
            case NONE -> {}
            case CONTEXT -> builder.tls(TestTls.server("localhost"));
            case BY_NAME -> builder.tls(ServerTls.of(TlsSettings.of(TestTls.server("localhost"))));
        }
    }

    private void piped(ProxyServer.Builder builder) {
        switch (row.piped()) {
            case NONE -> {}
            case PAGES ->
                builder.addFilter((request, next) -> marked(next.handle(request), "X-Filter"))
                        .onError((request, why) -> ProxyResponse.builder(
                                        why.outcome().status())
                                .body(Body.of("own page".getBytes(StandardCharsets.US_ASCII)))
                                .build())
                        .onResponse((exchange, response) -> marked(response, "X-Hook"));
            case LOG -> builder.addListener(AccessLog.json()).addListener(new Throwing());
            case TRUST -> builder.trust("127.0.0.0/8");
            case PATHS -> builder.normalizePaths(true).ignoreCase(true);
            case LIMITS ->
                builder.limits(Limits.builder()
                        .exchanges(8)
                        .clientShare(0.5)
                        .waitingShare(0.25)
                        .build());
            case MIN_RATE ->
                builder.timeouts(Timeouts.builder()
                        .minRate(new MinRate(1, Duration.ofSeconds(20)))
                        .build());
            case TIMEOUTS ->
                builder.timeouts(Timeouts.builder()
                        .head(Duration.ofSeconds(9))
                        .idle(Duration.ofSeconds(9))
                        .build());
        }
        builder.addListener(records);
    }

    private static ProxyResponse marked(ProxyResponse response, String name) {
        return response.toBuilder()
                .headers(response.headers().toBuilder().set(name, "1").build())
                .build();
    }

    /** Throws in every method. */
    private static final class Throwing implements ExchangeListener {
        @Override
        public void begun(ExchangeRecord record) {
            throw new IllegalStateException("begun");
        }

        @Override
        public void attemptBegun(ExchangeRecord record, AttemptRecord attempt) {
            throw new IllegalStateException("attemptBegun");
        }

        @Override
        public void attemptEnded(ExchangeRecord record, AttemptRecord attempt) {
            throw new IllegalStateException("attemptEnded");
        }

        @Override
        public void ended(ExchangeRecord record) {
            throw new IllegalStateException("ended");
        }
    }

    private Route route(String prefix, int port) {
        Route.Builder route = Route.path(prefix + "/**");
        switch (row.routed()) {
            case NONE -> {}
            case STRIP_PREFIX -> route.stripPrefix(prefix);
            case UPGRADE -> route.allowUpgrade("websocket");
            case TIMEOUTS ->
                route.timeouts(Timeouts.builder().total(Duration.ofSeconds(20)).build());
            case TRAILERS -> route.allowTrailers("X-Sum");
            case FILTER -> route.addFilter((request, next) -> marked(next.handle(request), "X-Route"));
            case CACHE -> route.cache(Cache.memory(1_000_000));
        }
        return switch (row.leads()) {
            case URL -> route.to(url(port));
            case UPSTREAM -> {
                DirectTransport direct = row.over() == Row.Over.OWN ? own : DirectTransport.shared();
                yield route.to(direct.upstream("upstream", URI.create(url(port))));
            }
            case SPLIT -> {
                TrafficSplit made = TrafficSplit.builder("split")
                        .addSource("url", url(port), 50)
                        .addSource("pool", pool(port), 50)
                        .build();
                split = split == null ? made : split;
                yield route.to(made);
            }
            case NESTED -> Route.any().path(prefix + "/**").to(Routes.of(route.to(pool(port))));
            default -> route.to(pool(port));
        };
    }

    private String url(int port) {
        boolean named = row.over() == Row.Over.OWN && row.leads() != Row.Leads.POOL_WITH_TRANSPORT;
        return "http://" + (named ? NAME : "127.0.0.1") + ':' + port;
    }

    private Member member(String id, int port) {
        Member member = Member.at(url(port)).withId(id);
        return row.pooled() == Row.Pooled.ZONE ? member.withTag("zone", "here") : member;
    }

    private UpstreamPool pool(int port) {
        UpstreamPool.Builder builder = UpstreamPool.builder().name("pool-" + port);
        pooled(builder);
        switch (row.leads()) {
            case POOL_WITH_TRANSPORT ->
                builder.transport(row.over() == Row.Over.JDK ? DirectTransport.shared() : JdkTransport.shared());
            case POOL_WITH_HTTP_PROBES -> builder.health(quick(HealthCheck.http("/health")));
            case POOL_WITH_TCP_PROBES -> builder.health(quick(HealthCheck.tcp()));
            case POOL_WITH_PROBE_PORT ->
                builder.health(quick(HealthCheck.http("/health").port(port)));
            default -> {}
        }
        List<Member> members = List.of(member("a1", port), member("a2", port));
        boolean later = row.leads() == Row.Leads.POOL_FILLED_LATER;
        if (!later) {
            members.forEach(builder::addMember);
        }
        UpstreamPool pool = builder.build();
        pools.add(pool);
        if (later) {
            laterMembers.add(() -> members.forEach(pool::add));
        }
        return pool;
    }

    private static HealthCheck quick(HealthCheck.Builder<?> check) {
        return check.interval(Duration.ofMillis(50)).build();
    }

    private void pooled(UpstreamPool.Builder builder) {
        switch (row.pooled()) {
            case NONE -> {}
            case RETRY ->
                builder.retry(RetryPolicy.builder()
                        .maxAttempts(3)
                        .tryTimeout(Duration.ofSeconds(4))
                        .build());
            case HEDGE -> builder.hedge(HedgePolicy.after(Duration.ofMillis(5)));
            case PARKING -> builder.parking(Parking.upTo(Duration.ofMillis(100)));
            case LIMIT ->
                builder.limit(MemberLimit.fixed(4).toBuilder()
                        .queue(8)
                        .maxWait(Duration.ofSeconds(5))
                        .build());
            case BREAKER -> builder.breaker(BreakerPolicy.builder().failures(3).build());
            case AFFINITY -> builder.affinity(Affinity.cookie("SID").build());
            case SLOW_START -> builder.slowStart(SlowStart.over(Duration.ofSeconds(1)));
            case NO_EJECTION -> builder.ejection(EjectionPolicy.OFF);
            case ZONE -> builder.zone(ZonePreference.of("here"));
        }
    }

    /** Moves the traffic elsewhere, while requests in flight continue. {@code held} releases the held responses. */
    void change(int port, Runnable held) throws Exception {
        if (row.leads() == Row.Leads.POOL_FILLED_LATER) {
            pools.get(0).add(member("b", port));
            pools.get(0).remove("a1");
            pools.get(0).remove("a2");
        } else if (row.hasPool() && row.leads() != Row.Leads.NESTED) {
            replace(port, held);
        } else {
            server.routes(Routes.of(route("/api", port), route("/down", port)));
        }
        held.run();
    }

    private void replace(int port, Runnable held) throws Exception {
        if (split != null) {
            split.move("pool", 100);
        }
        UpstreamPool pool = pools.get(0);
        // A drain would also wait for the sessions of an affinity.
        Drain drain = row.pooled() == Row.Pooled.AFFINITY ? Drain.within(Duration.ofMillis(1)) : Drain.DEFAULT;
        var replaced = pool.replace("a1", member("b", port), Replacement.DEFAULT.withDrain(drain))
                .toCompletableFuture();
        held.run();
        replaced.get(10, TimeUnit.SECONDS);
        pool.remove("a2");
    }

    /** Shares of the split, for messages. */
    Map<String, Integer> shares() {
        return split == null ? Map.of() : split.shares();
    }

    void closeServer() {
        if (row.closes() == Row.Closes.PHASES) {
            server.close(Duration.ofMillis(20), Duration.ofSeconds(5));
        } else {
            server.close();
        }
    }

    @Override
    public void close() {
        if (server != null) {
            server.close();
        }
        pools.forEach(UpstreamPool::close);
        own.close();
    }
}
