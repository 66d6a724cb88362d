package dev.sluice.lab;

/**
 * Counts times in buckets. Each power of two is divided into 32 buckets, so the error is at most 3 %. Each method says
 * whether it is for one thread or for many.
 */
public final class Latencies {
    private static final int BITS = 5;
    private static final int PARTS = 1 << BITS;

    private final long[] buckets = new long[(Long.SIZE - BITS) * PARTS];
    private long count;

    /** Counts one time. For one thread. */
    public void add(long nanos) {
        buckets[index(nanos)]++;
        count++;
    }

    /** Adds all counts of another. For many threads. */
    public synchronized void add(Latencies other) {
        for (int i = 0; i < buckets.length; i++) {
            buckets[i] += other.buckets[i];
        }
        count += other.count;
    }

    public synchronized long count() {
        return count;
    }

    /**
     * The percentile: the smallest time that this many per cent of the times do not exceed. It is 0 if nothing was
     * counted.
     */
    public synchronized double percentileMicros(int percent) {
        long wanted = (count * percent + 99) / 100;
        long seen = 0;
        for (int i = 0; i < buckets.length; i++) {
            seen += buckets[i];
            if (seen >= wanted && seen > 0) {
                return nanos(i) / 1e3;
            }
        }
        return 0;
    }

    private static int index(long nanos) {
        long value = Math.max(0, nanos);
        int power = Math.max(0, Long.SIZE - 1 - Long.numberOfLeadingZeros(value | 1) - BITS);
        return value < PARTS ? (int) value : ((power + 1) << BITS) + (int) ((value >>> power) & (PARTS - 1));
    }

    private static long nanos(int index) {
        return index < PARTS ? index : (long) (PARTS + (index & (PARTS - 1))) << ((index >>> BITS) - 1);
    }
}
