package dev.sluice.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.balancer.PoolDriver.Call;
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
import dev.sluice.proxy.spi.LoadBalancer;
import dev.sluice.proxy.spi.LoadBalancer.Candidate;
import dev.sluice.proxy.spi.LoadBalancer.Pick;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.SimulatedTime;
import dev.sluice.proxy.testing.TestExchange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A timer or callback of an earlier stage has no effect in a later one. */
class StagesTest {
    private final SimulatedTime time = new SimulatedTime();
    private final List<String> events = new ArrayList<>();
    private final FakeUpstream a = FakeUpstream.named("a");
    private final FakeUpstream fresh = FakeUpstream.named("new");

    @Test
    void anOldMemberThatIsResumedWhileItIsDrainedIsNotRemoved() {
        PoolDriver driver = driver(UpstreamPool.builder());
        driver.leaseOf("a");
        CompletableFuture<Replacement.Report> replaced =
                driver.pool().replace("a", Member.of(fresh)).toCompletableFuture();
        driver.pool().resume("a");
        assertThatThrownBy(() -> replaced.getNow(null))
                .hasMessageContaining("\"new\" is up, but \"a\" was resumed while it was drained");
        assertThat(driver.used(20)).containsExactly("a", "b", "new");
    }

    @Test
    void anotherServerThatHasTakenTheOldIdIsNotRemoved() throws Exception {
        time.run(() -> {
            PoolDriver driver = driver(UpstreamPool.builder().slowStart(SlowStart.over(Duration.ofSeconds(30))));
            CompletableFuture<Replacement.Report> replaced =
                    driver.pool().replace("a", Member.of(fresh)).toCompletableFuture();
            driver.pool().update(change -> change.remove("a").add(Member.of(FakeUpstream.named("a"))));
            time.advance(Duration.ofMinutes(1));
            assertThat(replaced).isCompleted();
            assertThat(driver.member("a").condition()).isEqualTo(Condition.UP);
            driver.pool().close();
            return null;
        });
    }

    @Test
    void aNewMemberThatDoesNotComeUpStaysIfTheOldOneHasGone() throws Exception {
        time.run(() -> {
            PoolDriver driver = driver(UpstreamPool.builder().health(probes()));
            fresh.fail(Outcome.CONNECT_FAILED, Delivery.NOT_SENT);
            CompletableFuture<Replacement.Report> replaced =
                    driver.pool().replace("a", Member.of(fresh)).toCompletableFuture();
            driver.pool().remove("a");
            driver.pool().remove("b");
            time.advance(Duration.ofMinutes(2));
            assertThat(replaced).isCompletedExceptionally();
            assertThat(driver.pool().snapshot().member("new")).isPresent();
            driver.pool().close();
            return null;
        });
    }

    @Test
    void aMemberThatWasAlreadyDrainedStaysDrained() throws Exception {
        time.run(() -> {
            PoolDriver driver = driver(UpstreamPool.builder().health(probes()));
            driver.leaseOf("a");
            driver.pool().drain("a");
            CompletableFuture<Replacement.Report> replaced =
                    driver.pool().replace("a", Member.of(fresh)).toCompletableFuture();
            time.advance(Duration.ofSeconds(2));
            fresh.fail(Outcome.CONNECT_FAILED, Delivery.NOT_SENT);
            time.advance(Duration.ofSeconds(5));
            assertThat(replaced).isCompletedExceptionally();
            assertThat(driver.member("a").condition()).isEqualTo(Condition.DRAINING);
            driver.pool().close();
            return null;
        });
    }

    @Test
    void aReplacementWhoseStrategyFailsIsReported() throws Exception {
        boolean[] fails = new boolean[1];
        LoadBalancer fragile = new LoadBalancer() {
            @Override
            public int pick(Pick pick) {
                return pick.eligible(0) ? 0 : pick.size() - 1;
            }

            @Override
            public LoadBalancer over(List<? extends Candidate> members) {
                if (fails[0]) {
                    throw new IllegalStateException("no table");
                }
                return this;
            }
        };
        PoolDriver driver = driver(UpstreamPool.builder(), fragile);
        Lease last = driver.leaseOf("a");
        CompletableFuture<Replacement.Report> replaced =
                driver.pool().replace("a", Member.of(fresh)).toCompletableFuture();
        fails[0] = true;
        last.end(Outcome.COMPLETED, 0);
        assertThatThrownBy(() -> replaced.getNow(null)).hasMessageContaining("no table");
    }

    @Test
    void theEndOfAnEarlierDrainBreaksNothingOff() throws Exception {
        time.run(() -> {
            PoolDriver driver = driver(UpstreamPool.builder());
            Lease lease = driver.leaseOf("a");
            Exchange scope = TestExchange.begin(time);
            lease.began(scope);
            driver.pool().drain("a", Drain.within(Duration.ofSeconds(5)).withCut(true));
            // In one update, so that the resumed member is never visible.
            driver.pool().update(change -> change.resume("a"));
            CompletableFuture<Drain.Report> second = driver.pool()
                    .drain("a", Drain.within(Duration.ofMinutes(1)))
                    .toCompletableFuture();
            time.advance(Duration.ofSeconds(30));
            assertThat(scope.cancelled()).isNull();
            assertThat(second).isNotDone();
            return null;
        });
    }

    @Test
    void aReportCountsABrokenOffRequestOnce() throws Exception {
        time.run(() -> {
            PoolDriver driver = driver(UpstreamPool.builder());
            Lease first = driver.leaseOf("a");
            Lease second = driver.leaseOf("a");
            second.began(TestExchange.begin(time));
            CompletableFuture<Drain.Report> drained = driver.pool()
                    .drain("a", Drain.within(Duration.ofSeconds(3)).withCut(true))
                    .toCompletableFuture();
            first.end(Outcome.COMPLETED, time.nanos());
            time.advance(Duration.ofSeconds(3));
            assertThat(drained).isCompletedWithValue(new Drain.Report("a", 1, 1, 1, 0, Duration.ofSeconds(3)));
            return null;
        });
    }

    @Test
    void theTrialOfAnEarlierEjectionDoesNotEndALaterOne() throws Exception {
        time.run(() -> {
            PoolDriver driver = driver(UpstreamPool.builder().health(probes()));
            driver.fail("a", 5);
            time.advance(Duration.ofSeconds(10));
            assertThat(driver.member("a").condition()).isEqualTo(Condition.ON_TRIAL);
            Call trial = driver.call("GET");
            Lease lease = trial.begin();
            assertThat(lease.upstream().id()).isEqualTo("a");
            a.fail(Outcome.CONNECT_FAILED, Delivery.NOT_SENT);
            time.advance(Duration.ofSeconds(4));
            a.answer(200, "well");
            time.advance(Duration.ofSeconds(3));
            assertThat(driver.member("a").condition()).isEqualTo(Condition.UP);
            driver.fail("a", 5);
            assertThat(driver.member("a").condition()).isEqualTo(Condition.EJECTED);

            trial.head(lease);
            assertThat(driver.member("a").condition()).isEqualTo(Condition.EJECTED);
            lease.end(Outcome.ABANDONED, time.nanos());
            assertThat(driver.member("a").condition()).isEqualTo(Condition.EJECTED);
            driver.pool().close();
            return null;
        });
    }

    @Test
    void anEarlierTrialWithoutAResultDoesNotReleaseALaterOne() throws Exception {
        time.run(() -> {
            PoolDriver driver = driver(UpstreamPool.builder().health(probes()));
            driver.fail("a", 5);
            time.advance(Duration.ofSeconds(10));
            Lease earlier = driver.call("GET").begin();
            a.fail(Outcome.CONNECT_FAILED, Delivery.NOT_SENT);
            time.advance(Duration.ofSeconds(4));
            a.answer(200, "well");
            time.advance(Duration.ofSeconds(3));
            driver.fail("a", 5);
            time.advance(Duration.ofSeconds(20));
            Lease later = driver.call("GET").begin();
            assertThat(later.upstream().id()).as("the later trial").isEqualTo("a");
            earlier.end(Outcome.CLIENT_LEFT, time.nanos());
            assertThat(driver.used(5)).as("one request is the trial").containsExactly("b");
            driver.pool().close();
            return null;
        });
    }

    @Test
    void aSlowStartThatWasCutShortIsNotReported() throws Exception {
        time.run(() -> {
            PoolDriver driver =
                    driver(UpstreamPool.builder().health(probes()).slowStart(SlowStart.over(Duration.ofSeconds(30))));
            driver.pool().add(Member.of(fresh));
            time.advance(Duration.ofSeconds(5));
            fresh.fail(Outcome.CONNECT_FAILED, Delivery.NOT_SENT);
            time.advance(Duration.ofMinutes(1));
            assertThat(events).noneMatch(event -> event.startsWith("WARM new"));
            fresh.answer(200, "well");
            time.advance(Duration.ofMinutes(1));
            assertThat(events).filteredOn(event -> event.startsWith("WARM new")).hasSize(1);
            driver.pool().close();
            return null;
        });
    }

    private static HealthCheck probes() {
        return HealthCheck.http("/health")
                .interval(Duration.ofSeconds(1))
                .jitter(0)
                .build();
    }

    private PoolDriver driver(UpstreamPool.Builder builder) {
        return driver(builder, Strategies.roundRobin());
    }

    private PoolDriver driver(UpstreamPool.Builder builder, LoadBalancer strategy) {
        UpstreamPool pool = builder.time(time)
                .strategy(strategy)
                .addMember(Member.of(a))
                .addMember(Member.of(FakeUpstream.named("b")))
                .addListener(event -> events.add(event.kind() + " " + event.member()))
                .build();
        events.clear();
        return new PoolDriver(pool, time);
    }
}
