package dev.sluice.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.PoolDriver.Call;
import dev.sluice.balancer.retry.RetryBudget;
import dev.sluice.balancer.retry.RetryPolicy;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.spi.Attempts.Lease;
import dev.sluice.proxy.spi.Attempts.Step;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.time.TimeSource;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryTest {
    private final ManualTime time = new ManualTime();

    @ParameterizedTest
    @CsvSource({"GET, 503, true", "PUT, 502, true", "POST, 503, false", "GET, 504, false", "GET, 500, false"})
    void anAnswerIsRepeatedElsewhereWhereThatWasOptedInAndIsSafe(String method, int status, boolean repeated) {
        PoolDriver driver = driver(RetryPolicy.builder().statuses(502, 503), "a", "b");
        Call call = driver.call(method);
        Lease first = call.begin();
        Step step = call.head(first, status);
        if (repeated) {
            assertThat(Call.sent(step).upstream().id())
                    .isNotEqualTo(first.upstream().id());
        } else {
            assertThat(step).isInstanceOf(Step.Answer.class);
        }
    }

    @Test
    void anAnswerIsNotRepeatedWhenTheBodyWasNotKept() {
        PoolDriver driver = driver(RetryPolicy.builder().statuses(503), "a", "b");
        Call call = driver.call("PUT");
        Lease lease = call.begin();
        assertThat(call.attempts().head(lease, 503, Headers.empty(), false, 0))
                .as("holding it would be useless")
                .isEqualTo(new Step.Answer(lease, false));
    }

    @Test
    void theRecordSaysWhyAnAnswerIsNotRepeated() {
        PoolDriver driver = driver(RetryPolicy.builder().statuses(503), "a", "b");
        Call post = driver.call("POST");
        post.head(post.begin(), 503);
        assertThat(post.explained().get(1))
                .isEqualTo("after attempt 1: status 503 is not repeated: POST is not idempotent");
    }

    @Test
    void whenNoAttemptIsLeftTheClientGetsTheLastAnswer() {
        PoolDriver driver = driver(RetryPolicy.builder().statuses(503).maxAttempts(2), "a", "b", "c");
        Call call = driver.call("GET");
        Lease second = Call.sent(call.head(call.begin(), 503));
        assertThat(call.head(second, 503)).isEqualTo(new Step.Answer(second, false));
    }

    @Test
    void anIdempotencyKeyMakesARequestRepeatable() {
        PoolDriver driver = driver(RetryPolicy.builder().idempotencyKey(true), "a", "b");
        Call with = driver.call("POST", "Idempotency-Key", "\"1\"");
        assertThat(with.failed(with.begin(), Outcome.HEAD_FAILED, Delivery.SENT_UNKNOWN, true))
                .isInstanceOf(Step.Send.class);
        Call without = driver.call("POST");
        assertThat(without.failed(without.begin(), Outcome.HEAD_FAILED, Delivery.SENT_UNKNOWN, true))
                .isInstanceOf(Step.Fail.class);
        PoolDriver plain = driver(RetryPolicy.builder(), "a", "b");
        Call ignored = plain.call("POST", "Idempotency-Key", "\"1\"");
        assertThat(ignored.failed(ignored.begin(), Outcome.HEAD_FAILED, Delivery.SENT_UNKNOWN, true))
                .isInstanceOf(Step.Fail.class);
    }

    @Test
    void anAttemptHasItsOwnTimeLimit() {
        PoolDriver driver = driver(RetryPolicy.builder().tryTimeout(Duration.ofSeconds(2)), "a");
        time.advance(Duration.ofSeconds(5));
        Step.Send send = (Step.Send) driver.call("GET").start();
        assertThat(send.untilNanos()).isEqualTo(Duration.ofSeconds(7).toNanos());
        assertThat(send.slowAtNanos()).isEqualTo(TimeSource.NEVER);
    }

    @Test
    void anAttemptHasATimeLimitOnlyIfAnotherMayFollow() {
        RetryPolicy.Builder policy = RetryPolicy.builder()
                .maxAttempts(2)
                .tryTimeout(Duration.ofSeconds(2))
                .idempotencyKey(true);
        PoolDriver driver = driver(policy, "a", "b", "c");
        assertThat(((Step.Send) driver.call("POST").start()).untilNanos()).isEqualTo(TimeSource.NEVER);
        assertThat(((Step.Send) driver.call("POST", "Idempotency-Key", "\"1\"").start()).untilNanos())
                .isEqualTo(Duration.ofSeconds(2).toNanos());

        Call call = driver.call("GET");
        Lease first = call.begin();
        Step.Send last = (Step.Send) call.failed(first, Outcome.HEAD_TIMEOUT, Delivery.SENT_UNKNOWN, true);
        assertThat(last.untilNanos()).as("the last of two").isEqualTo(TimeSource.NEVER);
    }

    @Test
    void anAttemptHasNoTimeLimitWhenTheBudgetIsSpent() {
        RetryPolicy.Builder policy = RetryPolicy.builder()
                .maxAttempts(3)
                .tryTimeout(Duration.ofSeconds(2))
                .budget(RetryBudget.of(0.5, 0));
        PoolDriver driver = driver(policy, "a", "b", "c");
        Call call = driver.call("GET");
        Step.Send first = (Step.Send) call.start();
        assertThat(first.untilNanos()).isEqualTo(Duration.ofSeconds(2).toNanos());
        Step.Send second = (Step.Send) call.failed(first.lease(), Outcome.HEAD_TIMEOUT, Delivery.SENT_UNKNOWN, true);
        assertThat(second.untilNanos()).isEqualTo(TimeSource.NEVER);
        assertThat(((Step.Send) driver.call("GET").start()).untilNanos()).isEqualTo(TimeSource.NEVER);
    }

    @Test
    void aRetryAfterATimeoutCostsTheBudgetOnce() {
        RetryBudget budget = RetryBudget.of(0.5, 0);
        RetryPolicy.Builder policy = RetryPolicy.builder()
                .maxAttempts(2)
                .tryTimeout(Duration.ofSeconds(2))
                .budget(budget);
        PoolDriver driver = driver(policy, "a", "b", "c");
        Call ended = driver.call("GET");
        Lease first = ended.begin();
        Call answered = driver.call("GET");
        Lease other = answered.begin();

        assertThat(other.expired(time.nanos())).isTrue();
        assertThat(first.expired(time.nanos())).as("there is room for one").isFalse();
        assertThat(other.expired(time.nanos())).as("the same question again").isTrue();
        // Its response came first.
        answered.end(other, Outcome.COMPLETED);
        answered.request().exchange().end(Outcome.COMPLETED);
        assertThat(budget.hasRoom(time.nanos())).isTrue();

        assertThat(first.expired(time.nanos())).isTrue();
        assertThat(budget.hasRoom(time.nanos())).isFalse();
        Step.Send last = (Step.Send) ended.failed(first, Outcome.HEAD_TIMEOUT, Delivery.SENT_UNKNOWN, true);
        assertThat(last.lease().expired(time.nanos())).as("it has no limit").isTrue();
        ended.end(last.lease(), Outcome.COMPLETED);
        ended.request().exchange().end(Outcome.COMPLETED);
        assertThat(budget.hasRoom(time.nanos())).as("the retry was made").isFalse();
    }

    @Test
    void aRetryOfAnUnsentRequestCostsTheBudgetNothing() {
        RetryBudget budget = RetryBudget.of(1, 0);
        PoolDriver driver =
                driver(RetryPolicy.builder().tryTimeout(Duration.ofSeconds(2)).budget(budget), "a", "b", "c");
        Call call = driver.call("GET");
        Lease first = call.begin();
        assertThat(first.expired(time.nanos())).isTrue();
        assertThat(budget.hasRoom(time.nanos())).isFalse();
        assertThat(call.failed(first, Outcome.HEAD_TIMEOUT, Delivery.NOT_SENT, true))
                .isInstanceOf(Step.Send.class);
        assertThat(budget.hasRoom(time.nanos())).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1",
                "EEE, dd MMM uuuu HH:mm:ss 'GMT'",
                "EEEE, dd-MMM-uu HH:mm:ss 'GMT'",
                "EEE MMM ppd HH:mm:ss uuuu"
            })
    void theSameMemberIsAskedAgainWhenItsRetryAfterIsOver(String asked) {
        PoolDriver driver = driver(RetryPolicy.builder().statuses(503), "a");
        Call call = driver.call("GET");
        String value = asked.equals("1")
                ? asked
                : DateTimeFormatter.ofPattern(asked, Locale.ENGLISH)
                        .format(time.now().plusSeconds(1).atOffset(ZoneOffset.UTC));
        Step step = call.head(call.begin(), 503, "Retry-After", value);
        assertThat(call.waits(step)).isEqualTo(Duration.ofSeconds(1));
        time.advance(Duration.ofSeconds(1));
        assertThat(call.woke()).isInstanceOf(Step.Send.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"3", "99999999999999999999", "Sat, 06 Nov 2094 08:49:37 GMT", "Sat Nov  6 08:49:37 2094"})
    void whoAsksForTooLongIsNotAskedAgain(String value) {
        PoolDriver driver = driver(RetryPolicy.builder().statuses(503), "a");
        Call call = driver.call("GET");
        assertThat(call.head(call.begin(), 503, "Retry-After", value)).isInstanceOf(Step.Answer.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"soon", "-1", "Sun, 06 Nov 1994 08:49:37 GMT", ""})
    void aRetryAfterThatSaysNothingLeavesTheBackOff(String value) {
        PoolDriver driver = driver(RetryPolicy.builder().statuses(503), "a");
        Call call = driver.call("GET");
        assertThat(call.waits(call.head(call.begin(), 503, "Retry-After", value)))
                .isBetween(Duration.ofMillis(25), Duration.ofMillis(250));
    }

    @ParameterizedTest
    @CsvSource({
        "14, application/grpc+proto, true",
        "8, application/grpc, false",
        "x, application/grpc, false",
        "14, text/plain, false"
    })
    void aCallOfGrpcIsMadeAgainAfterAStatusThatWasOptedIn(String status, String type, boolean repeated) {
        PoolDriver driver = driver(RetryPolicy.builder().grpcStatuses(14), "a", "b");
        Call call = driver.call("POST", "Content-Type", type);
        Lease first = call.begin();
        Step step = call.head(first, 200, "grpc-status", status);
        if (repeated) {
            assertThat(Call.sent(step).upstream().id())
                    .isNotEqualTo(first.upstream().id());
        } else {
            assertThat(step).isEqualTo(new Step.Answer(first, false));
        }
    }

    @Test
    void aCallThatHasBegunToAnswerIsNotMadeAgain() {
        PoolDriver driver = driver(RetryPolicy.builder().grpcStatuses(14), "a", "b");
        Call call = driver.call("POST", "Content-Type", "application/grpc");
        assertThat(call.head(call.begin(), 200)).isInstanceOf(Step.Answer.class);
    }

    /** Proposal A6. */
    @Test
    void thePushbackOfGrpcIsWaitedFor() {
        PoolDriver driver = driver(RetryPolicy.builder().grpcStatuses(14), "a");
        Call call = driver.call("POST", "Content-Type", "application/grpc");
        Step step = call.head(call.begin(), 200, "grpc-status", "14", "grpc-retry-pushback-ms", "1000");
        assertThat(call.waits(step)).isEqualTo(Duration.ofSeconds(1));
        time.advance(Duration.ofSeconds(1));
        assertThat(call.woke()).isInstanceOf(Step.Send.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "soon", ""})
    void aPushbackThatIsNoTimeEndsTheCall(String value) {
        PoolDriver driver = driver(RetryPolicy.builder().grpcStatuses(14), "a", "b");
        Call call = driver.call("POST", "Content-Type", "application/grpc");
        assertThat(call.head(call.begin(), 200, "grpc-status", "14", "grpc-retry-pushback-ms", value))
                .isInstanceOf(Step.Answer.class);
    }

    @Test
    void thereIsNoBackOffPastTheDeadline() {
        PoolDriver driver = driver(
                RetryPolicy.builder().minBackoff(Duration.ofMillis(100)).maxBackoff(Duration.ofMillis(100)), "a");
        Call call = driver.call("GET");
        Lease first = call.begin();
        call.request().exchange().deadline(Duration.ofMillis(99).toNanos(), Outcome.TOTAL_TIMEOUT);
        assertThat(call.failed(first, Outcome.HEAD_FAILED, Delivery.SENT_UNKNOWN, true))
                .isEqualTo(new Step.Fail(Outcome.HEAD_FAILED));
    }

    @Test
    void theBudgetIsSharedByAllRequestsAndIgnoresUnsentOnes() {
        PoolDriver driver = driver(RetryPolicy.builder().budget(RetryBudget.of(0.2, 0)), "a", "b");
        for (int i = 0; i < 9; i++) {
            driver.attempt(Outcome.COMPLETED);
        }
        assertThat(retried(driver, Delivery.SENT_UNKNOWN)).isTrue();
        assertThat(retried(driver, Delivery.SENT_UNKNOWN)).isTrue();
        assertThat(retried(driver, Delivery.SENT_UNKNOWN)).isTrue();
        assertThat(retried(driver, Delivery.SENT_UNKNOWN)).isFalse();
        assertThat(retried(driver, Delivery.NOT_SENT)).isTrue();
    }

    @Test
    void theRecordSaysWhyTheBudgetRefused() {
        PoolDriver driver = driver(RetryPolicy.builder().budget(RetryBudget.of(0, 0)), "a", "b");
        Call call = driver.call("GET");
        call.failed(call.begin(), Outcome.HEAD_FAILED, Delivery.SENT_UNKNOWN, true);
        assertThat(call.explained().get(1))
                .isEqualTo("after attempt 1: the retry budget is spent: 0 % of the requests, and 0 a second");
    }

    private static boolean retried(PoolDriver driver, Delivery delivery) {
        Call call = driver.call("GET");
        Step step = call.failed(call.begin(), Outcome.HEAD_FAILED, delivery, true);
        if (step instanceof Step.Send send) {
            call.end(send.lease(), Outcome.COMPLETED);
        }
        return step instanceof Step.Send;
    }

    private PoolDriver driver(RetryPolicy.Builder policy, String... ids) {
        return new PoolDriver(
                PoolDriver.members(time, ids).retry(policy.build()).build(), time);
    }
}
