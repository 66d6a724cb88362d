package dev.sluice.balancer.simulation;

import dev.sluice.proxy.internal.Require;
import java.time.Duration;
import java.util.Arrays;

/**
 * How long requests took, errors included: their distribution. Times are counted in classes that are at most 1.6 %
 * wide, and told by the middle of their class; mean and maximum are exact.
 */
public final class LatencyHistogram {
    /** Classes in each power of two. */
    private static final int CLASSES = 64;

    private static final int BITS = 6;

    private int[] counts = new int[0];
    private long count;
    private long maxNanos;
    private double sumNanos;

    LatencyHistogram() {}

    void add(long nanos) {
        int index = index(nanos);
        if (index >= counts.length) {
            counts = Arrays.copyOf(counts, index + CLASSES);
        }
        counts[index]++;
        count++;
        sumNanos += nanos;
        maxNanos = Math.max(maxNanos, nanos);
    }

    /** How many there were. */
    public long count() {
        return count;
    }

    /** The mean; zero when there were none. */
    public Duration mean() {
        return Duration.ofNanos(count == 0 ? 0 : Math.round(sumNanos / count));
    }

    /** The longest; zero when there were none. */
    public Duration max() {
        return Duration.ofNanos(maxNanos);
    }

    /**
     * The time that this percentage of the requests took at most, to 0.8 %; zero when there were none.
     *
     * @param percent above 0, up to 100: 99.9 for the time that one in a thousand exceeded
     * @throws IllegalArgumentException if it is out of range
     */
    public Duration percentile(double percent) {
        Require.aboveZero("percent", 100, percent);
        // Of 10,000 requests 9,990 are 99.9 %, and not one more for what a double makes of it.
        long wanted = (long) Math.ceil(count * (percent / 100) - 1e-6);
        long seen = 0;
        for (int i = 0; i < counts.length; i++) {
            seen += counts[i];
            if (seen >= wanted && seen > 0) {
                return Duration.ofNanos(Math.min(maxNanos, middle(i)));
            }
        }
        return Duration.ofNanos(maxNanos);
    }

    /** How many took at most so long; those of the class that the time is in count. */
    long within(Duration time) {
        int last = Math.min(counts.length - 1, index(time.toNanos()));
        long sum = 0;
        for (int i = 0; i <= last; i++) {
            sum += counts[i];
        }
        return sum;
    }

    /** Up to 63 each number has its class; above that each power of two has 64. */
    private static int index(long nanos) {
        if (nanos < CLASSES) {
            return (int) nanos;
        }
        int shift = Long.SIZE - 1 - BITS - Long.numberOfLeadingZeros(nanos);
        return (shift << BITS) + (int) (nanos >>> shift);
    }

    /** The number in the middle of a class. */
    private static long middle(int index) {
        if (index < 2 * CLASSES) {
            return index;
        }
        int shift = (index >>> BITS) - 1;
        long least = (long) (index - (shift << BITS)) << shift;
        return least + ((1L << shift) - 1) / 2;
    }
}
