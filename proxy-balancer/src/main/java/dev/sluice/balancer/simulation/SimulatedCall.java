package dev.sluice.balancer.simulation;

import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.spi.Attempts;
import dev.sluice.proxy.spi.Attempts.Lease;
import dev.sluice.proxy.spi.Attempts.Step;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One request: carries out what {@link Attempts} decide, like the proxy's loop over attempts, and has no rules itself.
 * Every response is short and complete at its head. Also the hook that ends the request at its deadline.
 */
final class SimulatedCall implements Consumer<Outcome> {
    private final SimulationRun run;
    private final ProxyRequest request;
    private final Attempts attempts;
    private @Nullable SimulatedAttempt running;
    private @Nullable Woken waiting;
    private @Nullable Outcome lastFailure;
    private boolean ended;

    private final long beginNanos;
    private int sent;
    private int hedges;

    SimulatedCall(SimulationRun run, ProxyRequest request, Attempts attempts) {
        this.run = run;
        this.request = request;
        this.attempts = attempts;
        this.beginNanos = run.time().nanos();
    }

    ProxyRequest request() {
        return request;
    }

    void begin() {
        carryOut(attempts.start(beginNanos));
    }

    void head(SimulatedAttempt attempt, int status, long nanos) {
        Step step = attempts.head(attempt.lease(), status, Headers.empty(), true, nanos);
        if (step instanceof Step.Answer answer) {
            SimulatedAttempt answering = of(answer.lease());
            attempts.passedOn(answer.lease(), nanos);
            answering.end(Outcome.COMPLETED);
            end(Outcome.COMPLETED, status);
        } else {
            // A response that is not passed on is dropped, unread; and it is no failure that a client could get.
            lastFailure = null;
            attempt.end(Outcome.ABANDONED);
            carryOut(step);
        }
    }

    void failed(SimulatedAttempt attempt, Outcome outcome, Delivery delivery) {
        if (!ended) {
            lastFailure = outcome;
            run.failed(attempt);
            carryOut(attempts.failed(
                    attempt.lease(), outcome, delivery, true, run.time().nanos()));
        }
    }

    void slow(SimulatedAttempt attempt) {
        Step step = attempts.slow(attempt.lease(), true, run.time().nanos());
        if (step instanceof Step.Send) {
            hedges++;
        }
        carryOut(step);
    }

    /** The attempt has ended. */
    void forget(SimulatedAttempt attempt) {
        if (running == attempt) {
            running = attempt.before;
            return;
        }
        for (SimulatedAttempt one = running; one != null; one = one.before) {
            if (one.before == attempt) {
                one.before = attempt.before;
            }
        }
    }

    /** The exchange was cancelled: at its deadline. */
    @Override
    public void accept(Outcome reason) {
        if (!ended) {
            end(reason, reason.status());
        }
    }

    private void carryOut(Step step) {
        if (step instanceof Step.Send send) {
            sent++;
            SimulatedAttempt attempt = run.attempt(this, send);
            attempt.before = running;
            running = attempt;
            attempt.begin();
        } else if (step instanceof Step.Wait wait) {
            waiting = new Woken(wait);
        } else if (step instanceof Step.Answer answer) {
            throw new IllegalStateException("the answer names a lease without a response: " + answer.lease());
        } else if (step instanceof Step.Fail fail) {
            Outcome outcome = lastFailure != null ? lastFailure : fail.outcome();
            end(outcome, outcome.status());
        } else if (running == null) {
            throw new IllegalStateException("a request waits for its attempts, and has none");
        }
    }

    /** The request is over, and what still runs is broken off. */
    private void end(Outcome outcome, int status) {
        ended = true;
        if (waiting != null) {
            waiting.stop();
        }
        Outcome rest = outcome == Outcome.TOTAL_TIMEOUT ? outcome : Outcome.ABANDONED;
        for (SimulatedAttempt attempt = running; attempt != null; attempt = running) {
            attempt.end(rest);
        }
        request.exchange().end(outcome);
        run.ended(new CallCounts(beginNanos, sent, hedges), outcome, status);
    }

    private SimulatedAttempt of(Lease lease) {
        for (SimulatedAttempt attempt = running; attempt != null; attempt = attempt.before) {
            if (attempt.lease().equals(lease)) {
                return attempt;
            }
        }
        throw new IllegalStateException("the answer names a lease that has ended");
    }

    /** The end of a wait: at its time, or when the signal fires. */
    private final class Woken extends Event {
        private final Runnable unhook;

        Woken(Step.Wait wait) {
            run.time().put(this, Math.max(wait.untilNanos(), run.time().nanos()));
            // As its own event: the caller may be in the middle of something.
            this.unhook = wait.signal()
                    .whenFired(() -> run.time().put(this, run.time().nanos()));
        }

        void stop() {
            unhook.run();
            run.time().remove(this);
        }

        @Override
        void happen() {
            unhook.run();
            waiting = null;
            carryOut(attempts.woke(run.time().nanos()));
        }
    }
}
