package dev.sluice.balancer.attempt;

import dev.sluice.balancer.pick.PoolLease;
import dev.sluice.balancer.retry.RetryBudget;
import dev.sluice.balancer.retry.RetryPolicy;
import dev.sluice.proxy.time.TimeSource;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * How many attempts one request has had, and what the next one costs of the pool's budget. For one thread at a time,
 * except for {@link #made}, {@link #anyLeft}, {@link #reserve} and {@link #take} with nothing wanted.
 */
final class RetryCount {
    private final RetryPolicy policy;
    private final RetryBudget budget;
    /** Attempts so far, without those that could not reach their member and were parked. */
    private final AtomicInteger made = new AtomicInteger();
    /** When the next attempt was counted in the budget, or NEVER when it costs nothing. */
    private long countedNanos = TimeSource.NEVER;

    RetryCount(RetryPolicy policy, RetryBudget budget) {
        this.policy = policy;
        this.budget = budget;
    }

    /** The request has come, which adds to the budget. */
    void request(long nanos) {
        budget.request(nanos);
    }

    /** An attempt begins; it may have been counted in the budget. */
    void begin() {
        made.incrementAndGet();
        countedNanos = TimeSource.NEVER;
    }

    /** The last attempt could not reach its member, and does not count. */
    void leaveOut() {
        made.decrementAndGet();
    }

    /** Attempts so far. */
    int made() {
        return made.get();
    }

    /** Returns whether the policy allows another attempt. */
    boolean anyLeft() {
        return anyLeft(0);
    }

    /** Returns whether the policy allows another attempt after this many more. */
    boolean anyLeft(int more) {
        return made.get() + more < policy.maxAttempts();
    }

    /**
     * Counts the next attempt, if it may be made.
     *
     * @param costs whether it costs something of the budget
     * @return why it may not be made, or null
     */
    @Nullable
    String refusal(boolean costs, long nanos) {
        if (!anyLeft()) {
            return made + " attempts at most";
        }
        return costs && !counted(nanos) ? "the retry budget is spent: " + budget : null;
    }

    /** Counts the next attempt, if there is room and it is not counted yet; returns whether it is counted. */
    boolean counted(long nanos) {
        if (countedNanos == TimeSource.NEVER && budget.tryRetry(nanos)) {
            countedNanos = nanos;
        }
        return countedNanos != TimeSource.NEVER;
    }

    /** The next attempt is not made. */
    void takeBack() {
        giveBack(countedNanos);
        countedNanos = TimeSource.NEVER;
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
