package dev.sluice.browser;

import dev.sluice.balancer.Member;
import dev.sluice.balancer.PoolSnapshot.Condition;
import dev.sluice.balancer.UpstreamPool;
import dev.sluice.balancer.health.EjectionPolicy;
import dev.sluice.balancer.health.HealthCheck;
import dev.sluice.balancer.status.StatusPage;
import dev.sluice.balancer.strategy.Strategies;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.answer.Maintenance;
import dev.sluice.proxy.cache.Cache;
import dev.sluice.proxy.limit.RateLimit;
import dev.sluice.proxy.log.AccessLog;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.TestAuthority;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.transport.direct.DirectTransport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A gateway with its page and with traffic: a pool of which one member is down and one is ejected, a pool that is well, and
 * one of 1,000 members. Apart from numbers nothing changes by itself.
 */
final class ShownGateway implements AutoCloseable {
    private static final Duration LONG = Duration.ofHours(1);
    private static final RateLimit LIMIT = RateLimit.perSecond(1_000_000);

    private final List<UpstreamPool> pools = List.of(shop(), pool("images", 4).build(), pool("wide", 1000).build());
    private final Cache cache = Cache.builder().name("pages").memoryBytes(1_000_000).build();
    private final Pipeline pipeline = Pipeline.builder()
            .addRoute(Route.path("/shop/**").addFilter(LIMIT).to(pools.get(0)))
            .addRoute(Route.path("/images/**").cache(cache).to(pools.get(1)))
            .addRoute(Route.path("/wide/**").to(pools.get(2)))
            .addRoute(Route.path("/broken/**")
                    .to(FakeUpstream.named("broken").fail(Outcome.CONNECT_FAILED, Delivery.NOT_SENT)))
            .build();
    private final StatusPage page = page();
    private final ProxyServer server = ProxyServer.builder()
            .addRoute(Route.path("/status/**").to(page))
            .build()
            .start();
    private final ScheduledExecutorService traffic = Executors.newSingleThreadScheduledExecutor();
    private int sent;

    private ShownGateway() {
        page.watch("shop gateway", pipeline);
        for (int i = 0; i < 200; i++) {
            send(i < 5 ? "/broken/" + i : "/shop/" + i);
        }
        traffic.scheduleWithFixedDelay(this::sendSome, 0, 50, TimeUnit.MILLISECONDS);
    }

    static ShownGateway start() {
        return new ShownGateway();
    }

    URI url() {
        return server.uri().resolve("/status/");
    }

    private StatusPage page() {
        StatusPage.Builder builder = StatusPage.builder()
                .title("shop gateway")
                .addCache(cache)
                .addConnections("origins", DirectTransport.shared()::connections)
                .addLimit("per client", LIMIT::statistics)
                .addTls("shop.example", TestAuthority.create().server("shop.example"))
                .addMaintenance("shop", Maintenance.builder().build())
                .accessLog(AccessLog.builder().build())
                .actions(true);
        pools.forEach(builder::addPool);
        return builder.build();
    }

    private static UpstreamPool.Builder pool(String name, int members) {
        UpstreamPool.Builder pool = UpstreamPool.builder()
                .name(name)
                .strategy(Strategies.roundRobin())
                .ejection(EjectionPolicy.builder()
                        .failures(2)
                        .ejectFor(LONG)
                        .maxEjectFor(LONG)
                        .build());
        for (int i = 0; i < members; i++) {
            pool.addMember(Member.of(FakeUpstream.named(name + "-" + i).answer(200, "hello"))
                    .withTag("zone", i % 2 == 0 ? "a" : "b"));
        }
        return pool;
    }

    private static UpstreamPool shop() {
        FakeUpstream down = FakeUpstream.named("shop-down").answer(500, "ill");
        FakeUpstream ejected = FakeUpstream.named("shop-ejected")
                .answer(request -> {
                    if (request.target().path().equals("/health")) {
                        return ProxyResponse.of(200, "well");
                    }
                    throw new IOException("reset");
                });
        return pool("shop", 4)
                .addMember(Member.of(down))
                .addMember(Member.of(ejected))
                .health(HealthCheck.http("/health").interval(Duration.ofSeconds(1)).build())
                .build();
    }

    private void sendSome() {
        for (int i = 0; i < 20; i++) {
            sent++;
            send((sent % 3 == 0 ? "/shop/" : sent % 3 == 1 ? "/images/" : "/wide/") + sent);
        }
    }

    private void send(String path) {
        try {
            TestClient.of(pipeline).get(path);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until the members that are to be out are out. */
    void awaitReady() {
        TimeSource time = TimeSource.system();
        long deadlineNanos = time.deadline(Duration.ofMinutes(2));
        while (!isReady()) {
            if (time.nanos() >= deadlineNanos) {
                throw new AssertionError("they are not out: " + pools.get(0).snapshot());
            }
            Thread.yield();
        }
    }

    private boolean isReady() {
        long out = pools.get(0).snapshot().members().stream()
                .filter(member -> member.condition() != Condition.UP)
                .count();
        return out == 2;
    }

    @Override
    public void close() {
        traffic.shutdownNow();
        page.close();
        server.close(Duration.ZERO);
        pools.forEach(UpstreamPool::close);
        cache.close();
    }
}
