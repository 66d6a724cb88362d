package dev.sluice.balancer.live;

import dev.sluice.balancer.breaker.BreakerPolicy;
import dev.sluice.balancer.breaker.CircuitBreaker;
import dev.sluice.proxy.time.TimeSource;
import java.time.Duration;

/**
 * A member's circuit breaker. Several attempts of one request count once. Safe for use by many threads; the timer is guarded
 * by the pool's transitions.
 */
public final class Breaking implements AttemptListener {
    private final Standing standing;
    private final Transitions transitions;
    private final TimeSource time;
    private final StageListener<CircuitBreaker.State> told;
    private final Runnable room;
    private final BreakerPolicy policy;
    private final CircuitBreaker breaker;
    private TimeSource.Scheduled timer = () -> {};

    /**
     * A closed breaker.
     *
     * @param room calls requests that wait, if there is room; they may be the breaker's trials
     */
    public Breaking(
            Standing standing,
            Transitions transitions,
            TimeSource time,
            BreakerPolicy policy,
            StageListener<CircuitBreaker.State> told,
            Runnable room) {
        this.standing = standing;
        this.transitions = transitions;
        this.time = time;
        this.policy = policy;
        this.told = told;
        this.room = room;
        this.breaker = new CircuitBreaker(policy, (from, to, reason) -> changed(to, reason));
    }

    /** Returns whether it lets nothing through. */
    public boolean isOpen(long nanos) {
        return !breaker.permits(nanos);
    }

    /** Asks whether an attempt may be made. If a trial has no result, another request may try after a while. */
    public boolean permitted(long nanos) {
        boolean permitted = breaker.tryAcquire(nanos);
        if (permitted && breaker.state(nanos) != CircuitBreaker.State.CLOSED) {
            callAfter(policy.trialTimeout());
        }
        return permitted;
    }

    @Override
    public void ended(MemberAttempt attempt, long nanos) {
        if (attempt.failure() == null) {
            if (attempt.succeeded()) {
                breaker.succeeded(attempt.beginNanos(), nanos);
            } else {
                breaker.released(attempt.beginNanos(), nanos);
            }
        } else if (attempt.firstFailure() || breaker.state(nanos) != CircuitBreaker.State.CLOSED) {
            breaker.failed(attempt.beginNanos(), nanos);
        }
    }

    /** It is no longer a member; within a transition. */
    public void end() {
        timer.cancel();
    }

    private void changed(CircuitBreaker.State now, String reason) {
        transitions.run(() -> told.entered(standing.id(), now, reason));
        if (now == CircuitBreaker.State.OPEN) {
            callAfter(Duration.ofNanos(breaker.retryAtNanos() - time.nanos()));
        } else {
            room.run();
        }
    }

    /** Calls those that wait when it may let one through again. */
    private void callAfter(Duration wait) {
        transitions.run(() -> {
            if (standing.isMember()) {
                timer.cancel();
                timer = time.schedule(wait, room);
            }
        });
    }
}
