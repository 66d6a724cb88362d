package dev.sluice.proxy.attempt;

import dev.sluice.proxy.AttemptRecord;
import dev.sluice.proxy.Body;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.limit.Timeouts;
import dev.sluice.proxy.scope.HeadTime;
import dev.sluice.proxy.scope.ScopeWait;
import dev.sluice.proxy.spi.Attempts;
import dev.sluice.proxy.spi.Attempts.Step;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Carries out what {@link Attempts} decide: sends, waits, and reports what happened. It has only one rule: a request
 * that cannot be repeated is not sent again. For one exchange, on its thread.
 *
 * <p>An attempt also runs on the exchange's thread, unless it must be reported when it is slow, or runs beside another:
 * then it is a task of the {@link Race}, and so is the reading of a response that must be whole.
 */
public final class AttemptLoop {
    private final Exchange exchange;
    private final boolean idempotent;
    private final Attempts attempts;
    private final ReplayBuffer replay;
    private final Outgoing outgoing;
    private final Race race;
    private final HeadTime headTime;
    private int begun;
    private @Nullable Attempt current;

    /** The last failure, unless a response was dropped after it. */
    private @Nullable ProxyException last;

    private @Nullable Attempt dropped;

    /** Whether a hook has turned an idempotent request into one that is not idempotent. */
    private boolean onceOnly;

    /** Whether a request may end in a tunnel. */
    private boolean tunnels;

    /**
     * A loop over the attempts of one request.
     *
     * @param replayLimit how many bytes of its body are kept to be sent again
     */
    public AttemptLoop(ProxyRequest request, Attempts attempts, int replayLimit, Outgoing outgoing) {
        this.exchange = request.exchange();
        this.idempotent = request.idempotent();
        this.attempts = attempts;
        this.replay = ReplayBuffer.of(request.body(), replayLimit, exchange.time());
        this.outgoing = outgoing;
        this.race = new Race(exchange);
        this.headTime = new HeadTime(Timeouts.of(exchange).head());
        exchange.put(HeadTime.class, headTime);
    }

    /**
     * Makes the request for one attempt: its target, fields and body depend on the upstream that it goes to. Called on
     * the exchange's thread.
     */
    @FunctionalInterface
    public interface Outgoing {
        /** The request for this attempt, with this body, in the attempt's scope. */
        ProxyRequest to(Attempt attempt, Body body) throws IOException;
    }

    /**
     * Runs to the answer.
     *
     * @return the attempt whose response is passed on
     * @throws ProxyException the last attempt's failure, or why there was none
     * @throws IllegalStateException if the steps contradict each other
     */
    public Attempt run() throws ProxyException, InterruptedException {
        exchange.check();
        try {
            Step step = attempts.start(nanos());
            while (true) {
                if (step instanceof Step.Send send) {
                    step = send(send);
                } else if (step instanceof Step.Await) {
                    step = awaitNext();
                } else if (step instanceof Step.Wait wait) {
                    step = await(wait);
                } else if (step instanceof Step.Answer answer) {
                    Attempt attempt = attemptOf(answer);
                    Step mended = passOn(attempt, answer.hold());
                    if (mended == null) {
                        return attempt;
                    }
                    step = mended;
                } else if (step instanceof Step.Fail fail) {
                    throw failure(fail.outcome());
                }
            }
        } finally {
            race.breakOff("broken off, since the request has failed");
        }
    }

    private Step send(Step.Send send) throws ProxyException, InterruptedException {
        Attempt attempt = new Attempt(exchange, send, begun, reason());
        begun++;
        ProxyResponse received;
        try {
            // Only now, when the lease ends with the attempt, may a cancelled exchange give up.
            attempt.requireOpen();
            ProxyRequest request = outgoing.to(attempt, replay.view(attempt::unlimit));
            attempt.request(request);
            onceOnly |= idempotent && !request.idempotent();
            if (onceOnly) {
                attempt.unlimit();
            }
            tunnels |= request.upgrade() != null || request.method().equals("CONNECT");
            if (send.slowAtNanos() != TimeSource.NEVER || !race.isEmpty()) {
                race.begin(attempt, request);
                return new Step.Await();
            }
            received = attempt.send(request);
        } catch (IOException | RuntimeException | Error cause) {
            return failed(attempt, cause);
        } catch (InterruptedException interrupt) {
            attempt.failed(interrupt, null);
            throw interrupt;
        }
        return answered(attempt, received);
    }

    private AttemptRecord.Reason reason() {
        if (!race.isEmpty()) {
            return AttemptRecord.Reason.HEDGE;
        }
        return begun == 0 ? AttemptRecord.Reason.FIRST : AttemptRecord.Reason.RETRY;
    }

    /** Waits for what happens first: a response, a failure, or that an attempt is slow. */
    private Step awaitNext() throws ProxyException, InterruptedException {
        if (race.isEmpty()) {
            throw new IllegalStateException("there is no running attempt to wait for");
        }
        AttemptTask settled = race.awaitSettled();
        if (settled == null) {
            return slow(race.slow());
        }
        ProxyResponse response = settled.response();
        if (response == null) {
            return failed(settled.attempt(), Objects.requireNonNull(settled.failure()));
        }
        if (!settled.holds()) {
            return answered(settled.attempt(), response);
        }
        current = settled.attempt();
        current.take(response);
        return new Step.Answer(current.lease(), false);
    }

    private Step slow(Attempt attempt) {
        if (onceOnly) {
            exchange.notes().note(() -> "not hedged: a hook has made the request one that is not idempotent");
        }
        boolean possible = replay.whole() && !onceOnly && !tunnels;
        Step step = attempts.slow(attempt.lease(), possible, nanos());
        return step instanceof Step.Send && !possible ? refused(step, new Step.Await()) : step;
    }

    private Step answered(Attempt attempt, ProxyResponse received) throws ProxyException {
        Step step;
        try {
            attempt.answered(received);
            boolean repeatable = replay.kept() && !onceOnly;
            step = attempts.head(attempt.lease(), received.status(), received.headers(), repeatable, nanos());
        } catch (IOException | RuntimeException | Error cause) {
            return failed(attempt, cause);
        }
        if (step instanceof Step.Answer) {
            current = attempt;
            return step;
        }
        boolean again = step instanceof Step.Send || step instanceof Step.Wait;
        if (again && (onceOnly || !replay.kept() || headTime.isSpent(nanos()))) {
            current = attempt;
            return refused(step, new Step.Answer(attempt.lease(), false));
        }
        last = null;
        dropped = attempt;
        attempt.dropped();
        return step;
    }

    /** A step that would repeat a request that cannot be repeated is not carried out, and its lease is given back. */
    private Step refused(Step step, Step instead) {
        if (step instanceof Step.Send send) {
            send.lease().end(Outcome.ABANDONED, nanos());
        }
        exchange.notes().note(() -> "not sent again, though that was asked for: the request cannot be repeated");
        return instead;
    }

    /** Returns null when the response is passed on. */
    private @Nullable Step passOn(Attempt attempt, boolean hold) throws ProxyException {
        try {
            if (hold && attempt.holds()) {
                boolean beside = attempt.slowAtNanos() != TimeSource.NEVER || !race.isEmpty();
                if (beside && !attempt.ready()) {
                    // The attempt wins only when its body is complete, and may still be slow.
                    race.hold(attempt);
                    return new Step.Await();
                }
                attempt.take(attempt.whole());
            }
            attempt.passedOn();
        } catch (IOException | RuntimeException cause) {
            return failed(attempt, cause);
        }
        attempts.passedOn(attempt.lease(), nanos());
        if (!race.isEmpty()) {
            race.breakOff("given up for " + attempt.name() + ", which answered first");
        }
        replay.forget();
        return null;
    }

    private Step failed(Attempt attempt, Throwable cause) throws ProxyException {
        ProxyException why = attempt.failed(cause, replay.failure());
        last = why;
        current = null;
        exchange.check();
        if (!replay.kept()) {
            exchange.notes().note(replay);
        }
        if (headTime.isSpent(nanos())) {
            exchange.notes().note(() -> "not repeated: the attempts have waited for a head for as long as they may");
            return new Step.Fail(why.outcome());
        }
        // The decision is about the request as it came, but a hook may have turned a GET into a POST.
        boolean spent = onceOnly && why.delivery() != Delivery.NOT_SENT;
        if (spent) {
            exchange.notes().note(() -> "not repeated: a hook has made the request one that is not idempotent");
        }
        return attempts.failed(attempt.lease(), why.outcome(), why.delivery(), replay.kept() && !spent, nanos());
    }

    private ProxyException failure(Outcome outcome) {
        if (last != null) {
            return last;
        }
        if (dropped != null) {
            return new ProxyException(
                    outcome,
                    Delivery.ANSWERED,
                    "no response except the one of " + dropped.name() + ": status "
                            + dropped.response().status());
        }
        String where = attempts.name().isEmpty() ? "" : " in " + attempts.name();
        return race.isEmpty()
                ? new ProxyException(outcome, Delivery.NOT_SENT, "no upstream is available" + where)
                : new ProxyException(outcome, Delivery.SENT_UNKNOWN, "given up while attempts ran");
    }

    private Step await(Step.Wait wait) throws ProxyException, InterruptedException {
        if (!race.isEmpty()) {
            throw new IllegalStateException("the source waits while attempts run");
        }
        long beginNanos = nanos();
        try {
            ScopeWait.await(exchange.time(), exchange, wait.signal(), wait.untilNanos());
        } finally {
            exchange.notes().waited(nanos() - beginNanos);
        }
        exchange.check();
        return attempts.woke(nanos());
    }

    private Attempt attemptOf(Step.Answer answer) {
        if (current == null || !current.lease().equals(answer.lease())) {
            throw new IllegalStateException("the answer names a lease that is not the current one");
        }
        return current;
    }

    private long nanos() {
        return exchange.time().nanos();
    }
}
