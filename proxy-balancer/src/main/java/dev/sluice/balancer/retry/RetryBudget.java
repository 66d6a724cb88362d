package dev.sluice.balancer.retry;

import dev.sluice.proxy.internal.Require;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Limits how many attempts repeat a request: over the last 10 s at most a part of the requests, and a minimum that a
 * quiet pool may always use. Without a limit, retries multiply the load just when the members can bear it least. A
 * request that was certainly never sent to a member does not count, as it repeats no work.
 *
 * <p>The idea and the defaults, 20 % and 10 a second, are those of Finagle's {@code RetryBudget}. Counts are kept in
 * buckets of one second. Safe for use by many threads, and by several pools at once.
 */
public final class RetryBudget {
    private static final int BUCKETS = 10;
    private static final long BUCKET_NANOS = 1_000_000_000L;

    private final double ratio;
    private final int floorPerSecond;
    /** For each bucket the number of its second, then the requests and the retries in it. */
    private final Bucket[] buckets = new Bucket[BUCKETS];

    private RetryBudget(double ratio, int floorPerSecond) {
        Require.within("retry budget ratio", 0, 10, ratio);
        Require.notNegative("retry budget floor", floorPerSecond);
        this.ratio = ratio;
        this.floorPerSecond = floorPerSecond;
        for (int i = 0; i < BUCKETS; i++) {
            buckets[i] = new Bucket();
        }
    }

    /** A new budget with the defaults: 20 % of the requests, and 10 retries a second in any case. */
    public static RetryBudget standard() {
        return of(0.2, 10);
    }

    /**
     * A budget.
     *
     * @param ratio retries for each request, over the last {@link #window()}
     * @param floorPerSecond how many retries a second are always allowed, whatever the number of requests
     * @throws IllegalArgumentException if the ratio is not 0 to 10, or the floor is negative; the message has the value
     */
    public static RetryBudget of(double ratio, int floorPerSecond) {
        return new RetryBudget(ratio, floorPerSecond);
    }

    /** The time over which requests and retries are compared: 10 s. */
    public static Duration window() {
        return Duration.ofNanos(BUCKETS * BUCKET_NANOS);
    }

    /** Counts a request. */
    public void request(long nanos) {
        bucket(nanos).requests.getAndIncrement();
    }

    /** Counts a retry, if there is room for one. */
    public boolean tryRetry(long nanos) {
        // Two threads that check at once may both pass: in a budget the proportion matters, not one more or less.
        boolean room = hasRoom(nanos);
        if (room) {
            bucket(nanos).retries.getAndIncrement();
        }
        return room;
    }

    /** Returns whether there is room for a retry now. */
    public boolean hasRoom(long nanos) {
        return used(nanos) < 1;
    }

    /**
     * The part of the budget that is used: 0 if there were no retries, and from 1 on there is no room for more. Always 1 if
     * the budget allows none.
     */
    public double used(long nanos) {
        long second = bucket(nanos).second;
        long requests = 0;
        long retries = 0;
        for (Bucket bucket : buckets) {
            if (second - bucket.second < BUCKETS) {
                requests += bucket.requests.get();
                retries += bucket.retries.get();
            }
        }
        double allowed = ratio * requests + (double) floorPerSecond * BUCKETS;
        return allowed == 0 ? 1 : retries / allowed;
    }

    /**
     * Uncounts a retry that is not made after all.
     *
     * @param countedNanos when it was counted
     */
    public void giveBack(long countedNanos) {
        long second = countedNanos / BUCKET_NANOS;
        Bucket then = buckets[(int) (second % BUCKETS)];
        if (then.second == second) {
            then.retries.getAndDecrement();
        }
    }

    private Bucket bucket(long nanos) {
        long second = nanos / BUCKET_NANOS;
        Bucket bucket = buckets[(int) (second % BUCKETS)];
        return bucket.second == second ? bucket : bucket.begin(second);
    }

    /** What is allowed, in words. */
    @Override
    public String toString() {
        return Math.round(100 * ratio) + " % of the requests, and " + floorPerSecond + " a second";
    }

    private static final class Bucket {
        private final AtomicLong requests = new AtomicLong();
        private final AtomicLong retries = new AtomicLong();
        private volatile long second = -BUCKETS;

        private synchronized Bucket begin(long newSecond) {
            if (second < newSecond) {
                requests.set(0);
                retries.set(0);
                second = newSecond;
            }
            return this;
        }
    }
}
