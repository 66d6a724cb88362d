package dev.sluice.balancer.attempt;

import dev.sluice.balancer.retry.RetryBudget;
import dev.sluice.proxy.time.TimeSource;

/**
 * Counts one request's next attempt in the pool's budget, and uncounts it if it is not made. For one thread at a time.
 */
final class RetryCount {
    private final RetryBudget budget;
    /** When the next attempt was counted, or NEVER when it costs nothing. */
    private long countedNanos = TimeSource.NEVER;

    RetryCount(RetryBudget budget) {
        this.budget = budget;
    }

    /** The request has come, which adds to the budget. */
    void request(long nanos) {
        budget.request(nanos);
    }

    /** Counts the next attempt, if there is room. */
    boolean counted(long nanos) {
        boolean room = budget.tryRetry(nanos);
        countedNanos = room ? nanos : TimeSource.NEVER;
        return room;
    }

    /** It is made. */
    void made() {
        countedNanos = TimeSource.NEVER;
    }

    /** It is not made. */
    void takeBack() {
        if (countedNanos != TimeSource.NEVER) {
            budget.giveBack(countedNanos);
            countedNanos = TimeSource.NEVER;
        }
    }

    /** The budget in words. */
    @Override
    public String toString() {
        return budget.toString();
    }
}
