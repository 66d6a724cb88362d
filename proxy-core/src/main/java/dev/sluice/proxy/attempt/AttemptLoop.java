package dev.sluice.proxy.attempt;

import dev.sluice.proxy.Attempts;
import dev.sluice.proxy.Body;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Lease;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.Step;
import dev.sluice.proxy.time.Signal;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Carries out what {@link Attempts} decide, on the exchange's thread: sends, waits, and tells what happened. It holds
 * no rule of its own. For one exchange.
 */
public final class AttemptLoop {
    private final Exchange exchange;
    private final boolean idempotent;
    private final Attempts attempts;
    private final ReplayBuffer replay;
    private final Outgoing outgoing;
    private @Nullable Attempt current;
    private @Nullable ProxyException last;
    private boolean onceOnly;

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
    }

    /** Makes the request for one attempt: its target, fields and body depend on the upstream that it goes to. */
    @FunctionalInterface
    public interface Outgoing {
        /** The request for this attempt, with this body, in the attempt's scope. */
        ProxyRequest to(Attempt attempt, Body body) throws IOException;
    }

    /**
     * Runs to the answer.
     *
     * @return the attempt whose response is to be passed on
     * @throws ProxyException the last attempt's failure, or why there was none
     */
    public Attempt run() throws ProxyException, InterruptedException {
        exchange.check();
        Step step = attempts.start(nanos());
        while (true) {
            if (step instanceof Step.Send send) {
                step = send(send.lease());
            } else if (step instanceof Step.Wait wait) {
                step = await(wait);
            } else if (step instanceof Step.Answer answer) {
                Attempt attempt = attemptOf(answer.lease());
                Step mended = answer.hold() ? hold(attempt) : null;
                if (mended == null) {
                    replay.forget();
                    return attempt;
                }
                step = mended;
            } else if (step instanceof Step.Fail fail) {
                throw last != null
                        ? last
                        : new ProxyException(fail.outcome(), Delivery.NOT_SENT, "no upstream is available");
            }
        }
    }

    private Step send(Lease lease) throws ProxyException, InterruptedException {
        Attempt attempt = new Attempt(exchange, lease);
        current = attempt;
        try {
            // Only now, when the lease ends with the attempt, may a cancelled exchange give up.
            exchange.check();
            ProxyRequest request = outgoing.to(attempt, replay.view());
            onceOnly = idempotent && !request.idempotent();
            attempt.answered(lease.upstream().send(request));
            return attempts.head(
                    lease, attempt.response().status(), attempt.response().headers(), nanos());
        } catch (IOException | RuntimeException | Error cause) {
            return failed(attempt, cause);
        } catch (InterruptedException interrupt) {
            attempt.failed(interrupt, null);
            throw interrupt;
        }
    }

    private @Nullable Step hold(Attempt attempt) throws ProxyException {
        try {
            attempt.hold();
            return null;
        } catch (IOException | RuntimeException cause) {
            return failed(attempt, cause);
        }
    }

    private Step failed(Attempt attempt, Throwable cause) throws ProxyException {
        ProxyException why = attempt.failed(cause, replay.failure());
        last = why;
        exchange.check();
        if (!replay.kept()) {
            exchange.record().note(replay);
        }
        // What the decision is made by is the request as it came, and a hook may have made a POST of a GET.
        boolean spent = onceOnly && why.delivery() != Delivery.NOT_SENT;
        if (spent) {
            exchange.record().note(() -> "not repeated: a hook has made the request one that is not idempotent");
        }
        return attempts.failed(attempt.lease(), why.outcome(), why.delivery(), replay.kept() && !spent, nanos());
    }

    /** Waits as told, and no longer than the exchange is wanted. */
    private Step await(Step.Wait wait) throws ProxyException, InterruptedException {
        Signal either = new Signal();
        Runnable unhookSignal = wait.signal().whenFired(either::fire);
        Runnable unhookCancel = exchange.onCancel(reason -> either.fire());
        try {
            exchange.time().await(either, wait.untilNanos());
        } finally {
            unhookSignal.run();
            unhookCancel.run();
        }
        exchange.check();
        return attempts.woke(nanos());
    }

    private Attempt attemptOf(Lease lease) {
        if (current == null || !current.lease().equals(lease)) {
            throw new IllegalStateException("an answer was asked of a lease that is not the current one");
        }
        return current;
    }

    private long nanos() {
        return exchange.time().nanos();
    }
}
