package dev.sluice.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.balancer.PoolDriver.Call;
import dev.sluice.balancer.affinity.Affinity;
import dev.sluice.balancer.affinity.Session;
import dev.sluice.balancer.breaker.BreakerPolicy;
import dev.sluice.balancer.breaker.CircuitBreaker;
import dev.sluice.balancer.health.HealthCheck;
import dev.sluice.balancer.limit.MemberLimit;
import dev.sluice.balancer.retry.RetryBudget;
import dev.sluice.balancer.retry.RetryPolicy;
import dev.sluice.balancer.strategy.Strategies;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.spi.Attempts.Lease;
import dev.sluice.proxy.spi.Attempts.Step;
import dev.sluice.proxy.spi.LoadBalancer;
import dev.sluice.proxy.spi.LoadBalancer.Candidate;
import dev.sluice.proxy.spi.LoadBalancer.Pick;
import dev.sluice.proxy.spi.Transport;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.SimulatedTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** If a user's code throws, or something is refused, no count, token, trial or upstream is left behind. */
class LeakTest {
    private final ManualTime time = new ManualTime();

    @Test
    void anAffinityThatThrowsLeavesNoAttemptCounted() {
        Fragile affinity = new Fragile();
        PoolDriver driver = driver(PoolDriver.members(time, "a")
                .limit(MemberLimit.fixed(1))
                .breaker(BreakerPolicy.builder().failures(1).build())
                .affinity(affinity));
        affinity.throwing = true;
        for (int i = 0; i < 3; i++) {
            Call call = driver.call("GET");
            assertThatThrownBy(call::start).hasMessage("no binding");
        }
        assertThat(driver.member("a").inFlight()).isZero();
        assertThat(driver.pool().snapshot().inFlight()).isZero();
        affinity.throwing = false;
        assertThat(driver.call("GET").at()).isEqualTo("a");
    }

    @Test
    void anAffinityThatThrowsLeavesNoTrialClaimed() {
        Fragile affinity = new Fragile();
        PoolDriver driver = driver(PoolDriver.members(time, "a", "b")
                .strategy(Strategies.roundRobin())
                .affinity(affinity));
        driver.fail("a", 5);
        time.advance(Duration.ofSeconds(10));
        affinity.throwing = true;
        assertThatThrownBy(driver.call("GET")::start).hasMessage("no binding");
        affinity.throwing = false;
        assertThat(driver.call("GET").at()).as("the trial").isEqualTo("a");
    }

    @Test
    void anAffinityThatThrowsLeavesNoTrialOfABreakerRunning() {
        Fragile affinity = new Fragile();
        PoolDriver driver = driver(PoolDriver.members(time, "a")
                .breaker(BreakerPolicy.builder().failures(1).build())
                .affinity(affinity));
        driver.fail("a", 1);
        time.advance(Duration.ofSeconds(5));
        affinity.throwing = true;
        assertThatThrownBy(driver.call("GET")::start).hasMessage("no binding");
        affinity.throwing = false;
        assertThat(driver.call("GET").at()).isEqualTo("a");
    }

    @Test
    void sessionsThatCannotBeCountedDoNotKeepADrainFromItsEnd() {
        Fragile affinity = new Fragile();
        PoolDriver driver = driver(PoolDriver.members(time, "a").affinity(affinity));
        Lease lease = driver.call("GET").begin();
        affinity.throwing = true;
        var drained = driver.pool().drain("a").toCompletableFuture();
        lease.end(Outcome.COMPLETED, time.nanos());
        assertThat(drained).isCompleted();
        assertThat(driver.pool().snapshot().inFlight()).isZero();
    }

    @Test
    void aStrategyOrAKeyThatThrowsLeavesNothingCounted() {
        for (LoadBalancer fragile : List.<LoadBalancer>of(LeakTest::fail, Strategies.ringHash(LeakTest::fail))) {
            PoolDriver driver = driver(PoolDriver.members(time, "a", "b").strategy(fragile));
            assertThatThrownBy(driver.call("GET")::start).hasMessage("no pick");
            assertThat(driver.pool().snapshot().inFlight()).isZero();
            assertThat(driver.member("a").requests()).isZero();
        }
    }

    @Test
    void aListenerOfABreakerThatThrowsKeepsNoPermission() {
        CircuitBreaker breaker = new CircuitBreaker(
                BreakerPolicy.builder().failures(1).successes(1).build(), (from, to, reason) -> {
                    throw new IllegalStateException("not told");
                });
        breaker.failed(0);
        assertThat(breaker.tryAcquire(Duration.ofSeconds(5).toNanos())).isTrue();
        breaker.succeeded(Duration.ofSeconds(5).toNanos());
        assertThat(breaker.state(Duration.ofSeconds(5).toNanos())).isEqualTo(CircuitBreaker.State.CLOSED);
    }

    @Test
    void aRetryIsTakenFromTheBudgetOnlyWhenThereIsAMemberForIt() {
        RetryBudget budget = RetryBudget.of(0, 1);
        PoolDriver driver = driver(PoolDriver.members(time, "a")
                .retry(RetryPolicy.builder().budget(budget).maxAttempts(2).build()));
        for (int i = 0; i < 50; i++) {
            Call call = driver.call("GET");
            Lease lease = call.begin();
            driver.pool().remove("a");
            assertThat(call.failed(lease, Outcome.HEAD_FAILED, Delivery.SENT_UNKNOWN, true))
                    .isInstanceOfAny(Step.Fail.class, Step.Wait.class);
            call.woke();
            driver.pool().add(Member.of(FakeUpstream.named("a")));
        }
        assertThat(budget.tryRetry(time.nanos())).as("10 are allowed in 10 s").isTrue();
    }

    @Test
    void anAttemptThatABreakerRefusedIsInNoCountAndNoReport() {
        PoolDriver driver = driver(PoolDriver.members(time, "a")
                .affinity(Affinity.header("X-User").build())
                .breaker(BreakerPolicy.builder().failures(1).build()));
        driver.fail("a", 1);
        time.advance(Duration.ofSeconds(5));
        Lease trial = driver.call("GET").begin();
        long before = driver.member("a").requests();
        for (int i = 0; i < 5; i++) {
            assertThat(driver.call("GET").start()).isNotInstanceOf(Step.Send.class);
        }
        assertThat(driver.member("a").requests()).isEqualTo(before);
        trial.end(Outcome.ABANDONED, time.nanos());
    }

    @Test
    void aChangeWhoseStrategyFailsChangesNothing() throws Exception {
        SimulatedTime clock = new SimulatedTime();
        List<FakeUpstream> made = new ArrayList<>();
        boolean[] fails = new boolean[1];
        LoadBalancer fragile = new LoadBalancer() {
            @Override
            public int pick(Pick pick) {
                return 0;
            }

            @Override
            public LoadBalancer over(List<? extends Candidate> members) {
                return fails[0] ? fail(this) : this;
            }
        };
        List<String> events = new ArrayList<>();
        clock.run(() -> {
            UpstreamPool pool = UpstreamPool.builder()
                    .time(clock)
                    .strategy(fragile)
                    .transport(remembering(made))
                    .health(HealthCheck.http("/health").build())
                    .addListener(event -> events.add(event.kind() + " " + event.member()))
                    .addMember("http://10.0.0.1")
                    .build();
            fails[0] = true;
            events.clear();
            assertThatThrownBy(() -> pool.add("http://10.0.0.2")).hasMessage("no pick");
            clock.advance(Duration.ofMinutes(1));
            assertThat(pool.snapshot().members()).hasSize(1);
            assertThat(events).isEmpty();
            assertThat(made.get(1).closed()).isTrue();
            assertThat(made.get(1).requests()).as("probes").isEmpty();
            fails[0] = false;
            pool.close();
            return null;
        });
    }

    @Test
    void aDuplicateIdLeavesNoUpstreamOpen() throws Exception {
        SimulatedTime clock = new SimulatedTime();
        List<FakeUpstream> made = new ArrayList<>();
        clock.run(() -> {
            UpstreamPool pool = UpstreamPool.builder()
                    .time(clock)
                    .transport(remembering(made))
                    .addMember("http://10.0.0.1")
                    .build();
            for (ThrowingCallable twice : List.<ThrowingCallable>of(
                    () -> pool.add("http://10.0.0.1"),
                    () -> pool.update(change -> change.add("http://10.0.0.2").add("http://10.0.0.2")),
                    () -> pool.replace("10.0.0.1", Member.at("http://10.0.0.1")))) {
                assertThatThrownBy(twice).hasMessageContaining("already a member");
            }
            clock.advance(Duration.ofSeconds(1));
            assertThat(made).filteredOn(upstream -> !upstream.closed()).hasSize(1);
            pool.close();
            clock.advance(Duration.ofSeconds(1));
            assertThat(made).allMatch(FakeUpstream::closed);
            return null;
        });
    }

    private static <T> T fail(Object asked) {
        throw new IllegalStateException("no pick");
    }

    private PoolDriver driver(UpstreamPool.Builder builder) {
        return new PoolDriver(builder.time(time).build(), time);
    }

    /** Keeps each fake upstream that it makes from a URL. */
    private static Transport remembering(List<FakeUpstream> made) {
        return new FakeTransport((id, uri) -> {
            made.add(FakeUpstream.named(id));
            return made.get(made.size() - 1);
        });
    }

    /** Throws if the test wants it. */
    private static final class Fragile implements Affinity {
        private boolean throwing;

        @Override
        public boolean strict() {
            return false;
        }

        @Override
        public Affinity over(Collection<String> ids) {
            return this;
        }

        @Override
        public Session session(ProxyRequest request, long nanos) {
            return new Session() {
                @Override
                public String member() {
                    return null;
                }

                @Override
                public boolean bound() {
                    return false;
                }

                @Override
                public Upstream bind(Upstream upstream, String memberId, long nanos) {
                    if (throwing) {
                        throw new IllegalStateException("no binding");
                    }
                    return upstream;
                }
            };
        }

        @Override
        public int sessions(String memberId, long nanos) {
            if (throwing) {
                throw new IllegalStateException("no sessions");
            }
            return 0;
        }

        @Override
        public Set<String> members() {
            return Set.of();
        }
    }
}
