package dev.sluice.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.PoolDriver.Call;
import dev.sluice.balancer.affinity.Affinity;
import dev.sluice.balancer.retry.HedgePolicy;
import dev.sluice.balancer.retry.RetryBudget;
import dev.sluice.balancer.retry.RetryPolicy;
import dev.sluice.balancer.strategy.Strategies;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.spi.Attempts.Lease;
import dev.sluice.proxy.spi.Attempts.Step;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.time.TimeSource;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HedgeTest {
    private static final Duration DELAY = Duration.ofMillis(50);

    private final ManualTime time = new ManualTime();

    @Test
    void aSlowAttemptGetsASecondOneAtAnotherMemberBesideIt() {
        PoolDriver driver = driver(HedgePolicy.after(DELAY), "a", "b");
        Call call = driver.call("GET");
        Step.Send first = (Step.Send) call.start();
        assertThat(first.slowAtNanos()).isEqualTo(DELAY.toNanos());
        Lease second = Call.sent(slow(call, first.lease()));
        assertThat(second.upstream().id()).isNotEqualTo(first.lease().upstream().id());
        assertThat(slow(call, second)).as("two at most").isEqualTo(new Step.Await());
        assertThat(call.head(second)).isInstanceOf(Step.Answer.class);
    }

    @ParameterizedTest
    @CsvSource({"POST, true", "GET, false"})
    void whatMayNotBeSentTwiceIsNotHedged(String method, boolean bodyWhole) {
        Call call = driver(HedgePolicy.after(DELAY), "a", "b").call(method);
        Step.Send first = (Step.Send) call.start();
        assertThat(first.slowAtNanos() == TimeSource.NEVER).isEqualTo(method.equals("POST"));
        assertThat(call.attempts().slow(first.lease(), bodyWhole, 0)).isEqualTo(new Step.Await());
    }

    @Test
    void withoutAnotherMemberThereIsNoHedge() {
        Call call = driver(HedgePolicy.after(DELAY), "a").call("GET");
        assertThat(slow(call, call.begin())).isEqualTo(new Step.Await());
    }

    @Test
    void aHedgedSessionStaysAtItsMember() {
        UpstreamPool pool = PoolDriver.members(time, "a", "b")
                .hedge(HedgePolicy.after(DELAY))
                .affinity(Affinity.header("X-User").build())
                .build();
        Call bound = new PoolDriver(pool, time).call("GET", "X-User", "alice");
        bound.begin();
        Step.Send again = (Step.Send)
                new PoolDriver(pool, time).call("GET", "X-User", "alice").start();
        assertThat(again.slowAtNanos()).isEqualTo(TimeSource.NEVER);
    }

    @Test
    void hedgesTakeFromTheBudget() {
        UpstreamPool pool = PoolDriver.members(time, "a", "b")
                .hedge(HedgePolicy.after(DELAY))
                .retry(RetryPolicy.builder().budget(RetryBudget.of(0.5, 0)).build())
                .build();
        PoolDriver driver = new PoolDriver(pool, time);
        Call first = driver.call("GET");
        assertThat(slow(first, first.begin())).isInstanceOf(Step.Send.class);
        Call second = driver.call("GET");
        assertThat(slow(second, second.begin())).isEqualTo(new Step.Await());
    }

    @Test
    void anAttemptThatLosesIsNotAFailureOfItsMember() {
        UpstreamPool pool = PoolDriver.members(time, "a", "b")
                .strategy(Strategies.roundRobin())
                .hedge(HedgePolicy.after(DELAY))
                .build();
        PoolDriver driver = new PoolDriver(pool, time);
        for (int i = 0; i < 20; i++) {
            Call call = driver.call("GET");
            Lease first = call.begin();
            time.advance(DELAY);
            call.end(Call.sent(slow(call, first)), Outcome.COMPLETED);
            first.end(Outcome.ABANDONED, time.nanos());
        }
        assertThat(pool.snapshot().members())
                .allMatch(member -> member.failures() == 0 && member.condition() == PoolSnapshot.Condition.UP);
    }

    @Test
    void aResponseIsHeldWhileAnotherAttemptRunsEvenIfNoneIsLeft() {
        UpstreamPool pool = PoolDriver.members(time, "a", "b")
                .hedge(HedgePolicy.after(DELAY))
                .retry(RetryPolicy.builder().maxAttempts(2).build())
                .build();
        Call call = new PoolDriver(pool, time).call("GET");
        Lease first = call.begin();
        assertThat(call.head(first)).isEqualTo(new Step.Answer(first, true));
        Lease second = Call.sent(slow(call, first));
        assertThat(call.head(second)).isEqualTo(new Step.Answer(second, true));
        assertThat(call.failed(first, Outcome.BODY_FAILED, Delivery.ANSWERED, true))
                .as("it was held beside the second")
                .isEqualTo(new Step.Await());
        assertThat(call.failed(second, Outcome.BODY_FAILED, Delivery.ANSWERED, true))
                .isEqualTo(new Step.Fail(Outcome.BODY_FAILED));
    }

    @Test
    void afterAFailureThePoolWaitsForTheOtherAttempt() {
        Call call = driver(HedgePolicy.after(DELAY), "a", "b").call("GET");
        Lease first = call.begin();
        Lease second = Call.sent(slow(call, first));
        assertThat(call.failed(first, Outcome.HEAD_FAILED, Delivery.SENT_UNKNOWN, true))
                .isEqualTo(new Step.Await());
        assertThat(call.failed(second, Outcome.HEAD_FAILED, Delivery.SENT_UNKNOWN, true))
                .as("no attempt runs beside it, but one more is allowed")
                .isInstanceOf(Step.Wait.class);
    }

    @Test
    void theDelayFollowsThePercentileOfTheLatencies() {
        PoolDriver driver = driver(HedgePolicy.percentile(0.95, DELAY), "a", "b");
        for (int i = 0; i < 99; i++) {
            answerAfter(driver, i < 90 ? 10 : 200);
        }
        assertThat(delay(driver))
                .as("fewer than 100 latencies give no percentile")
                .isEqualTo(DELAY);
        answerAfter(driver, 200);
        time.advance(Duration.ofMillis(100));
        assertThat(delay(driver)).isBetween(Duration.ofMillis(180), Duration.ofMillis(220));
        time.advance(Duration.ofSeconds(30));
        for (int i = 0; i < 200; i++) {
            answerAfter(driver, 1);
        }
        time.advance(Duration.ofMillis(100));
        assertThat(delay(driver)).as("never less than the shortest").isEqualTo(DELAY);
    }

    private Duration delay(PoolDriver driver) {
        Step.Send send = (Step.Send) driver.call("GET").start();
        send.lease().end(Outcome.ABANDONED, time.nanos());
        return Duration.ofNanos(send.slowAtNanos() - time.nanos());
    }

    private void answerAfter(PoolDriver driver, int millis) {
        Call call = driver.call("GET");
        Lease lease = call.begin();
        time.advance(Duration.ofMillis(millis));
        call.end(lease, Outcome.COMPLETED);
    }

    private Step slow(Call call, Lease lease) {
        return call.attempts().slow(lease, true, time.nanos());
    }

    private PoolDriver driver(HedgePolicy policy, String... ids) {
        return new PoolDriver(PoolDriver.members(time, ids).hedge(policy).build(), time);
    }
}
