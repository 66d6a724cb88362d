package dev.sluice.balancer;

import dev.sluice.balancer.retry.RetryBudget;
import dev.sluice.balancer.retry.RetryPolicy;
import dev.sluice.proxy.time.TimeSource;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * How many attempts a request has had, and what the next one costs of the pool's budget. Used by one thread at a time, but
 * for {@link #anyLeft}, {@link #made}, {@link #reserve} and taking without wanting it.
 */
final class RetryCount {
    private final RetryPolicy policy;
    private final RetryBudget budget;
    /** Attempts so far, but for those that found their member shut and were parked. */
    private final AtomicInteger made = new AtomicInteger();

    /** When the next attempt was counted in the budget, or NEVER when it costs nothing. */
    private long countedNanos = TimeSource.NEVER;

    RetryCount(RetryPolicy policy, RetryBudget budget) {
        this.policy = policy;
        this.budget = budget;
    }

    int made() {
        return made.get();
    }

    /** Returns whether the policy allows another. */
    boolean anyLeft() {
        return made.get() < policy.attempts();
    }

    /** An attempt begins, which may have been counted in the budget. */
    void begin() {
        made.incrementAndGet();
        countedNanos = TimeSource.NEVER;
    }

    /** The last one found its member shut, and is not counted among them. */
    void leaveOut() {
        made.decrementAndGet();
    }

    /**
     * Counts the next attempt, if there may be one.
     *
     * @param costs whether it costs something of the budget
     * @return why there may be none, or null
     */
    @Nullable
    String refusal(boolean costs, long nanos) {
        if (!anyLeft()) {
            return made + " attempts at most";
        }
        return costs && !inBudget(nanos) ? "the retry budget is spent: " + budget : null;
    }

    /** Counts the next attempt in the budget, if there is room; {@link #takeBack} for one that is not made. */
    boolean inBudget(long nanos) {
        if (countedNanos == TimeSource.NEVER && budget.tryRetry(nanos)) {
            countedNanos = nanos;
        }
        return countedNanos != TimeSource.NEVER;
    }

    void takeBack() {
        giveBack(countedNanos);
        countedNanos = TimeSource.NEVER;
    }

    /** Counts the attempt after this one, if there is room; {@link #take} says what becomes of it. */
    boolean reserve(PoolLease lease, long nanos) {
        boolean room = budget.tryRetry(nanos);
        if (room) {
            lease.reserve(nanos);
        }
        return room;
    }

    /** Makes what may be reserved for the attempt after this one the next, if that is wanted; else gives it back. */
    void take(PoolLease lease, boolean wanted) {
        long reservedNanos = lease.takeReserved();
        if (wanted && countedNanos == TimeSource.NEVER) {
            countedNanos = reservedNanos;
        } else {
            giveBack(reservedNanos);
        }
    }

    private void giveBack(long nanos) {
        if (nanos != TimeSource.NEVER) {
            budget.giveBack(nanos);
        }
    }
}
