package dev.sluice.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.PoolDriver.Call;
import dev.sluice.balancer.PoolSnapshot.Condition;
import dev.sluice.balancer.health.HealthCheck;
import dev.sluice.balancer.retry.RetryBudget;
import dev.sluice.balancer.retry.RetryPolicy;
import dev.sluice.proxy.Body;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.spi.Attempts.Lease;
import dev.sluice.proxy.spi.Attempts.Step;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.SimulatedTime;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How an ejected member comes back without an error for a client. */
class TrialTest {
    private final ManualTime time = new ManualTime();
    private final List<String> events = new ArrayList<>();

    @Test
    void theTrialIsARequestThatCanBeRetried() {
        PoolDriver driver = onTrial();
        Call trial = driver.call("GET");
        assertThat(trial.at()).isEqualTo("a");
        assertThat(driver.call("GET").at()).as("only one").isEqualTo("b");
        assertThat(driver.member("a").condition()).isEqualTo(Condition.ON_TRIAL);
    }

    @Test
    void aFailedTrialIsRetriedAtAnotherMemberAndTheMemberIsOutForLonger() {
        PoolDriver driver = onTrial();
        Call trial = driver.call("GET");
        Lease lease = trial.begin();
        Step second = trial.failed(lease, Outcome.HEAD_FAILED, Delivery.SENT_UNKNOWN, true);
        assertThat(Call.sent(second).upstream().id()).isEqualTo("b");
        assertThat(events).last().isEqualTo("EJECTED a: its trial failed: HEAD_FAILED; out for 20 s");
        time.advance(Duration.ofSeconds(19));
        assertThat(driver.used(10)).containsExactly("b");
    }

    @Test
    void anErrorStatusFailsTheTrial() {
        PoolDriver driver = onTrial();
        Call trial = driver.call("GET");
        Lease lease = trial.begin();
        trial.head(lease, 503);
        lease.end(Outcome.COMPLETED, time.nanos());
        assertThat(events).last().isEqualTo("EJECTED a: its trial failed: status 503; out for 20 s");
    }

    @Test
    void theHeadOfAGoodAnswerBringsTheMemberBack() {
        PoolDriver driver = onTrial();
        Call trial = driver.call("GET");
        trial.head(trial.begin());
        assertThat(driver.member("a").condition()).isEqualTo(Condition.UP);
        assertThat(events).last().isEqualTo("REINSTATED a: it has answered its trial request");
    }

    @Test
    void ifTheClientLeavesDuringTheTrialTheNextRequestIsTheTrial() {
        PoolDriver driver = onTrial();
        driver.call("GET").begin().end(Outcome.CLIENT_LEFT, time.nanos());
        assertThat(driver.call("GET").at()).isEqualTo("a");
    }

    @Test
    void aRequestThatCannotBeRepeatedIsNotATrial() {
        PoolDriver driver = onTrial();
        assertThat(driver.call("POST").at()).isEqualTo("b");
        PoolDriver once = onTrial(PoolDriver.members(time, "a", "b").retry(RetryPolicy.NONE));
        assertThat(once.call("GET").at()).isEqualTo("b");
    }

    @Test
    void ifNoRequestCanBeRepeatedOneIsTheTrialInTheEnd() {
        PoolDriver driver = onTrial();
        time.advance(Duration.ofSeconds(10));
        assertThat(driver.call("POST").at()).isEqualTo("a");
        assertThat(driver.call("POST").at()).isEqualTo("b");
    }

    @Test
    void passingProbesReinstateAMemberIfNoTrialComes() throws Exception {
        SimulatedTime simulated = new SimulatedTime();
        simulated.run(() -> {
            FakeUpstream a = FakeUpstream.named("a");
            UpstreamPool pool = UpstreamPool.builder()
                    .time(simulated)
                    .health(HealthCheck.http("/health").build())
                    .addMember(Member.of(a))
                    .addMember(Member.of(FakeUpstream.named("b")))
                    .addListener(event -> events.add(event.kind() + " " + event.member() + ": " + event.reason()))
                    .build();
            PoolDriver driver = new PoolDriver(pool, simulated);
            driver.fail("a", 5);
            simulated.advance(Duration.ofSeconds(21));
            assertThat(driver.member("a").condition()).isEqualTo(Condition.UP);
            assertThat(events).last().isEqualTo("REINSTATED a: its probes pass, and no request has come for a trial");
            pool.close();
            return null;
        });
    }

    @Test
    void anErrorOfATrialDoesNotReachTheClient() {
        PoolDriver driver = onTrial();
        Call trial = driver.call("GET");
        Step second = trial.head(trial.begin(), 503);
        assertThat(Call.sent(second).upstream().id()).isEqualTo("b");
    }

    @Test
    void anErrorThatAllMembersAnswerReachesTheClient() {
        PoolDriver driver = onTrial();
        Call trial = driver.call("GET");
        Step second = trial.head(trial.begin(), 500);
        assertThat(Call.sent(second).upstream().id()).isEqualTo("b");
        assertThat(trial.head(Call.sent(second), 500)).isInstanceOf(Step.Answer.class);
    }

    @Test
    void theAttemptAfterAFailedTrialDoesNotNeedTheBudget() {
        PoolDriver driver = onTrial(PoolDriver.members(time, "a", "b")
                .retry(RetryPolicy.builder().budget(RetryBudget.of(0, 0)).build()));
        Call trial = driver.call("GET");
        Step second = trial.failed(trial.begin(), Outcome.HEAD_FAILED, Delivery.SENT_UNKNOWN, true);
        assertThat(Call.sent(second).upstream().id()).isEqualTo("b");
    }

    @Test
    void aRequestWhoseBodyMayNotBeKeptIsNotATrial() {
        PoolDriver driver = onTrial();
        ProxyRequest put = driver.call("PUT").request().toBuilder()
                .body(Body.of(new ByteArrayInputStream(new byte[5]), 5))
                .build();
        Step first = driver.pool().attempts(put).start(time.nanos());
        assertThat(Call.sent(first).upstream().id()).isEqualTo("b");
    }

    @Test
    void passingProbesEndATrialThatHasNoResult() throws Exception {
        SimulatedTime simulated = new SimulatedTime();
        simulated.run(() -> {
            UpstreamPool pool = UpstreamPool.builder()
                    .time(simulated)
                    .health(HealthCheck.http("/health").build())
                    .addMember(Member.of(FakeUpstream.named("a")))
                    .addMember(Member.of(FakeUpstream.named("b")))
                    .build();
            PoolDriver driver = new PoolDriver(pool, simulated);
            driver.fail("a", 5);
            simulated.advance(Duration.ofSeconds(15));
            Lease trial = driver.call("GET").begin();
            assertThat(trial.upstream().id()).isEqualTo("a");
            simulated.advance(Duration.ofSeconds(6));
            trial.end(Outcome.CLIENT_LEFT, simulated.nanos());
            simulated.advance(Duration.ofSeconds(10));
            assertThat(driver.member("a").condition()).isEqualTo(Condition.UP);
            pool.close();
            return null;
        });
    }

    private PoolDriver onTrial() {
        return onTrial(PoolDriver.members(time, "a", "b"));
    }

    /** A pool of a and b. a was ejected, and its time is over. */
    private PoolDriver onTrial(UpstreamPool.Builder builder) {
        UpstreamPool pool = builder.addListener(
                        event -> events.add(event.kind() + " " + event.member() + ": " + event.reason()))
                .build();
        PoolDriver driver = new PoolDriver(pool, time);
        driver.fail("a", 5);
        time.advance(Duration.ofSeconds(10));
        assertThat(events).last().isEqualTo("ON_TRIAL a: its time out is over");
        return driver;
    }
}
