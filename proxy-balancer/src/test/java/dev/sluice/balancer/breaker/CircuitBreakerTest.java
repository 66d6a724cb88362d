package dev.sluice.balancer.breaker;

import static dev.sluice.balancer.breaker.CircuitBreaker.State.CLOSED;
import static dev.sluice.balancer.breaker.CircuitBreaker.State.HALF_OPEN;
import static dev.sluice.balancer.breaker.CircuitBreaker.State.OPEN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CircuitBreakerTest {
    private static final long SECOND = 1_000_000_000L;

    private final List<String> changes = new ArrayList<>();
    private long now = 100 * SECOND;
    private CircuitBreaker breaker = breaker(BreakerPolicy.builder());

    @Test
    void aClosedBreakerLetsAllThrough() {
        for (int i = 0; i < 1_000; i++) {
            assertThat(breaker.tryAcquire(now)).isTrue();
        }
        assertThat(breaker.permits(now)).isTrue();
        assertThat(breaker.state(now)).isEqualTo(CLOSED);
    }

    @Test
    void fiveFailuresInARowOpenTheBreaker() {
        fail(4);
        assertThat(breaker.state(now)).isEqualTo(CLOSED);
        fail(1);
        assertThat(breaker.state(now)).isEqualTo(OPEN);
        assertThat(breaker.tryAcquire(now)).isFalse();
        assertThat(breaker.permits(now)).isFalse();
        assertThat(breaker.retryAtNanos()).isEqualTo(now + 5 * SECOND);
        assertThat(changes).containsExactly("CLOSED -> OPEN: 5 failures in a row");
    }

    @Test
    void aSuccessRestartsTheCountOfFailuresInARow() {
        fail(4);
        succeed(1);
        fail(4);
        assertThat(breaker.state(now)).isEqualTo(CLOSED);
    }

    @Test
    void callsWithoutAResultChangeNoCount() {
        fail(4);
        breaker.tryAcquire(now);
        breaker.released(now);
        assertThat(breaker.state(now)).isEqualTo(CLOSED);
        fail(1);
        assertThat(breaker.state(now)).isEqualTo(OPEN);
    }

    @Test
    void halfOfTwentyCallsFailedOpensTheBreaker() {
        breaker = breaker(BreakerPolicy.builder().failures(0));
        succeed(10);
        fail(9);
        assertThat(breaker.state(now)).isEqualTo(CLOSED);
        fail(1);
        assertThat(breaker.state(now)).isEqualTo(OPEN);
        assertThat(changes).containsExactly("CLOSED -> OPEN: 10 of the last 20 calls failed");
    }

    @Test
    void fewerCallsThanTheMinimumDoNotOpenItByTheirRate() {
        breaker = breaker(BreakerPolicy.builder().failures(0));
        fail(19);
        assertThat(breaker.state(now)).isEqualTo(CLOSED);
        fail(1);
        assertThat(breaker.state(now)).isEqualTo(OPEN);
    }

    @Test
    void aSmallerPartOfFailuresDoesNotOpenIt() {
        breaker = breaker(BreakerPolicy.builder().failures(0).failurePercent(51));
        succeed(50);
        fail(50);
        assertThat(breaker.state(now)).isEqualTo(CLOSED);
    }

    @Test
    void failuresFromBeforeTheWindowDoNotCount() {
        breaker = breaker(BreakerPolicy.builder().failures(0));
        fail(19);
        now += 10 * SECOND;
        fail(19);
        assertThat(breaker.state(now)).isEqualTo(CLOSED);
    }

    @Test
    void bothRulesCanBeSwitchedOff() {
        breaker = breaker(BreakerPolicy.builder().failures(0).failurePercent(0));
        fail(1_000);
        assertThat(breaker.state(now)).isEqualTo(CLOSED);
    }

    @Test
    void afterItsTimeItLetsOneTrialThroughAtOnce() {
        fail(5);
        now += 5 * SECOND - 1;
        assertThat(breaker.tryAcquire(now)).isFalse();
        now++;
        assertThat(breaker.state(now)).isEqualTo(HALF_OPEN);
        assertThat(breaker.permits(now)).isTrue();
        assertThat(breaker.tryAcquire(now)).isTrue();
        assertThat(breaker.permits(now)).isFalse();
        assertThat(breaker.tryAcquire(now)).isFalse();
        breaker.succeeded(now);
        assertThat(breaker.permits(now)).isTrue();
    }

    @Test
    void noMoreTrialsRunAtOnceThanAllowed() {
        breaker = breaker(BreakerPolicy.builder().trials(3).successes(9));
        fail(5);
        now += 5 * SECOND;
        assertThat(List.of(ask(), ask(), ask(), ask())).containsExactly(true, true, true, false);
    }

    @Test
    void twoTrialsThatSucceedCloseIt() {
        fail(5);
        now += 5 * SECOND;
        succeed(1);
        assertThat(breaker.state(now)).isEqualTo(HALF_OPEN);
        succeed(1);
        assertThat(breaker.state(now)).isEqualTo(CLOSED);
        assertThat(changes)
                .endsWith("OPEN -> HALF_OPEN: the time to be open is over", "HALF_OPEN -> CLOSED: 2 trials succeeded");
    }

    @Test
    void failuresFromBeforeTheBreakerClosedDoNotCount() {
        fail(5);
        now += 5 * SECOND;
        succeed(2);
        fail(4);
        assertThat(breaker.state(now)).isEqualTo(CLOSED);
    }

    @Test
    void theRateRestartsWhenTheBreakerCloses() {
        breaker = breaker(BreakerPolicy.builder().failures(0).window(Duration.ofMinutes(1)));
        fail(20);
        now += 5 * SECOND;
        succeed(2);
        fail(17);
        assertThat(breaker.state(now)).isEqualTo(CLOSED);
    }

    @Test
    void trialsOfAnEarlierStateTakeNoPlace() {
        breaker = breaker(BreakerPolicy.builder().trials(2));
        fail(5);
        now = breaker.retryAtNanos();
        assertThat(ask()).isTrue();
        fail(1);
        now = breaker.retryAtNanos();
        assertThat(List.of(ask(), ask(), ask())).containsExactly(true, true, false);
    }

    @Test
    void aFailedTrialOpensTheBreakerForTwiceAsLongUpToTheMaximum() {
        breaker = breaker(BreakerPolicy.builder().maxOpenFor(Duration.ofSeconds(15)));
        fail(5);
        List<Long> seconds = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            seconds.add((breaker.retryAtNanos() - now) / SECOND);
            now = breaker.retryAtNanos();
            fail(1);
        }
        assertThat(seconds).containsExactly(5L, 10L, 15L, 15L);
        assertThat(changes).endsWith("HALF_OPEN -> OPEN: a trial failed");
    }

    @Test
    void aBreakerThatHasClosedOpensForTheFirstDurationAgain() {
        fail(5);
        now = breaker.retryAtNanos();
        fail(1);
        now = breaker.retryAtNanos();
        succeed(2);
        fail(5);
        assertThat(breaker.retryAtNanos() - now).isEqualTo(5 * SECOND);
    }

    @Test
    void aTrialWithoutAResultAllowsTheNext() {
        fail(5);
        now += 5 * SECOND;
        assertThat(ask()).isTrue();
        breaker.released(now);
        assertThat(ask()).isTrue();
        assertThat(breaker.state(now)).isEqualTo(HALF_OPEN);
    }

    @Test
    void aTrialThatDoesNotEndDelaysTheNextOnlyForItsTimeout() {
        fail(5);
        now += 5 * SECOND;
        assertThat(ask()).isTrue();
        now += 30 * SECOND - 1;
        assertThat(ask()).isFalse();
        now++;
        assertThat(ask()).isTrue();
        assertThat(ask()).isFalse();
    }

    @Test
    void resultsOfCallsFromAnEarlierStateDoNotCount() {
        long old = now;
        fail(5);
        now += 5 * SECOND;
        assertThat(ask()).isTrue();
        breaker.succeeded(old, now);
        breaker.succeeded(old, now);
        breaker.failed(old, now);
        breaker.released(old, now);
        assertThat(breaker.state(now)).isEqualTo(HALF_OPEN);
        assertThat(ask()).isFalse();
        breaker.succeeded(now, now);
        succeed(1);
        for (int i = 0; i < 9; i++) {
            breaker.failed(old, now);
        }
        assertThat(breaker.state(now)).isEqualTo(CLOSED);
    }

    @Test
    void failuresThatComeWhileItIsOpenChangeNothing() {
        fail(5);
        long retryAtNanos = breaker.retryAtNanos();
        now += SECOND;
        breaker.failed(now);
        breaker.succeeded(now);
        assertThat(breaker.retryAtNanos()).isEqualTo(retryAtNanos);
        assertThat(changes).hasSize(1);
    }

    @Test
    void noMoreThreadsThanAllowedGetATrial() throws Exception {
        breaker = breaker(BreakerPolicy.builder().trials(3));
        fail(5);
        now += 5 * SECOND;
        AtomicInteger permitted = new AtomicInteger();
        TimeSource system = TimeSource.system();
        List<Signal> ends = new ArrayList<>();
        for (int thread = 0; thread < 4; thread++) {
            ends.add(system.start("ask", () -> {
                for (int i = 0; i < 10_000; i++) {
                    if (breaker.tryAcquire(now)) {
                        permitted.incrementAndGet();
                    }
                }
            }));
        }
        for (Signal end : ends) {
            assertThat(system.await(end, system.deadline(Duration.ofSeconds(30))))
                    .isTrue();
        }
        assertThat(permitted).hasValue(3);
    }

    private boolean ask() {
        return breaker.tryAcquire(now);
    }

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            assertThat(ask()).isTrue();
            breaker.failed(now);
        }
    }

    private void succeed(int times) {
        for (int i = 0; i < times; i++) {
            assertThat(ask()).isTrue();
            breaker.succeeded(now);
        }
    }

    private CircuitBreaker breaker(BreakerPolicy.Builder policy) {
        return new CircuitBreaker(
                policy.build(), (from, to, reason) -> changes.add(from + " -> " + to + ": " + reason));
    }
}
