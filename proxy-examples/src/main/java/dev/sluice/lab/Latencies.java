package dev.sluice.lab;

/**
 * Counts times in buckets. Each power of two is divided into equal parts, 32 of them by default, so that the error is at
 * most 3 %. Each method says whether it is for one thread or for many.
 */
public final class Latencies {
    private final int bits;
    private final int parts;
    private final long[] buckets;
    private long count;

    /** Counts with an error of at most 3 %, in 15 KB. */
    public Latencies() {
        this(5);
    }

    private Latencies(int bits) {
        this.bits = bits;
        this.parts = 1 << bits;
        this.buckets = new long[(Long.SIZE - bits) * parts];
    }

    /** Counts with an error of at most 0.4 %, in 114 KB. */
    public static Latencies precise() {
        return new Latencies(8);
    }

    /** Counts one time. For one thread. */
    public void add(long nanos) {
        buckets[index(nanos)]++;
        count++;
    }

    /**
     * Adds all counts of another, which is as precise. For many threads.
     *
     * @throws IllegalArgumentException if it is not as precise
     */
    public synchronized void add(Latencies other) {
        if (other.bits != bits) {
            throw new IllegalArgumentException("times are counted with " + bits + " bits, not with " + other.bits);
        }
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
    public synchronized double percentileMicros(double percent) {
        // 99.9 is not exact as a double: without the difference the last of a thousand would be wanted.
        long wanted = (long) Math.ceil(count * percent / 100 - 1e-6);
        long seen = 0;
        for (int i = 0; i < buckets.length; i++) {
            seen += buckets[i];
            if (seen >= wanted && seen > 0) {
                return nanos(i) / 1e3;
            }
        }
        return 0;
    }

    private int index(long nanos) {
        long value = Math.max(0, nanos);
        int power = Math.max(0, Long.SIZE - 1 - Long.numberOfLeadingZeros(value | 1) - bits);
        return value < parts ? (int) value : ((power + 1) << bits) + (int) ((value >>> power) & (parts - 1));
    }

    private long nanos(int index) {
        return index < parts ? index : (long) (parts + (index & (parts - 1))) << ((index >>> bits) - 1);
    }
}
