package dev.sluice.balancer.attempt;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * A quantile of the latencies of the last 10 to 20 seconds, within 10 %. Samples are counted in buckets whose bounds
 * grow by a tenth; two sets of buckets take turns. The quantile is computed at most once every 100 ms, and costs a
 * volatile read in between. Safe for use by many threads.
 */
public final class LatencyQuantile {
    private static final int BUCKETS = 256;
    private static final double GROWTH = StrictMath.log(1.1);
    private static final double FIRST_NANOS = 10_000;
    private static final long TURN_NANOS = 10_000_000_000L;
    private static final long FRESH_NANOS = 100_000_000L;
    /** Fewer say nothing about a tail. */
    private static final int LEAST = 100;

    private final double part;
    private volatile AtomicLongArray current = new AtomicLongArray(BUCKETS);
    private volatile AtomicLongArray previous = new AtomicLongArray(BUCKETS);
    private volatile long turnedNanos;
    private volatile long computedNanos = Long.MIN_VALUE / 2;
    private volatile long quantileNanos;

    /**
     * A quantile without samples.
     *
     * @param part between 0 and 1, such as 0.95
     * @param nanos the time now
     */
    public LatencyQuantile(double part, long nanos) {
        this.part = part;
        this.turnedNanos = nanos;
    }

    /** Counts a sample. */
    public void add(long latencyNanos, long nanos) {
        if (nanos - turnedNanos >= TURN_NANOS) {
            turn(nanos);
        }
        current.getAndIncrement(bucket(latencyNanos));
    }

    /** The quantile in nanoseconds, or 0 while there are fewer than 100 samples. */
    public long nanos(long nanos) {
        if (nanos - computedNanos >= FRESH_NANOS) {
            computedNanos = nanos;
            quantileNanos = compute();
        }
        return quantileNanos;
    }

    private synchronized void turn(long nanos) {
        long age = nanos - turnedNanos;
        if (age >= TURN_NANOS) {
            previous = age < 2 * TURN_NANOS ? current : new AtomicLongArray(BUCKETS);
            current = new AtomicLongArray(BUCKETS);
            turnedNanos = nanos;
        }
    }

    private long compute() {
        AtomicLongArray one = current;
        AtomicLongArray other = previous;
        long sum = 0;
        for (int i = 0; i < BUCKETS; i++) {
            sum += one.get(i) + other.get(i);
        }
        double below = part * sum;
        int i = 0;
        for (long seen = one.get(0) + other.get(0); seen < below && i < BUCKETS - 1; i++) {
            seen += one.get(i + 1) + other.get(i + 1);
        }
        return sum < LEAST ? 0 : Math.round(FIRST_NANOS * StrictMath.exp(GROWTH * i));
    }

    /** Bucket i counts latencies up to the first bound multiplied i times by the growth factor. */
    private static int bucket(long latencyNanos) {
        double steps = StrictMath.log(Math.max(1, latencyNanos / FIRST_NANOS)) / GROWTH;
        return (int) Math.min(BUCKETS - 1, Math.ceil(steps));
    }
}
