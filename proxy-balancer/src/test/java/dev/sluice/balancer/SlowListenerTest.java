package dev.sluice.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.breaker.BreakerPolicy;
import dev.sluice.balancer.breaker.CircuitBreakerFilter;
import dev.sluice.balancer.discovery.Discovery;
import dev.sluice.balancer.discovery.DiscoveryFeed;
import dev.sluice.balancer.drain.Drain;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestExchange;
import dev.sluice.proxy.time.Awaited;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Listeners and callbacks of users may be slow. With the JVM's clock they delay neither timers nor exchanges. */
class SlowListenerTest {
    private final TimeSource real = TimeSource.system();
    private final FakeUpstream blue = FakeUpstream.named("blue");
    private final Signal go = new Signal();
    private final Signal called = new Signal();

    @AfterEach
    void letGo() {
        go.fire();
    }

    private void block() {
        called.fire();
        Awaited.signal(go);
    }

    private void assertTheClockRuns() {
        Signal timer = new Signal();
        real.schedule(Duration.ofMillis(1), timer::fire);
        Awaited.signal(timer);
    }

    @Test
    void aCallbackOfADrainDelaysNoTimer() {
        try (UpstreamPool pool =
                UpstreamPool.builder().addMember(Member.of(blue)).build()) {
            Exchange exchange = TestExchange.begin();
            var attempts = pool.attempts(TestExchange.request(exchange, "GET", "/"));
            var step = (dev.sluice.proxy.spi.Attempts.Step.Send) attempts.start(real.nanos());
            pool.drain("blue", Drain.within(Duration.ofMillis(10))).thenAccept(report -> block());

            Awaited.signal(called);
            assertTheClockRuns();
            step.lease().end(Outcome.ABANDONED, real.nanos());
        }
    }

    @Test
    void aListenerOfAPoolDelaysNeitherTheClockNorChangesNorOtherListeners() throws Exception {
        List<PoolEvent.Kind> told = new CopyOnWriteArrayList<>();
        Signal drained = new Signal();
        try (UpstreamPool pool = UpstreamPool.builder()
                .addListener(event -> block())
                .addListener(event -> {
                    throw new IllegalStateException("a listener's fault");
                })
                .addListener(event -> {
                    told.add(event.kind());
                    if (event.kind() == PoolEvent.Kind.DRAINED) {
                        drained.fire();
                    }
                })
                .addMember(Member.of(blue))
                .build()) {
            Awaited.signal(called);
            pool.drain("blue").toCompletableFuture().get(10, TimeUnit.SECONDS);
            Awaited.signal(drained);
            for (int i = 0; i < 600; i++) {
                pool.resume("blue");
                pool.update(change -> change.drain("blue"));
            }

            assertThat(told).contains(PoolEvent.Kind.ADDED, PoolEvent.Kind.DRAINING, PoolEvent.Kind.DRAINED);
            assertThat(pool.snapshot().droppedEvents()).isPositive();
        }
    }

    @Test
    void aListenerOfABreakerDelaysNoRequest() throws Exception {
        CircuitBreakerFilter filter = CircuitBreakerFilter.builder("orders")
                .policy(BreakerPolicy.builder().failures(1).build())
                .listener((from, to, reason) -> block())
                .build();
        var handler = ReverseProxy.to(blue.answer(500, "broken")).with(filter);

        assertThat(TestClient.of(handler).get("/").status()).isEqualTo(500);
        assertThat(TestClient.of(request -> ProxyResponse.of(200)).get("/").status())
                .isEqualTo(200);
        Awaited.signal(called);
    }

    @Test
    void aCallbackOfTheFirstAnswerDelaysNoFurtherQuestion() {
        Signal second = new Signal();
        List<String> asked = new CopyOnWriteArrayList<>();
        Discovery one = Discovery.of(List.of(Member.of(blue)));
        try (DiscoveryFeed feed = DiscoveryFeed.builder(() -> {
                    asked.add("again");
                    if (asked.size() > 1) {
                        second.fire();
                    }
                    return one.find();
                })
                .start(members -> {})) {
            feed.firstAnswer().thenAccept(status -> block());
            Awaited.signal(called);
            feed.refresh();
            Awaited.signal(second);
        }
    }
}
