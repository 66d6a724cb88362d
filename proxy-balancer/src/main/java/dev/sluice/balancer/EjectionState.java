package dev.sluice.balancer;

import dev.sluice.balancer.health.EjectionPolicy;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a member's own requests say about it: failures in a row, and how often it was ejected. Results may be counted by
 * many threads at once; {@link #begin} and {@link #restart} are called under the pool's lock.
 */
final class EjectionState {
    private final EjectionPolicy policy;
    private final AtomicInteger inRow = new AtomicInteger();
    private volatile long sinceNanos;
    private volatile long successNanos;
    private int step;

    EjectionState(EjectionPolicy policy, long nanos) {
        this.policy = policy;
        this.sinceNanos = nanos;
        this.successNanos = nanos;
    }

    void succeeded(long nanos) {
        successNanos = nanos;
        if (inRow.get() != 0) {
            inRow.set(0);
        }
    }

    /**
     * Counts a failure, unless its attempt began before the member was last taken back: that tells of the time before.
     *
     * @return whether there have been enough of them
     */
    boolean failed(long beginNanos) {
        return beginNanos >= sinceNanos && inRow.incrementAndGet() >= policy.failures();
    }

    int inRow() {
        return inRow.get();
    }

    /** The member is ejected: for how long? */
    Duration begin() {
        long wellNanos = Math.max(0, successNanos - sinceNanos);
        step -= (int) Math.min(step, Duration.ofNanos(wellNanos).dividedBy(policy.shrink()));
        long within = policy.max().dividedBy(policy.base());
        // Past the cap the step does not grow, so that it takes no longer to shrink again than it took to grow.
        step = (int) Math.min(step + 1, within + 1);
        return step > within ? policy.max() : policy.base().multipliedBy(step);
    }

    /** The member is used again: what came before does not count any more. */
    void restart(long nanos) {
        sinceNanos = nanos;
        successNanos = nanos;
        inRow.set(0);
    }
}
