package dev.sluice.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.PoolSnapshot.Condition;
import dev.sluice.balancer.breaker.BreakerPolicy;
import dev.sluice.balancer.discovery.Discovery;
import dev.sluice.balancer.discovery.DiscoveryFeed;
import dev.sluice.balancer.health.EjectionPolicy;
import dev.sluice.balancer.health.HealthCheck;
import dev.sluice.balancer.strategy.Strategies;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.server.Readiness;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.SimulatedTime;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.time.Awaited;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** A readiness that rests on the members of a pool. */
class PoolReadinessTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final SimulatedTime time = new SimulatedTime();
    private final FakeUpstream a = FakeUpstream.named("a");
    private final FakeUpstream b = FakeUpstream.named("b");

    private UpstreamPool.Builder members() {
        return UpstreamPool.builder()
                .time(time)
                .strategy(Strategies.roundRobin())
                .addMember(Member.of(a))
                .addMember(Member.of(b));
    }

    private static UpstreamPool.Builder probed(UpstreamPool.Builder pool) {
        return pool.health(
                HealthCheck.http("/health").interval(SECOND).jitter(0).build());
    }

    private interface Script {
        void run(UpstreamPool pool) throws Exception;
    }

    private void run(UpstreamPool.Builder builder, Script script) throws Exception {
        time.run(() -> {
            try (UpstreamPool pool = builder.build()) {
                script.run(pool);
            }
            return null;
        });
    }

    /** How many members a probe finds to be up, on simulated time too. */
    private void up(UpstreamPool pool, int expected) throws Exception {
        assertThat(pool.snapshot().up()).isEqualTo(expected);
        for (int min = 1; min <= 3; min++) {
            int needed = min;
            Readiness readiness = Readiness.builder()
                    .addCondition("shop", () -> pool.snapshot().up() >= needed)
                    .build();
            assertThat(TestClient.of(readiness, time).get("/ready").status()).isEqualTo(expected >= min ? 200 : 503);
        }
    }

    private static void down(FakeUpstream upstream) {
        upstream.fail(Outcome.CONNECT_FAILED, Delivery.NOT_SENT);
    }

    @Test
    void membersThatDrainOrAreRemovedDoNotCount() throws Exception {
        run(members(), pool -> {
            up(pool, 2);
            pool.drain("b");
            up(pool, 1);
            pool.resume("b");
            up(pool, 2);
            pool.remove("a");
            pool.remove("b");
            up(pool, 0);
        });
    }

    @Test
    void membersThatProbesFindDownDoNotCount() throws Exception {
        run(probed(members()), pool -> {
            up(pool, 2);
            down(a);
            time.advance(SECOND.multipliedBy(3));
            up(pool, 1);
            down(b);
            time.advance(SECOND.multipliedBy(3));
            up(pool, 0);
            a.answer(200, "fine");
            time.advance(SECOND.multipliedBy(3));
            up(pool, 1);
        });
    }

    @Test
    void membersThatAreEjectedOrWhoseBreakerIsOpenDoNotCount() throws Exception {
        run(members(), pool -> {
            new PoolDriver(pool, time).fail("a", 5);
            assertThat(pool.snapshot().member("a").orElseThrow().condition()).isEqualTo(Condition.EJECTED);
            up(pool, 1);
        });
        run(
                members()
                        .ejection(EjectionPolicy.OFF)
                        .breaker(BreakerPolicy.builder().failures(3).build()),
                pool -> {
                    new PoolDriver(pool, time).fail("a", 3);
                    assertThat(pool.snapshot().member("a").orElseThrow().condition())
                            .isEqualTo(Condition.OPEN);
                    up(pool, 1);
                });
    }

    @Test
    void aClosedPoolHasNoMembers() throws Exception {
        run(members(), pool -> {
            pool.close();
            up(pool, 0);
        });
    }

    /** Over sockets: an empty pool, whose server starts at once, and whose members are found later. */
    @Test
    void aPoolThatBeginsEmptyIsReadyWithItsFirstMember() throws Exception {
        AtomicReference<List<Member>> found = new AtomicReference<>(List.of());
        try (UpstreamPool pool = UpstreamPool.builder().name("shop").build();
                DiscoveryFeed feed = DiscoveryFeed.builder(() -> Discovery.Found.of(found.get()))
                        .allowEmpty(true)
                        .start(pool)) {
            Readiness now = Readiness.builder()
                    .addCondition("shop", () -> pool.snapshot().up() > 0)
                    .timeout(Duration.ofSeconds(30))
                    .build();
            Readiness once = Readiness.builder()
                    .addStartCondition("shop", () -> pool.snapshot().up() > 0)
                    .timeout(Duration.ofSeconds(30))
                    .build();
            try (ProxyServer server = ProxyServer.builder()
                    .addRoute("/now", now)
                    .addRoute("/once", once)
                    .addRoute("/**", pool)
                    .readiness(now)
                    .build()
                    .start()) {
                feed.firstAnswer().toCompletableFuture().join();
                assertThat(get(server, "/now")).startsWith("HTTP/1.1 503 ").endsWith("not ready: shop\n");
                assertThat(get(server, "/once")).startsWith("HTTP/1.1 503 ").endsWith("not ready: shop\n");
                found.set(List.of(Member.of(a)));
                feed.refresh();
                Awaited.isTrue(() -> get(server, "/now").startsWith("HTTP/1.1 200 "));
                assertThat(get(server, "/once")).startsWith("HTTP/1.1 200 ");
                pool.remove("a");
                assertThat(get(server, "/now")).startsWith("HTTP/1.1 503 ");
                assertThat(get(server, "/once")).startsWith("HTTP/1.1 200 ");
            }
        }
    }

    private static String get(ProxyServer server, String path) throws Exception {
        try (RawConnection client = RawConnection.connect(server.address())) {
            client.write("GET " + path + " HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n");
            return client.readAll();
        }
    }
}
