package dev.sluice.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.balancer.PoolSnapshot.Condition;
import dev.sluice.balancer.drain.Drain;
import dev.sluice.balancer.drain.Replacement;
import dev.sluice.balancer.health.HealthCheck;
import dev.sluice.balancer.health.SlowStart;
import dev.sluice.balancer.strategy.Strategies;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.spi.Attempts.Lease;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.SimulatedTime;
import dev.sluice.proxy.testing.TestExchange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** Members that leave, and members that replace them. */
class DrainTest {
    private final SimulatedTime time = new SimulatedTime();
    private final List<String> events = new ArrayList<>();
    private final FakeUpstream fresh = FakeUpstream.named("new");

    @Test
    void aMemberWithoutRequestsIsDrainedAtOnce() {
        PoolDriver driver = driver(UpstreamPool.builder());
        CompletableFuture<Drain.Report> drained = driver.pool().drain("a").toCompletableFuture();
        assertThat(drained).isCompletedWithValue(new Drain.Report("a", 0, 0, 0, 0, Duration.ZERO));
        assertThat(driver.member("a").condition()).isEqualTo(Condition.DRAINED);
        assertThat(driver.used(10)).containsExactly("b");
    }

    @Test
    void theReportComesWithTheLastRequestsEnd() throws Exception {
        time.run(() -> {
            PoolDriver driver = driver(UpstreamPool.builder());
            Lease first = driver.leaseOf("a");
            Lease second = driver.leaseOf("a");
            CompletableFuture<Drain.Report> drained = driver.pool().drain("a").toCompletableFuture();
            assertThat(driver.used(10)).containsExactly("b");
            first.end(Outcome.COMPLETED, time.nanos());
            assertThat(drained).isNotDone();
            assertThat(driver.member("a").condition()).isEqualTo(Condition.DRAINING);
            time.advance(Duration.ofSeconds(4));
            second.end(Outcome.COMPLETED, time.nanos());
            assertThat(drained).isCompletedWithValue(new Drain.Report("a", 2, 0, 0, 0, Duration.ofSeconds(4)));
            assertThat(events)
                    .containsExactly(
                            "DRAINING a: 2 in flight",
                            "DRAINED a: 2 finished, 0 still in flight, 0 forced, 0 sessions left after 4000 ms");
            return null;
        });
    }

    @Test
    void requestsThatOutlastTheDrainContinue() throws Exception {
        time.run(() -> {
            PoolDriver driver = driver(UpstreamPool.builder());
            Lease lease = driver.leaseOf("a");
            CompletableFuture<Drain.Report> drained = driver.pool()
                    .drain("a", Drain.within(Duration.ofSeconds(3)))
                    .toCompletableFuture();
            time.advance(Duration.ofSeconds(3));
            assertThat(drained).isCompletedWithValue(new Drain.Report("a", 0, 1, 0, 0, Duration.ofSeconds(3)));
            lease.end(Outcome.COMPLETED, time.nanos());
            assertThat(driver.member("a").inFlight()).isZero();
            return null;
        });
    }

    @Test
    void requestsThatOutlastAForcedDrainAreBrokenOff() throws Exception {
        time.run(() -> {
            PoolDriver driver = driver(UpstreamPool.builder());
            Lease lease = driver.leaseOf("a");
            Exchange scope = TestExchange.begin(time);
            lease.began(scope);
            CompletableFuture<Drain.Report> drained = driver.pool()
                    .drain("a", Drain.within(Duration.ofSeconds(3)).withCut(true))
                    .toCompletableFuture();
            time.advance(Duration.ofSeconds(3));
            assertThat(drained.getNow(null).forced()).isEqualTo(1);
            assertThat(scope.cancelled()).isEqualTo(Outcome.SHUT_DOWN);
            return null;
        });
    }

    @Test
    void aDrainEndsWithTheRemovalOrTheReturnOfTheMember() {
        PoolDriver driver = driver(UpstreamPool.builder());
        driver.leaseOf("a");
        driver.leaseOf("b");
        CompletableFuture<Drain.Report> removed = driver.pool().drain("a").toCompletableFuture();
        driver.pool().remove("a");
        assertThat(removed.getNow(null).inFlight()).isEqualTo(1);
        CompletableFuture<Drain.Report> resumed = driver.pool().drain("b").toCompletableFuture();
        driver.pool().resume("b");
        assertThat(resumed.getNow(null).inFlight()).isEqualTo(1);
        assertThat(driver.used(3)).containsExactly("b");
    }

    @Test
    void twoDrainsOfOneMemberBothReport() throws Exception {
        time.run(() -> {
            PoolDriver driver = driver(UpstreamPool.builder());
            Lease lease = driver.leaseOf("a");
            List<CompletableFuture<Drain.Report>> drains = new ArrayList<>();
            for (int timeout : new int[] {60, 1, 60}) {
                drains.add(driver.pool()
                        .drain("a", Drain.within(Duration.ofSeconds(timeout)))
                        .toCompletableFuture());
            }
            time.advance(Duration.ofSeconds(1));
            assertThat(drains.get(1)).isDone();
            lease.end(Outcome.COMPLETED, time.nanos());
            assertThat(drains).allMatch(CompletableFuture::isDone);
            return null;
        });
    }

    @Test
    void aReplacementThatIsRemovedBeforeItIsUpFailsAtOnce() throws Exception {
        time.run(() -> {
            PoolDriver driver = driver(
                    UpstreamPool.builder().health(HealthCheck.http("/health").build()));
            fresh.fail(Outcome.CONNECT_FAILED, Delivery.NOT_SENT);
            CompletableFuture<Replacement.Report> replaced =
                    driver.pool().replace("a", Member.of(fresh)).toCompletableFuture();
            driver.pool().remove("new");
            assertThatThrownBy(() -> replaced.getNow(null))
                    .hasMessageContaining("\"new\" was removed before it was up");
            driver.pool().close();
            return null;
        });
    }

    @Test
    void aReplacementThatGoesDownInItsSlowStartReplacesNothing() throws Exception {
        time.run(() -> {
            PoolDriver driver = driver(UpstreamPool.builder()
                    .health(HealthCheck.http("/health")
                            .interval(Duration.ofSeconds(1))
                            .build())
                    .slowStart(SlowStart.over(Duration.ofSeconds(30))));
            CompletableFuture<Replacement.Report> replaced =
                    driver.pool().replace("a", Member.of(fresh)).toCompletableFuture();
            time.advance(Duration.ofSeconds(5));
            assertThat(driver.member("new").condition()).isEqualTo(Condition.UP);
            fresh.fail(Outcome.CONNECT_FAILED, Delivery.NOT_SENT);
            time.advance(Duration.ofSeconds(60));
            assertThatThrownBy(() -> replaced.getNow(null))
                    .hasMessageContaining("\"new\" went down while it was warmed up")
                    .hasMessageContaining("\"a\" stays a member");
            assertThat(driver.used(10)).containsExactly("a", "b");
            driver.pool().close();
            return null;
        });
    }

    @Test
    void aClosedPoolEndsItsReplacements() throws Exception {
        time.run(() -> {
            PoolDriver starting = driver(
                    UpstreamPool.builder().health(HealthCheck.http("/health").build()));
            fresh.fail(Outcome.CONNECT_FAILED, Delivery.NOT_SENT);
            CompletableFuture<Replacement.Report> first =
                    starting.pool().replace("a", Member.of(fresh)).toCompletableFuture();
            starting.pool().close();
            assertThat(first).isCompletedExceptionally();
            PoolDriver warming = driver(UpstreamPool.builder().slowStart(SlowStart.over(Duration.ofMinutes(1))));
            CompletableFuture<Replacement.Report> second =
                    warming.pool().replace("a", Member.of(fresh)).toCompletableFuture();
            warming.pool().close();
            assertThat(second).isCompletedExceptionally();
            return null;
        });
    }

    @Test
    void anUnknownMemberCannotBeDrainedOrReplaced() {
        PoolDriver driver = driver(UpstreamPool.builder());
        assertThatThrownBy(() -> driver.pool().drain("x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there is no member \"x\"");
        assertThatThrownBy(() -> driver.pool().replace("x", Member.of(fresh)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there is no member \"x\"");
        assertThat(driver.used(10)).containsExactly("a", "b");
    }

    @Test
    void aReplacementIsProbedAndWarmedUpBeforeTheOldOneLeaves() throws Exception {
        time.run(() -> {
            PoolDriver driver = driver(UpstreamPool.builder()
                    .health(HealthCheck.http("/health")
                            .interval(Duration.ofSeconds(1))
                            .jitter(0)
                            .build())
                    .slowStart(SlowStart.over(Duration.ofSeconds(10))));
            time.advance(Duration.ofSeconds(1));
            fresh.fail(Outcome.CONNECT_FAILED, Delivery.NOT_SENT);
            CompletableFuture<Replacement.Report> replaced =
                    driver.pool().replace("a", Member.of(fresh)).toCompletableFuture();
            assertThat(driver.member("new").condition()).isEqualTo(Condition.STARTING);
            assertThat(driver.used(10)).containsExactly("a", "b");
            fresh.answer(200, "well");
            time.advance(Duration.ofSeconds(2));
            assertThat(driver.used(300)).containsExactly("a", "b", "new");
            assertThat(driver.member("new").weightInEffect()).isLessThan(0.3);
            Lease last = driver.leaseOf("a");
            time.advance(Duration.ofSeconds(10));
            assertThat(driver.used(10)).containsExactly("b", "new");
            assertThat(replaced).isNotDone();
            last.end(Outcome.COMPLETED, time.nanos());
            assertThat(replaced.getNow(null).removed().finished()).isEqualTo(1);
            assertThat(driver.pool().snapshot().member("a")).isEmpty();
            driver.pool().close();
            return null;
        });
    }

    @Test
    void aReplacementThatDoesNotComeUpIsRemoved() throws Exception {
        time.run(() -> {
            PoolDriver driver = driver(UpstreamPool.builder()
                    .health(HealthCheck.http("/health")
                            .interval(Duration.ofSeconds(1))
                            .build()));
            fresh.fail(Outcome.CONNECT_FAILED, Delivery.NOT_SENT);
            CompletableFuture<Replacement.Report> replaced = driver.pool()
                    .replace("a", Member.of(fresh), Replacement.DEFAULT.withUpWithin(Duration.ofSeconds(5)))
                    .toCompletableFuture();
            time.advance(Duration.ofSeconds(5));
            assertThatThrownBy(replaced::get)
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("member \"new\" was not up within 5 s")
                    .hasMessageContaining("\"a\" stays a member");
            assertThat(driver.used(10)).containsExactly("a", "b");
            driver.pool().close();
            return null;
        });
    }

    @Test
    void withoutProbesAReplacementCountsAsUpAtOnce() {
        PoolDriver driver = driver(UpstreamPool.builder());
        assertThat(driver.pool().replace("a", Member.of(fresh))).isCompleted();
        assertThat(driver.used(10)).containsExactly("b", "new");
    }

    @Test
    void aReplacementInheritsTheSettingsThatItDoesNotHave() {
        UpstreamPool pool = UpstreamPool.builder()
                .time(time)
                .addMember(Member.of(FakeUpstream.named("a"))
                        .withWeight(5)
                        .withPriority(2)
                        .withTag("zone", "east"))
                .build();
        pool.replace("a", Member.of(FakeUpstream.named("b")));
        assertThat(settings(pool)).containsExactly("b 5 2 {zone=east}");
        pool.replace("b", Member.of(FakeUpstream.named("c")).withWeight(1).withTag("zone", "west"));
        assertThat(settings(pool)).containsExactly("c 1 2 {zone=west}");
    }

    private static List<String> settings(UpstreamPool pool) {
        return pool.snapshot().members().stream()
                .map(member -> member.id() + " " + member.weight() + " " + member.priority() + " " + member.tags())
                .toList();
    }

    private PoolDriver driver(UpstreamPool.Builder builder) {
        UpstreamPool pool = builder.time(time)
                .strategy(Strategies.roundRobin())
                .addMember(Member.of(FakeUpstream.named("a")))
                .addMember(Member.of(FakeUpstream.named("b")))
                .addListener(event -> events.add(event.kind() + " " + event.member() + ": " + event.reason()))
                .build();
        events.clear();
        return new PoolDriver(pool, time);
    }
}
