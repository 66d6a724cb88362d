package dev.sluice.balancer.breaker;

import dev.sluice.balancer.internal.RollingWindow;
import dev.sluice.proxy.internal.Nanos;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps calls away from something that fails, and tries it again after a while. The pattern is from Nygard, Release It!
 *
 * <pre>
 * CLOSED    --failures in a row, or too large a part of them--> OPEN
 * OPEN      --its time is over, and a permission is asked for--> HALF_OPEN
 * HALF_OPEN --a trial failed--> OPEN, for twice as long
 * HALF_OPEN --enough trials succeeded--> CLOSED
 * </pre>
 *
 * <p>Each permission of {@link #tryAcquire} is followed by one of {@link #succeeded}, {@link #failed} or {@link
 * #released}. Times are of one time source. A pure state machine: it neither waits nor reads a clock. Safe for use by
 * many threads; while it is closed nothing is locked.
 */
public final class CircuitBreaker {
    /** What a breaker does with calls. */
    public enum State {
        /** It lets all through. */
        CLOSED,
        /** It lets none through. */
        OPEN,
        /** It lets a few through at once, to see how they end. */
        HALF_OPEN
    }

    private static final Logger LOG = LoggerFactory.getLogger(CircuitBreaker.class);

    private final BreakerPolicy policy;
    private final Listener listener;
    private final AtomicInteger inRow = new AtomicInteger();

    private final Object lock = new Object();
    /** Written with the lock, like the next three; {@code sinceNanos} and the window are written before it. */
    private volatile State state = State.CLOSED;

    private volatile long sinceNanos = Long.MIN_VALUE;
    private volatile RollingWindow window;
    private volatile long retryAtNanos;

    /** The rest is guarded by the lock, and used while it is not closed. */
    private int failedTrials;

    private int running;
    private int passed;
    private long lastTrialNanos;

    /** A closed breaker without a listener. */
    public CircuitBreaker(BreakerPolicy policy) {
        this(policy, (from, to, reason) -> {});
    }

    /** A closed breaker. */
    public CircuitBreaker(BreakerPolicy policy, Listener listener) {
        this.policy = Objects.requireNonNull(policy, "policy");
        this.listener = Objects.requireNonNull(listener, "listener");
        this.window = new RollingWindow(policy.window());
    }

    /** What it does with a call that comes now. */
    public State state(long nanos) {
        State now = state;
        return now == State.OPEN && nanos >= retryAtNanos ? State.HALF_OPEN : now;
    }

    /** When it lets a trial through; has no meaning while it is not open. */
    public long retryAtNanos() {
        return retryAtNanos;
    }

    /** Returns whether {@link #tryAcquire} would give permission now; does not take it. */
    public boolean permits(long nanos) {
        if (state == State.CLOSED) {
            return true;
        }
        synchronized (lock) {
            return switch (state) {
                case CLOSED -> true;
                case OPEN -> nanos >= retryAtNanos;
                case HALF_OPEN -> trialFree(nanos);
            };
        }
    }

    /** Asks for permission for one call. While it is half-open that is a trial. */
    public boolean tryAcquire(long nanos) {
        if (state == State.CLOSED) {
            return true;
        }
        boolean begins = false;
        synchronized (lock) {
            if (state == State.CLOSED) {
                return true;
            }
            if (state == State.OPEN) {
                if (nanos < retryAtNanos) {
                    return false;
                }
                enter(State.HALF_OPEN, nanos);
                begins = true;
            } else if (!trialFree(nanos)) {
                return false;
            }
            running++;
            lastTrialNanos = nanos;
        }
        if (begins) {
            tell(State.OPEN, State.HALF_OPEN, "the time to be open is over");
        }
        return true;
    }

    /** The call has succeeded: as {@link #succeeded(long, long)}, of a call permitted in the present state. */
    public void succeeded(long nanos) {
        succeeded(nanos, nanos);
    }

    /**
     * The call has succeeded. Has no effect if it was permitted in an earlier state.
     *
     * @param beginNanos when it was permitted
     */
    public void succeeded(long beginNanos, long nanos) {
        if (beginNanos < sinceNanos) {
            return;
        }
        if (state == State.CLOSED) {
            window.succeeded(0, nanos);
            if (inRow.get() != 0) {
                inRow.set(0);
            }
            return;
        }
        synchronized (lock) {
            if (!endTrial(beginNanos) || ++passed < policy.successes()) {
                return;
            }
            enter(State.CLOSED, nanos);
        }
        tell(State.HALF_OPEN, State.CLOSED, policy.successes() + " trials succeeded");
    }

    /** The call has failed: as {@link #failed(long, long)}, of a call permitted in the present state. */
    public void failed(long nanos) {
        failed(nanos, nanos);
    }

    /**
     * The call has failed. Has no effect if it was permitted in an earlier state.
     *
     * @param beginNanos when it was permitted
     */
    public void failed(long beginNanos, long nanos) {
        if (beginNanos < sinceNanos) {
            return;
        }
        boolean closed = state == State.CLOSED;
        String reason = closed ? countFailure(nanos) : "a trial failed";
        if (reason == null) {
            return;
        }
        State from;
        synchronized (lock) {
            from = state;
            // Another call may have changed it by now; then this one belongs to an earlier state.
            if (closed ? from != State.CLOSED : !endTrial(beginNanos)) {
                return;
            }
            failedTrials = from == State.HALF_OPEN ? failedTrials + 1 : 0;
            retryAtNanos = Nanos.after(nanos, policy.openFor(failedTrials));
            enter(State.OPEN, nanos);
        }
        tell(from, State.OPEN, reason);
    }

    /** The call ended without a result that says something about the upstream, such as when the client left. */
    public void released(long nanos) {
        released(nanos, nanos);
    }

    /** The same; has no effect if it was permitted in an earlier state. */
    public void released(long beginNanos, long nanos) {
        if (state != State.CLOSED) {
            synchronized (lock) {
                endTrial(beginNanos);
            }
        }
    }

    /** An exception of a listener must not lose the permission or the call that has changed the state. */
    private void tell(State from, State to, String reason) {
        try {
            listener.changed(from, to, reason);
        } catch (RuntimeException | Error fault) {
            LOG.error("a listener of a circuit breaker failed", fault);
        }
    }

    private @Nullable String countFailure(long nanos) {
        int row = inRow.incrementAndGet();
        window.failed(nanos);
        if (policy.failures() > 0 && row >= policy.failures()) {
            return row + " failures in a row";
        }
        if (policy.failurePercent() == 0) {
            return null;
        }
        RollingWindow.Counts counts = window.counts(nanos);
        long requests = counts.succeeded() + counts.failed();
        boolean tooMany =
                requests >= policy.minRequests() && 100 * counts.failed() >= policy.failurePercent() * requests;
        return tooMany ? counts.failed() + " of the last " + requests + " calls failed" : null;
    }

    /** With the lock. */
    private boolean trialFree(long nanos) {
        return running < policy.trials() || nanos - lastTrialNanos >= Nanos.of(policy.trialTimeout());
    }

    /** Ends a trial of the present state, if it is one. With the lock. */
    private boolean endTrial(long beginNanos) {
        if (state != State.HALF_OPEN || beginNanos < sinceNanos) {
            return false;
        }
        running = Math.max(0, running - 1);
        return true;
    }

    /** With the lock. */
    private void enter(State next, long nanos) {
        running = 0;
        passed = 0;
        inRow.set(0);
        window = new RollingWindow(policy.window());
        sinceNanos = nanos;
        state = next;
    }

    /**
     * Is told when a breaker changes its state, on the thread whose call changed it, and with no lock held. What it throws
     * is logged, and changes nothing else.
     */
    @FunctionalInterface
    public interface Listener {
        /**
         * It has changed. If two changes come close together on two threads, the later one may be told first: {@link
         * CircuitBreaker#state} has the present state.
         *
         * @param reason what changed it, for logs
         */
        void changed(State from, State to, String reason);
    }
}
