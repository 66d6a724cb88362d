package dev.sluice.balancer.attempt;

import dev.sluice.balancer.pick.PoolLease;
import dev.sluice.balancer.retry.RetryBudget;
import dev.sluice.proxy.time.TimeSource;

/**
 * Counts one request's next attempt in the pool's budget, and uncounts it if it is not made. For one thread at a time,
 * except for {@link #reserve}.
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

    /** Counts the next attempt, if there is room and it is not counted yet; returns whether it is counted. */
    boolean counted(long nanos) {
        if (countedNanos == TimeSource.NEVER && budget.tryRetry(nanos)) {
            countedNanos = nanos;
        }
        return countedNanos != TimeSource.NEVER;
    }

    /** Counts the attempt that would follow this one, if there is room. On any thread. */
    boolean reserve(PoolLease lease, long nanos) {
        boolean room = budget.tryRetry(nanos);
        if (room) {
            lease.reserve(nanos);
        }
        return room;
    }

    /**
     * Takes what was {@link #reserve reserved} for the attempt after this one, if anything was.
     *
     * @param wanted whether it is for the next attempt; else it is given back
     */
    void take(PoolLease lease, boolean wanted) {
        long reservedNanos = lease.takeReserved();
        if (wanted && countedNanos == TimeSource.NEVER) {
            countedNanos = reservedNanos;
        } else if (reservedNanos != TimeSource.NEVER) {
            budget.giveBack(reservedNanos);
        }
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
