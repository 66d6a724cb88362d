package dev.sluice.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.PoolDriver.Call;
import dev.sluice.balancer.PoolSnapshot.Condition;
import dev.sluice.balancer.limit.MemberLimit;
import dev.sluice.balancer.retry.Parking;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.limit.Limits;
import dev.sluice.proxy.spi.Attempts.Lease;
import dev.sluice.proxy.spi.Attempts.Step;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Requests that wait for a healthy member, or for a place at a full one. */
class ParkingTest {
    private final ManualTime time = new ManualTime();

    @Test
    void aRequestWithoutAMemberWaitsUntilOneIsAdded() {
        PoolDriver driver = parking(Parking.upTo(Duration.ofSeconds(3)));
        Call call = driver.call("POST");
        Step.Wait wait = (Step.Wait) call.start();
        assertThat(call.waits(wait)).isEqualTo(Duration.ofSeconds(3));
        assertThat(driver.pool().snapshot().parked()).isEqualTo(1);
        assertThat(wait.signal().fired()).isFalse();
        driver.pool().add(Member.of(FakeUpstream.named("a")));
        assertThat(wait.signal().fired()).isTrue();
        assertThat(Call.sent(call.woke()).upstream().id()).isEqualTo("a");
        assertThat(driver.pool().snapshot().parked()).isZero();
    }

    @Test
    void aParkedRequestFailsWhenItsTimeIsOver() {
        PoolDriver driver = parking(Parking.upTo(Duration.ofSeconds(3)));
        Call call = driver.call("GET");
        call.start();
        time.advance(Duration.ofSeconds(3));
        assertThat(call.woke()).isEqualTo(new Step.Fail(Outcome.NO_UPSTREAM));
        assertThat(driver.pool().snapshot().parked()).isZero();
    }

    @Test
    void aRequestFailsAtOnceWhenTheQueueIsFull() {
        PoolDriver driver = parking(Parking.upTo(Duration.ofSeconds(3)).withQueue(2));
        assertThat(driver.call("GET").start()).isInstanceOf(Step.Wait.class);
        assertThat(driver.call("GET").start()).isInstanceOf(Step.Wait.class);
        assertThat(driver.call("GET").start()).isEqualTo(new Step.Fail(Outcome.NO_UPSTREAM));
    }

    @Test
    void requestsThatWaitForAPoolTakeNoMoreThanTheirShareOfTheExchanges() {
        PoolDriver driver = parking(Parking.upTo(Duration.ofSeconds(3)));
        Limits limits = Limits.builder().exchanges(10).waitingShare(0.3).build();
        for (int i = 0; i < 3; i++) {
            assertThat(limited(driver, limits).start()).isInstanceOf(Step.Wait.class);
        }
        Call refused = limited(driver, limits);

        assertThat(refused.start()).isEqualTo(new Step.Fail(Outcome.NO_UPSTREAM));
        assertThat(refused.request().exchange().record().explain())
                .contains("does not wait: 3 requests wait for pool pool,");
    }

    private static Call limited(PoolDriver driver, Limits limits) {
        Call call = driver.call("GET");
        call.request().exchange().put(Limits.class, limits);
        return call;
    }

    @Test
    void aRequestWhoseClientLeavesGivesItsPlaceBack() {
        PoolDriver driver = parking(Parking.upTo(Duration.ofSeconds(3)).withQueue(1));
        Call left = driver.call("GET");
        left.start();
        left.request().exchange().end(Outcome.CLIENT_LEFT);
        assertThat(driver.call("GET").start()).isInstanceOf(Step.Wait.class);
    }

    @Test
    void theLastMemberThatCannotBeReachedIsWaitedForInsteadOfAnError() {
        PoolDriver driver = parking(Parking.upTo(Duration.ofSeconds(3)), "a");
        Call post = driver.call("POST");
        Step.Wait first = (Step.Wait) refused(post, post.begin());
        Step.Wait second = (Step.Wait) driver.call("GET").start();
        assertThat(driver.member("a").condition()).isEqualTo(Condition.EJECTED);
        assertThat(List.of(first.signal().fired(), second.signal().fired())).containsExactly(false, false);

        time.advance(Duration.ofMillis(250));
        assertThat(driver.member("a").condition()).isEqualTo(Condition.ON_TRIAL);
        assertThat(List.of(first.signal().fired(), second.signal().fired()))
                .as("one request is the trial")
                .containsExactly(true, false);
    }

    @Test
    void aTrialThatIsRefusedReturnsToItsPlaceInTheQueue() {
        PoolDriver driver = parking(Parking.upTo(Duration.ofSeconds(3)), "a");
        Call call = driver.call("POST");
        Step step = refused(call, call.begin());
        int trials = 0;
        for (int i = 0; i < 8; i++) {
            time.advance(Duration.ofMillis(250));
            assertThat(((Step.Wait) step).signal().fired()).isTrue();
            step = refused(call, Call.sent(call.woke()));
            trials++;
        }
        assertThat(trials).as("more than the attempts of a request").isEqualTo(8);
        time.advance(Duration.ofMillis(250));
        Lease lease = Call.sent(call.woke());
        Step.Wait waiting = (Step.Wait) driver.call("GET").start();
        call.head(lease);
        assertThat(waiting.signal().fired())
                .as("all continue when it has answered")
                .isTrue();
        assertThat(driver.member("a").condition()).isEqualTo(Condition.UP);
    }

    @Test
    void theNextRequestIsTheTrialIfTheFirstOnesClientLeaves() {
        PoolDriver driver = parking(Parking.upTo(Duration.ofSeconds(3)), "a");
        Call first = driver.call("GET");
        refused(first, first.begin());
        Step.Wait second = (Step.Wait) driver.call("GET").start();
        time.advance(Duration.ofMillis(250));
        first.request().exchange().end(Outcome.CLIENT_LEFT);
        assertThat(second.signal().fired()).isTrue();
    }

    @Test
    void aMemberThatAllRequestsHaveTriedIsNotTriedInALoop() {
        PoolDriver driver = parking(Parking.upTo(Duration.ofSeconds(3)), "a", "b");
        Call call = driver.call("GET");
        int attempts = 1;
        Step step = refused(call, call.begin());
        while (step instanceof Step.Send send) {
            attempts++;
            step = refused(call, send.lease());
        }
        assertThat(step).isInstanceOf(Step.Wait.class);
        assertThat(attempts).isLessThanOrEqualTo(4);
    }

    @Test
    void whenAllAreFullRequestsWaitInOrderAndEachEndLetsOneGoOn() {
        PoolDriver driver = limited(MemberLimit.fixed(1).toBuilder().queue(2).build());
        Call running = driver.call("GET");
        Lease lease = running.begin();
        Call second = driver.call("GET");
        Call third = driver.call("GET");
        Step.Wait waits = (Step.Wait) second.start();
        Step.Wait waitsLonger = (Step.Wait) third.start();
        assertThat(driver.call("GET").start()).as("the queue is full").isEqualTo(new Step.Fail(Outcome.OVERLOADED));

        running.end(lease, Outcome.COMPLETED);
        assertThat(waits.signal().fired()).isTrue();
        assertThat(waitsLonger.signal().fired()).isFalse();
        assertThat(driver.call("GET").start()).as("no overtaking").isNotInstanceOf(Step.Send.class);
        Lease next = Call.sent(second.woke());
        second.end(next, Outcome.COMPLETED);
        assertThat(waitsLonger.signal().fired()).isTrue();
        assertThat(third.woke()).isInstanceOf(Step.Send.class);
    }

    @Test
    void aClosedPoolEndsWaitingRequests() {
        PoolDriver driver = parking(Parking.upTo(Duration.ofSeconds(3)));
        Call call = driver.call("GET");
        Step.Wait wait = (Step.Wait) call.start();
        driver.pool().close();
        assertThat(wait.signal().fired()).isTrue();
        assertThat(call.woke()).isEqualTo(new Step.Fail(Outcome.SHUT_DOWN));
    }

    @Test
    void requestsThatQueueForFullMembersCountAsParkedAndAreShownSeparately() {
        PoolDriver driver = limited(MemberLimit.fixed(1));
        driver.call("GET").begin();
        for (int i = 0; i < 4; i++) {
            assertThat(driver.call("GET").start()).isInstanceOf(Step.Wait.class);
        }
        PoolSnapshot now = driver.pool().snapshot();
        assertThat(List.of(now.inFlight(), (long) now.parked(), (long) now.queued()))
                .containsExactly(1L, 4L, 4L);
    }

    @Test
    void requestsThatWaitForAHealthyMemberAreNotQueued() {
        PoolDriver driver = parking(Parking.upTo(Duration.ofSeconds(3)));
        driver.call("GET").start();
        assertThat(driver.pool().snapshot().parked()).isEqualTo(1);
        assertThat(driver.pool().snapshot().queued()).isZero();
    }

    @Test
    void aLongWaitFillsNeitherTheRecordNorTheEvents() {
        List<String> events = new ArrayList<>();
        PoolDriver driver = new PoolDriver(
                PoolDriver.members(time, "a")
                        .parking(Parking.upTo(Duration.ofHours(1)))
                        .addListener(event -> events.add(event.kind().name()))
                        .build(),
                time);
        Call call = driver.call("POST");
        Step step = refused(call, call.begin());
        for (int i = 0; i < 5_000; i++) {
            time.advance(Duration.ofMillis(250));
            assertThat(((Step.Wait) step).signal().fired()).isTrue();
            step = refused(call, Call.sent(call.woke()));
        }
        assertThat(call.request().exchange().record().decisions()).hasSizeLessThan(200);
        assertThat(events).containsExactly("ADDED", "EJECTED", "PANIC", "ON_TRIAL");
        call.request().exchange().end(Outcome.CLIENT_LEFT);
        assertThat(driver.pool().snapshot().parked()).isZero();
    }

    private static Step refused(Call call, Lease lease) {
        return call.failed(lease, Outcome.CONNECT_FAILED, Delivery.NOT_SENT, true);
    }

    private PoolDriver parking(Parking parking, String... ids) {
        return new PoolDriver(PoolDriver.members(time, ids).parking(parking).build(), time);
    }

    private PoolDriver limited(MemberLimit limit) {
        return new PoolDriver(PoolDriver.members(time, "a").limit(limit).build(), time);
    }
}
