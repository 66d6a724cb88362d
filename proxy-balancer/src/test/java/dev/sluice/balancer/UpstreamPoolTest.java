package dev.sluice.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.balancer.PoolSnapshot.Condition;
import dev.sluice.balancer.PoolSnapshot.MemberSnapshot;
import dev.sluice.balancer.health.HealthCheck;
import dev.sluice.balancer.strategy.Strategies;
import dev.sluice.proxy.Capability;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.spi.Attempts.Lease;
import dev.sluice.proxy.spi.LoadBalancer;
import dev.sluice.proxy.spi.LoadBalancer.Candidate;
import dev.sluice.proxy.spi.LoadBalancer.Pick;
import dev.sluice.proxy.spi.Transport;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.SimulatedTime;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.transport.direct.DirectTransport;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class UpstreamPoolTest {
    private final SimulatedTime time = new SimulatedTime();
    /** The fake upstreams that were made from URLs, by id. */
    private final Map<String, FakeUpstream> made = new LinkedHashMap<>();

    private final Transport transport = new FakeTransport((id, uri) -> {
        FakeUpstream upstream = FakeUpstream.named("made").at(uri.getAuthority());
        made.put(id, upstream);
        return new Named(id, upstream);
    });
    private final List<PoolEvent> events = new ArrayList<>();

    @Test
    void membersCanBeAddedRemovedAndChangedWhileRunning() {
        PoolDriver driver = driver(PoolDriver.members(time, "a", "b"));
        driver.pool().add(Member.of(FakeUpstream.named("c")).withWeight(3).withTag("zone", "x"));
        assertThat(driver.used(10)).containsExactly("a", "b", "c");
        assertThat(driver.pool().remove("a")).isTrue();
        assertThat(driver.used(10)).containsExactly("b", "c");
        driver.pool().update(change -> change.weight("b", 7));
        assertThat(driver.member("b").weight()).isEqualTo(7);
        assertThat(driver.pool().remove("a")).isFalse();
        assertThat(events)
                .extracting(event -> event.kind() + " " + event.member() + ": " + event.reason())
                .containsExactly(
                        "ADDED a: weight 1",
                        "ADDED b: weight 1",
                        "ADDED c: weight 3, tags {zone=x}",
                        "REMOVED a: removed by the application",
                        "CHANGED b: weight 1 -> 7");
    }

    @Test
    void countsSurviveAChangeOfTheTopology() {
        PoolDriver driver = driver(PoolDriver.members(time, "a"));
        Lease lease = driver.call("GET").begin();
        driver.pool().add(Member.of(FakeUpstream.named("b")));
        driver.pool().update(change -> change.weight("a", 5));
        assertThat(driver.member("a").inFlight()).isEqualTo(1);
        lease.end(Outcome.HEAD_FAILED, 0);
        assertThat(driver.member("a").inFlight()).isZero();
        assertThat(driver.member("a").failures()).isEqualTo(1);
    }

    @Test
    void aMemberThatIsAddedAgainUnderItsOldIdHasNewCounts() {
        PoolDriver driver = driver(PoolDriver.members(time, "a"));
        Lease old = driver.call("GET").begin();
        driver.pool().remove("a");
        driver.pool().add(Member.of(FakeUpstream.named("a")));
        assertThat(driver.member("a").inFlight()).isZero();
        old.end(Outcome.HEAD_FAILED, 0);
        assertThat(driver.member("a").inFlight()).isZero();
        assertThat(driver.member("a").failures()).isZero();
    }

    @Test
    void urlsBecomeUpstreamsOfTheTransport() {
        PoolDriver driver = driver(UpstreamPool.builder()
                .transport(transport)
                .addMember("http://10.0.0.1:8080")
                .addMember("https://shop.test/api/")
                .addMember(Member.at("http://10.0.0.3")
                        .withId("third")
                        .withWeight(4)
                        .withTag("zone", "x")));
        driver.pool().add("http://10.0.0.4:80");
        assertThat(driver.pool().snapshot().members())
                .extracting(MemberSnapshot::id)
                .containsExactly("10.0.0.1:8080", "shop.test/api", "third", "10.0.0.4:80");
        assertThat(driver.member("third").weight()).isEqualTo(4);
        assertThat(driver.member("third").tags()).containsEntry("zone", "x");
    }

    @Test
    void anUpstreamThatThePoolMadeIsClosedWhenItsLastAttemptHasEnded() throws Exception {
        time.run(() -> {
            PoolDriver driver =
                    driver(UpstreamPool.builder().transport(transport).addMember("http://a"));
            Lease one = driver.call("GET").begin();
            Lease other = driver.call("GET").begin();
            driver.pool().remove("a");
            one.end(Outcome.COMPLETED, 0);
            time.advance(Duration.ofSeconds(1));
            assertThat(made.get("a").closed()).isFalse();
            other.end(Outcome.COMPLETED, 0);
            time.advance(Duration.ofSeconds(1));
            assertThat(made.get("a").closed()).isTrue();
            return null;
        });
    }

    @Test
    void closingThePoolClosesIdleUpstreamsThatItMadeAndNoOthers() throws Exception {
        FakeUpstream own = FakeUpstream.named("own");
        time.run(() -> {
            PoolDriver driver = driver(UpstreamPool.builder()
                    .transport(transport)
                    .addMember("http://a")
                    .addMember(Member.of(own)));
            driver.pool().close();
            driver.pool().close();
            time.advance(Duration.ofSeconds(1));
            return null;
        });
        assertThat(made.get("a").closed()).isTrue();
        assertThat(own.closed()).isFalse();
    }

    @Test
    void thePoolCanDoWhatEveryMemberCan() {
        FakeUpstream tunnels = FakeUpstream.named("a").capable(Capability.TUNNEL, Capability.TRAILERS);
        FakeUpstream trailers = FakeUpstream.named("b").capable(Capability.TRAILERS);
        UpstreamPool pool = UpstreamPool.builder().build();
        assertThat(pool.capabilities()).isEqualTo(DirectTransport.shared().upstreamCapabilities());
        pool.add(Member.of(tunnels));
        assertThat(pool.capabilities()).containsExactlyInAnyOrder(Capability.TUNNEL, Capability.TRAILERS);
        pool.add(Member.of(trailers));
        assertThat(pool.capabilities()).containsExactly(Capability.TRAILERS);
    }

    @Test
    void aSnapshotShowsEachMember() {
        PoolDriver driver = driver(UpstreamPool.builder()
                .name("shop")
                .addMember(Member.of(FakeUpstream.named("a")).withWeight(3).withTag("zone", "x")));
        driver.attempt(Outcome.COMPLETED);
        driver.attempt(Outcome.HEAD_FAILED);
        driver.call("GET").begin();
        MemberSnapshot a = new MemberSnapshot(
                "a",
                Condition.UP,
                3,
                3.0,
                0,
                Map.of("zone", "x"),
                1,
                Integer.MAX_VALUE,
                1,
                3,
                1,
                new PoolSnapshot.Recent(30_000_000_000L, 2, 1, 0),
                0,
                0,
                Optional.empty(),
                Optional.of(new PoolEvent(
                        PoolEvent.Kind.ADDED, "a", "weight 3, tags {zone=x}", Instant.parse("2026-01-01T00:00:00Z"))),
                Optional.empty());
        assertThat(driver.pool().snapshot())
                .isEqualTo(new PoolSnapshot(
                        "shop", Instant.parse("2026-01-01T00:00:00Z"), false, 1, 0, 0, 0, 0, List.of(a)));
        assertThat(driver.pool().snapshot().member("nobody")).isEmpty();
    }

    @Test
    void aListenerThatThrowsOrChangesThePoolDoesNoHarm() {
        List<PoolEvent.Kind> kinds = new ArrayList<>();
        UpstreamPool[] pool = new UpstreamPool[1];
        pool[0] = PoolDriver.members(time, "a", "b")
                .addListener(event -> {
                    throw new IllegalStateException("fault of a listener");
                })
                .addListener(event -> {
                    kinds.add(event.kind());
                    if (event.kind() == PoolEvent.Kind.CHANGED) {
                        pool[0].remove("b");
                        kinds.add(PoolEvent.Kind.UP);
                    }
                })
                .build();
        pool[0].update(change -> change.weight("a", 2));
        assertThat(kinds)
                .containsExactly(
                        PoolEvent.Kind.ADDED,
                        PoolEvent.Kind.ADDED,
                        PoolEvent.Kind.CHANGED,
                        PoolEvent.Kind.UP,
                        PoolEvent.Kind.REMOVED);
    }

    @Test
    void aBadOptionIsRefusedByItsName() {
        assertRefused("there is already a member \"a\"", PoolDriver.members(time, "a", "a"));
        assertRefused(
                "upstream URI must be http://host[:port][/path] or https://…: \"http://a b\"",
                UpstreamPool.builder().addMember("http://a b"));
        assertRefused(
                "a TCP health check needs an upstream with host and port: \"f\"",
                UpstreamPool.builder()
                        .health(HealthCheck.tcp().build())
                        .addMember(Member.of(Upstream.of("f", request -> ProxyResponse.of(200)))));
    }

    @Test
    void aRunningPoolRefusesWhatItsBuilderRefuses() {
        UpstreamPool pool = PoolDriver.members(time, "a").build();
        assertThatThrownBy(() -> pool.add(Member.of(FakeUpstream.named("a"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there is already a member \"a\"");
        assertThatThrownBy(() -> pool.update(change -> change.weight("a", -1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("weight of member \"a\" must be 1 to 1000000: -1");
        pool.close();
        assertThatThrownBy(() -> pool.add(Member.of(FakeUpstream.named("b"))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("pool \"pool\" is closed");
    }

    @Test
    void anUpstreamThatThePoolMadeStaysOpenWhileItIsAMember() throws Exception {
        time.run(() -> {
            PoolDriver driver =
                    driver(UpstreamPool.builder().transport(transport).addMember("http://a"));
            driver.attempt(Outcome.COMPLETED);
            time.advance(Duration.ofSeconds(1));
            return null;
        });
        assertThat(made.get("a").closed()).isFalse();
    }

    @Test
    void theStrategyIsPreparedOnceForEachTopologyByTheOneInUse() {
        List<String> log = new ArrayList<>();
        UpstreamPool pool =
                PoolDriver.members(time, "a").strategy(new Generation(0, log)).build();
        pool.add(Member.of(FakeUpstream.named("b")));
        new PoolDriver(pool, time).attempt(Outcome.COMPLETED);
        new PoolDriver(pool, time).attempt(Outcome.COMPLETED);
        assertThat(log).containsExactly("0 over 0", "1 over 1", "2 over 2", "pick by 3", "pick by 3");
    }

    private static void assertRefused(String message, UpstreamPool.Builder builder) {
        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    private PoolDriver driver(UpstreamPool.Builder builder) {
        TimeSource clock = time;
        return new PoolDriver(
                builder.time(clock)
                        .strategy(Strategies.roundRobin())
                        .addListener(events::add)
                        .build(),
                clock);
    }

    @Test
    void oneStrategyInTwoOpenPoolsIsRefused() {
        LoadBalancer shared = Strategies.roundRobin();
        UpstreamPool first = UpstreamPool.builder().name("one").strategy(shared).build();
        UpstreamPool.Builder second = UpstreamPool.builder().name("two").strategy(shared);
        assertThatThrownBy(second::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("strategy \"round robin\" is already used by pool \"one\"")
                .hasMessageContaining("\"two\"");
        first.close();
        second.build().close();
    }

    @Test
    void aLambdaWithStateCannotBeUsedInTwoPools() {
        AtomicInteger turns = new AtomicInteger();
        LoadBalancer shared = pick -> turns.getAndIncrement() % pick.size();
        UpstreamPool first = UpstreamPool.builder().name("one").strategy(shared).build();
        UpstreamPool.Builder second = UpstreamPool.builder().name("two").strategy(shared);
        assertThatThrownBy(second::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is already used by pool \"one\"");
        first.close();
    }

    @Test
    void aStatelessLambdaAndTheDefaultStrategyCanBeUsedInManyPools() {
        for (int i = 0; i < 2; i++) {
            assertThat(UpstreamPool.builder().strategy(pick -> 0).build()).isNotNull();
        }
        UpstreamPool.Builder twice = UpstreamPool.builder();
        assertThat(twice.build()).isNotSameAs(twice.build());
    }

    /** Logs its calls, and counts how often it was prepared. */
    private record Generation(int number, List<String> log) implements LoadBalancer {
        @Override
        public int pick(Pick pick) {
            log.add("pick by " + number);
            return 0;
        }

        @Override
        public LoadBalancer over(List<? extends Candidate> members) {
            log.add(number + " over " + members.size());
            return new Generation(number + 1, log);
        }
    }

    private record Named(String id, FakeUpstream fake) implements Upstream {
        @Override
        public ProxyResponse send(ProxyRequest request) throws IOException, InterruptedException {
            return fake.send(request);
        }

        @Override
        public void close() {
            fake.close();
        }
    }
}
