package dev.sluice.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.balancer.PoolDriver.Call;
import dev.sluice.balancer.retry.RetryPolicy;
import dev.sluice.balancer.strategy.Strategies;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.spi.Attempts.Lease;
import dev.sluice.proxy.spi.Attempts.Step;
import dev.sluice.proxy.testing.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PoolAttemptsTest {
    private final ManualTime time = new ManualTime();

    @ParameterizedTest
    @CsvSource({
        // outcome of the first attempt, its response, the method, whether the body was kept, number of attempts
        "CONNECT_FAILED, NOT_SENT,     GET,    true,  3",
        "CONNECT_FAILED, NOT_SENT,     POST,   true,  3",
        "CONNECT_FAILED, NOT_SENT,     POST,   false, 1",
        "OVERLOADED,     NOT_SENT,     POST,   true,  3",
        "NO_UPSTREAM,    NOT_SENT,     GET,    true,  3",
        "HEAD_FAILED,    SENT_UNKNOWN, GET,    true,  3",
        "HEAD_TIMEOUT,   SENT_UNKNOWN, PUT,    true,  3",
        "HEAD_FAILED,    SENT_UNKNOWN, PUT,    false, 1",
        "HEAD_FAILED,    SENT_UNKNOWN, POST,   true,  1",
        "HEAD_FAILED,    SENT_UNKNOWN, PATCH,  true,  1",
        "OVERLOADED,     SENT_UNKNOWN, GET,    true,  1",
        "SHUT_DOWN,      SENT_UNKNOWN, GET,    true,  3",
        "SHUT_DOWN,      SENT_UNKNOWN, POST,   true,  1",
        "BODY_FAILED,    ANSWERED,     GET,    true,  3",
        "BODY_FAILED,    ANSWERED,     DELETE, false, 1",
        "BODY_FAILED,    ANSWERED,     POST,   true,  1",
    })
    void aFailedAttemptGoesElsewhereWhileThatIsSafe(
            Outcome outcome, Delivery delivery, String method, boolean bodyKept, int attempts) {
        PoolDriver driver = driver("a", "b");
        List<String> tried = driver.call(method).allFail(outcome, delivery, bodyKept);
        assertThat(tried).hasSize(attempts);
        assertThat(Set.copyOf(tried)).hasSize(Math.min(attempts, 2));
    }

    @ParameterizedTest
    @EnumSource(
            value = Outcome.class,
            names = {
                "CLIENT_BODY_FAILED",
                "CLIENT_BODY_TIMEOUT",
                "CLIENT_LEFT",
                "CLIENT_WRITE_FAILED",
                "TOTAL_TIMEOUT",
                "ABANDONED",
                "LIMIT_EXCEEDED",
                "NOT_SUPPORTED",
                "FAILED"
            })
    void whatIsNotTheUpstreamsFaultIsNotTriedAgainAndNotBlamedOnIt(Outcome outcome) {
        PoolDriver driver = driver("a", "b");
        assertThat(driver.call("GET").allFail(outcome, Delivery.NOT_SENT, true)).hasSize(1);
        assertThat(driver.pool().snapshot().members()).allMatch(member -> member.failures() == 0);
    }

    @Test
    void theSameMemberIsTriedAgainOnlyAfterABackOffAndWhenNoOtherIsLeft() {
        Call call = driver("a", "b").call("GET");
        Lease first = call.begin();
        Lease second = Call.sent(call.failed(first, Outcome.CONNECT_FAILED, Delivery.NOT_SENT, true));
        assertThat(second.upstream().id()).isNotEqualTo(first.upstream().id());
        Step.Wait wait = (Step.Wait) call.failed(second, Outcome.CONNECT_FAILED, Delivery.NOT_SENT, true);
        assertThat(Duration.ofNanos(wait.untilNanos())).isBetween(Duration.ofMillis(25), Duration.ofMillis(250));
        Lease third = Call.sent(call.attempts().woke(wait.untilNanos()));
        assertThat(call.failed(third, Outcome.CONNECT_FAILED, Delivery.NOT_SENT, true))
                .isEqualTo(new Step.Fail(Outcome.CONNECT_FAILED));
    }

    @Test
    void atMostThreeAttemptsAreMadeByDefault() {
        assertThat(driver("a", "b", "c", "d").call("GET").allFail(Outcome.HEAD_FAILED, Delivery.SENT_UNKNOWN, true))
                .hasSize(3);
        UpstreamPool one =
                PoolDriver.members(time, "a", "b").retry(RetryPolicy.NONE).build();
        assertThat(new PoolDriver(one, time).call("GET").allFail(Outcome.CONNECT_FAILED, Delivery.NOT_SENT, true))
                .hasSize(1);
    }

    @Test
    void aPoolWithoutMembersHasNoUpstream() {
        assertThat(driver().call("GET").allFail(Outcome.CONNECT_FAILED, Delivery.NOT_SENT, true))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"GET, 2, true", "PUT, 2, true", "POST, 2, false", "GET, 1, true", "POST, 1, false"})
    void aShortResponseIsHeldWhileAnotherAttemptCouldTakeItsPlace(String method, int members, boolean hold) {
        PoolDriver driver = members == 1 ? driver("a") : driver("a", "b");
        Call call = driver.call(method);
        Lease lease = call.begin();
        assertThat(call.head(lease)).isEqualTo(new Step.Answer(lease, hold));
    }

    @Test
    void theLastAttemptsResponseIsNotHeld() {
        Call call = driver("a", "b", "c", "d").call("GET");
        Lease lease = call.begin();
        for (int attempt = 2; attempt <= 3; attempt++) {
            lease = Call.sent(call.failed(lease, Outcome.HEAD_FAILED, Delivery.SENT_UNKNOWN, true));
        }
        assertThat(call.head(lease)).isEqualTo(new Step.Answer(lease, false));
    }

    @ParameterizedTest
    @EnumSource(Outcome.class)
    void aLeaseIsUncountedOnceHoweverItEnds(Outcome outcome) {
        PoolDriver driver = driver("a");
        Lease lease = driver.call("GET").begin();
        assertThat(driver.member("a").inFlight()).isEqualTo(1);
        lease.end(outcome, time.nanos());
        lease.end(outcome, time.nanos());
        assertThat(driver.member("a").inFlight()).isZero();
        assertThat(driver.member("a").requests()).isEqualTo(1);
        assertThat(driver.member("a").failures()).isEqualTo(outcome.blamesUpstream() ? 1 : 0);
    }

    @Test
    void latencyIsTheMovingAverageFromThePickToTheHead() {
        PoolDriver driver = driver("a");
        answerAfter(driver, 80);
        assertThat(driver.member("a").latencyNanos())
                .isEqualTo(Duration.ofMillis(80).toNanos());
        answerAfter(driver, 160);
        assertThat(driver.member("a").latencyNanos())
                .isEqualTo(Duration.ofMillis(90).toNanos());
    }

    @Test
    void theRecordSaysWhichMembersWereLeftOutAndWhy() {
        UpstreamPool pool = PoolDriver.members(time, "a", "b", "c")
                .strategy(Strategies.roundRobin())
                .name("shop")
                .build();
        PoolDriver driver = new PoolDriver(pool, time);
        driver.fail("c", 5);
        Call call = driver.call("GET");
        Lease first = call.begin();
        String other = first.upstream().id().equals("a") ? "b" : "a";
        Lease second = Call.sent(call.failed(first, Outcome.CONNECT_FAILED, Delivery.NOT_SENT, true));
        Call.sent(call.failed(second, Outcome.CONNECT_FAILED, Delivery.NOT_SENT, true));
        String id = first.upstream().id();
        assertThat(second.upstream().id()).isEqualTo(other);
        assertThat(call.explained())
                .containsExactly(
                        "shop: " + id + " (in flight 0) by round robin of 3; left out: c ejected",
                        "shop: " + other + " (in flight 0) by round robin of 3; left out: "
                                + (id.equals("a") ? "a tried, c ejected" : "b tried, c ejected"),
                        "shop: c (in flight 0) by round robin of 3; left out: a tried, b tried"
                                + "; no other is left, so the ejected ones are used");
    }

    @Test
    void theRecordSaysWhyThereIsNoOtherAttempt() {
        Call call = driver("a", "b").call("POST");
        call.failed(call.begin(), Outcome.HEAD_FAILED, Delivery.SENT_UNKNOWN, true);
        assertThat(call.explained().get(1))
                .isEqualTo("after attempt 1: the upstream may have acted on the request, and POST is not idempotent");
    }

    @Test
    void aClosedPoolTakesNoMoreRequestsAndLetsRunningOnesEnd() {
        PoolDriver driver = driver("a", "b");
        Lease lease = driver.call("GET").begin();
        driver.pool().close();
        assertThat(driver.call("GET").attempts().start(0)).isEqualTo(new Step.Fail(Outcome.SHUT_DOWN));
        lease.end(Outcome.COMPLETED, 0);
        assertThat(driver.pool().snapshot().members()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 7})
    void aStrategyThatPicksWhatItMayNotIsNamed(int index) {
        UpstreamPool pool =
                PoolDriver.members(time, "a", "b").strategy(pick -> index).build();
        Call call = new PoolDriver(pool, time).call("GET");
        assertThatThrownBy(() -> call.allFail(Outcome.CONNECT_FAILED, Delivery.NOT_SENT, true))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("picked " + index);
    }

    @Test
    void ticketsGoUpByOneWithEachPick() {
        List<Long> tickets = new ArrayList<>();
        UpstreamPool pool = PoolDriver.members(time, "a", "b")
                .strategy(pick -> {
                    tickets.add(pick.ticket());
                    return pick.eligible(0) ? 0 : 1;
                })
                .build();
        new PoolDriver(pool, time).call("GET").allFail(Outcome.CONNECT_FAILED, Delivery.NOT_SENT, true);
        assertThat(tickets).containsExactly(0L, 1L, 2L);
    }

    private void answerAfter(PoolDriver driver, int millis) {
        Call call = driver.call("GET");
        Lease lease = call.begin();
        time.advance(Duration.ofMillis(millis));
        call.head(lease);
        time.advance(Duration.ofSeconds(1));
        lease.end(Outcome.COMPLETED, time.nanos());
    }

    private PoolDriver driver(String... ids) {
        return new PoolDriver(PoolDriver.members(time, ids).build(), time);
    }
}
