package dev.sluice.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.PoolDriver.Call;
import dev.sluice.balancer.PoolSnapshot.Condition;
import dev.sluice.balancer.affinity.Affinity;
import dev.sluice.balancer.breaker.BreakerPolicy;
import dev.sluice.balancer.drain.Drain;
import dev.sluice.balancer.health.EjectionPolicy;
import dev.sluice.balancer.retry.Parking;
import dev.sluice.balancer.strategy.Strategies;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.spi.Attempts.Lease;
import dev.sluice.proxy.spi.Attempts.Step;
import dev.sluice.proxy.testing.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Breakers and sessions together with a pool. Their own tests show what they do alone. */
class BreakerAndAffinityTest {
    private final ManualTime time = new ManualTime();
    private final List<String> events = new ArrayList<>();

    @Test
    void anOpenBreakerKeepsRequestsAwayAndItsTrialClosesIt() {
        PoolDriver driver = driver(PoolDriver.members(time, "a", "b").breaker(breaker()));
        driver.fail("a", 3);
        assertThat(driver.member("a").condition()).isEqualTo(Condition.OPEN);
        assertThat(driver.used(20)).containsExactly("b");
        time.advance(Duration.ofSeconds(5));
        assertThat(driver.used(20)).containsExactly("a", "b");
        assertThat(events)
                .extracting(event -> event.substring(0, event.indexOf(':')))
                .containsExactly("BREAKER_OPEN a", "BREAKER_HALF_OPEN a", "BREAKER_CLOSED a");
    }

    @Test
    void whenAllBreakersAreOpenRequestsFailAtOnce() {
        PoolDriver driver = driver(PoolDriver.members(time, "a").breaker(breaker()));
        driver.fail("a", 3);
        assertThat(driver.call("GET").start()).isEqualTo(new Step.Fail(Outcome.NO_UPSTREAM));
    }

    @Test
    void theAttemptsOfOneRequestCountOnceAtABreaker() {
        PoolDriver driver = driver(PoolDriver.members(time, "a").breaker(breaker()));
        for (int i = 0; i < 2; i++) {
            assertThat(driver.call("GET").allFail(Outcome.CONNECT_FAILED, Delivery.NOT_SENT, true))
                    .as("three attempts each")
                    .containsExactly("a", "a", "a");
        }
        assertThat(driver.member("a").condition()).isEqualTo(Condition.UP);
        Call third = driver.call("GET");
        third.failed(third.begin(), Outcome.CONNECT_FAILED, Delivery.NOT_SENT, true);
        assertThat(driver.member("a").condition()).isEqualTo(Condition.OPEN);
    }

    @Test
    void aTrialThatTakesTooLongWakesWaitingRequests() {
        PoolDriver driver =
                driver(PoolDriver.members(time, "a").breaker(breaker()).parking(Parking.upTo(Duration.ofMinutes(5))));
        driver.fail("a", 3);
        time.advance(Duration.ofSeconds(5));
        Lease silent = driver.call("GET").begin();
        Call waits = driver.call("GET");
        Step.Wait wait = (Step.Wait) waits.start();
        time.advance(Duration.ofSeconds(29));
        assertThat(wait.signal().fired()).isFalse();
        time.advance(Duration.ofSeconds(1));
        assertThat(wait.signal().fired()).as("30 s after the trial began").isTrue();
        assertThat(Call.sent(waits.woke()).upstream().id()).isEqualTo("a");
        silent.end(Outcome.ABANDONED, time.nanos());
    }

    @Test
    void aRequestGoesToTheMemberOfItsSessionWhileItIsHealthy() throws Exception {
        PoolDriver driver = driver(sticky());
        String first = bind(driver, "alice");
        for (int i = 0; i < 10; i++) {
            assertThat(bind(driver, "alice")).isEqualTo(first);
        }
        driver.fail(first, 5);
        String second = bind(driver, "alice");
        assertThat(second).isNotEqualTo(first);
        assertThat(bind(driver, "alice")).as("it has moved").isEqualTo(second);
    }

    @Test
    void theRecordSaysThatTheSessionDecided() throws Exception {
        PoolDriver driver = driver(sticky());
        bind(driver, "alice");
        Call call = driver.call("GET", "X-User", "alice");
        call.begin();
        assertThat(call.explained().get(0)).contains(" by its session of 3");
    }

    @Test
    void aDrainedMemberKeepsItsSessionsAndTheReportCountsThem() throws Exception {
        PoolDriver driver = driver(sticky());
        String member = bind(driver, "alice");
        CompletableFuture<Drain.Report> drained =
                driver.pool().drain(member, Drain.within(Duration.ofSeconds(5))).toCompletableFuture();
        assertThat(bind(driver, "alice")).isEqualTo(member);
        assertThat(driver.used(20)).doesNotContain(member);
        assertThat(drained).isNotDone();
        time.advance(Duration.ofSeconds(5));
        assertThat(drained.getNow(null).sessions()).isEqualTo(1);
        assertThat(bind(driver, "alice")).as("the drain is over").isNotEqualTo(member);
    }

    /** A whole request of this user over the upstream of the lease, because only an answer binds a session. */
    private String bind(PoolDriver driver, String user) throws Exception {
        Call call = driver.call("GET", "X-User", user);
        Lease lease = call.begin();
        ProxyResponse response = lease.upstream().send(call.request());
        call.head(lease, response.status());
        response.close();
        lease.end(Outcome.COMPLETED, time.nanos());
        return lease.upstream().id();
    }

    private UpstreamPool.Builder sticky() {
        return PoolDriver.members(time, "a", "b", "c")
                .affinity(Affinity.header("X-User").build());
    }

    private static BreakerPolicy breaker() {
        return BreakerPolicy.builder()
                .failures(3)
                .successes(1)
                .openFor(Duration.ofSeconds(5))
                .build();
    }

    private PoolDriver driver(UpstreamPool.Builder builder) {
        UpstreamPool pool = builder.strategy(Strategies.roundRobin())
                .ejection(EjectionPolicy.DEFAULT)
                .addListener(event -> events.add(event.kind() + " " + event.member() + ": " + event.reason()))
                .build();
        events.clear();
        return new PoolDriver(pool, time);
    }
}
