package dev.sluice.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.PoolDriver.Call;
import dev.sluice.balancer.PoolSnapshot.Condition;
import dev.sluice.balancer.affinity.Affinity;
import dev.sluice.balancer.breaker.BreakerPolicy;
import dev.sluice.balancer.health.EjectionPolicy;
import dev.sluice.balancer.limit.MemberLimit;
import dev.sluice.balancer.retry.Parking;
import dev.sluice.balancer.strategy.Strategies;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.spi.Attempts.Lease;
import dev.sluice.proxy.spi.Attempts.Step;
import dev.sluice.proxy.spi.LoadBalancer;
import dev.sluice.proxy.testing.ManualTime;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Every waiting request is woken in the end, and a request that finds no member does not try in a loop. */
class WakeUpTest {
    private static final Duration BACK_OFF = Duration.ofMillis(250);

    private final ManualTime time = new ManualTime();

    @Test
    void aTrialWhoseClientLeavesWakesTheNextWaitingRequest() {
        PoolDriver driver = parking(1_000);
        Call trial = driver.call("GET");
        refused(trial, trial.begin());
        Step.Wait next = (Step.Wait) driver.call("POST").start();
        time.advance(BACK_OFF);
        Lease lease = Call.sent(trial.woke());
        assertThat(next.signal().fired()).isFalse();
        lease.end(Outcome.CLIENT_LEFT, time.nanos());
        assertThat(next.signal().fired()).isTrue();
    }

    @Test
    void aRequestWhoseWaitIsOverTriesADeadMemberOnlyWithItsAttempts() {
        PoolDriver driver = parking(1_000);
        Call call = driver.call("GET");
        refused(call, call.begin());
        time.advance(Duration.ofSeconds(3));
        int sent = 0;
        Step step = call.woke();
        while (!(step instanceof Step.Fail) && sent < 100) {
            if (step instanceof Step.Wait) {
                time.advance(BACK_OFF);
                step = call.woke();
            } else {
                sent++;
                step = refused(call, Call.sent(step));
            }
        }
        assertThat(sent).isLessThanOrEqualTo(3);
        assertThat(step).isEqualTo(new Step.Fail(Outcome.CONNECT_FAILED));
    }

    @Test
    void aRequestThatTriesADeadMemberAsItsLastResortWaitsAfterwards() {
        PoolDriver driver = new PoolDriver(
                PoolDriver.members(time, "a", "b")
                        .parking(Parking.upTo(Duration.ofSeconds(30)))
                        .build(),
                time);
        driver.fail("a", 5);
        Call call = driver.call("GET");
        Step second = call.failed(call.begin(), Outcome.HEAD_FAILED, Delivery.SENT_UNKNOWN, true);
        assertThat(Call.sent(second).upstream().id()).isEqualTo("a");
        Step step = refused(call, Call.sent(second));
        while (step instanceof Step.Send send) {
            step = refused(call, send.lease());
        }
        assertThat(step).isInstanceOf(Step.Wait.class);
    }

    @Test
    void aRefusedTrialKeepsItsPlaceEvenIfTheQueueIsFull() {
        PoolDriver driver = parking(1);
        Call trial = driver.call("GET");
        refused(trial, trial.begin());
        time.advance(BACK_OFF);
        Lease lease = Call.sent(trial.woke());
        Step.Wait next = (Step.Wait) driver.call("GET").start();
        Step.Wait again = (Step.Wait) refused(trial, lease);
        time.advance(BACK_OFF);
        assertThat(again.signal().fired()).as("first come, first served").isTrue();
        assertThat(next.signal().fired()).isFalse();
    }

    @Test
    void aBreakerThatAllowsATrialAgainWakesRequestsThatWaitForAMemberOnTrial() {
        PoolDriver driver = new PoolDriver(
                PoolDriver.members(time, "a")
                        .parking(Parking.upTo(Duration.ofSeconds(30)))
                        .breaker(BreakerPolicy.builder()
                                .failures(1)
                                .openFor(Duration.ofSeconds(5))
                                .build())
                        .build(),
                time);
        Call call = driver.call("GET");
        Step step = refused(call, call.begin());
        time.advance(BACK_OFF);
        step = ((Step.Wait) step).signal().fired() ? call.woke() : step;
        assertThat(step).as("the breaker is open").isInstanceOf(Step.Wait.class);
        time.advance(Duration.ofSeconds(5));
        assertThat(((Step.Wait) step).signal().fired()).isTrue();
        assertThat(call.woke()).isInstanceOf(Step.Send.class);
    }

    @Test
    void aSessionThatWaitsForItsMemberDoesNotBlockOtherRequests() throws Exception {
        PoolDriver driver = new PoolDriver(
                PoolDriver.members(time, "a", "b")
                        .strategy(Strategies.roundRobin())
                        .limit(MemberLimit.fixed(1))
                        .affinity(Affinity.header("X-User").strict(true).build())
                        .build(),
                time);
        Call alice = driver.call("GET", "X-User", "alice");
        Lease hers = alice.begin();
        hers.upstream().send(alice.request());
        alice.head(hers);
        Call other = driver.call("GET");
        Lease free = other.begin();
        Call bound = driver.call("GET", "X-User", "alice");
        Step.Wait waits = (Step.Wait) bound.start();
        Call behind = driver.call("GET");
        Step.Wait waitsBehind = (Step.Wait) behind.start();

        other.end(free, Outcome.COMPLETED);
        assertThat(waits.signal().fired()).isTrue();
        Step.Wait waitsOn = (Step.Wait) bound.woke();
        assertThat(waitsBehind.signal().fired()).isTrue();
        assertThat(behind.woke()).isInstanceOf(Step.Send.class);
        alice.end(hers, Outcome.COMPLETED);
        assertThat(waitsOn.signal().fired()).isTrue();
        assertThat(bound.woke()).isInstanceOf(Step.Send.class);
    }

    @Test
    void aQueuedRequestIsTheTrialIfNoOtherWaits() {
        PoolDriver driver = new PoolDriver(
                PoolDriver.members(time, "a")
                        .parking(Parking.upTo(Duration.ofSeconds(30)))
                        .limit(MemberLimit.fixed(1))
                        .build(),
                time);
        Call first = driver.call("GET");
        Lease lease = first.begin();
        Call second = driver.call("GET");
        Step.Wait waits = (Step.Wait) second.start();
        refused(first, lease);
        assertThat(waits.signal().fired()).isTrue();
        Step.Wait again = (Step.Wait) second.woke();
        first.request().exchange().end(Outcome.CLIENT_LEFT);
        time.advance(BACK_OFF);
        assertThat(driver.member("a").condition()).isEqualTo(Condition.ON_TRIAL);
        assertThat(again.signal().fired()).isTrue();
        assertThat(second.woke()).isInstanceOf(Step.Send.class);
    }

    @Test
    void aPoolThatIsClosedDuringAPickLeavesNoRequestWaiting() {
        AtomicReference<UpstreamPool> pool = new AtomicReference<>();
        LoadBalancer closing = pick -> {
            if (!pick.eligible(0) && pool.get() != null) {
                pool.get().close();
                return -1;
            }
            return 0;
        };
        pool.set(PoolDriver.members(time, "a")
                .strategy(closing)
                .limit(MemberLimit.fixed(1))
                .build());
        PoolDriver driver = new PoolDriver(pool.get(), time);
        driver.call("GET").begin();
        assertThat(driver.call("GET").start()).isEqualTo(new Step.Fail(Outcome.SHUT_DOWN));
    }

    @Test
    void aQueuedRequestIsNotTheTrialWhileAnotherMemberIsHealthy() {
        PoolDriver driver = new PoolDriver(
                PoolDriver.members(time, "a", "b")
                        .limit(MemberLimit.fixed(1))
                        .ejection(EjectionPolicy.builder().failures(1).build())
                        .build(),
                time);
        driver.fail("a", 1);
        Call running = driver.call("GET");
        Lease lease = running.begin();
        Call post = driver.call("POST");
        assertThat(post.start()).isInstanceOf(Step.Wait.class);
        time.advance(EjectionPolicy.DEFAULT.ejectFor());
        assertThat(driver.member("a").condition()).isEqualTo(Condition.ON_TRIAL);
        running.end(lease, Outcome.COMPLETED);
        assertThat(Call.sent(post.woke()).upstream().id()).isEqualTo("b");
    }

    @Test
    void aRefusedRequestQueuesForOtherMembersThatAreOnlyFull() {
        PoolDriver driver = new PoolDriver(
                PoolDriver.members(time, "a", "b")
                        .strategy(Strategies.roundRobin())
                        .limit(MemberLimit.fixed(1))
                        .build(),
                time);
        Call one = driver.call("POST");
        Call other = driver.call("POST");
        Lease first = one.begin();
        Lease second = other.begin();
        Step step = refused(one, first);
        time.advance(BACK_OFF);
        assertThat(((Step.Wait) step).signal().fired()).isFalse();
        other.end(second, Outcome.COMPLETED);
        assertThat(((Step.Wait) step).signal().fired()).isTrue();
        assertThat(Call.sent(one.woke()).upstream().id())
                .isEqualTo(second.upstream().id());
    }

    private static Step refused(Call call, Lease lease) {
        return call.failed(lease, Outcome.CONNECT_FAILED, Delivery.NOT_SENT, true);
    }

    private PoolDriver parking(int queue) {
        return new PoolDriver(
                PoolDriver.members(time, "a")
                        .parking(Parking.upTo(Duration.ofSeconds(3)).withQueue(queue))
                        .build(),
                time);
    }
}
