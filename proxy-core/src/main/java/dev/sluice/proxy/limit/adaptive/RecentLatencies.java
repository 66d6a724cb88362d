package dev.sluice.proxy.limit.adaptive;

import java.util.Arrays;

/** Recent latencies, of which the last 128 are kept. Not safe for use by several threads. */
final class RecentLatencies {
    private static final int KEPT = 128;

    private final long[] ring = new long[KEPT];
    private int count;

    void add(long nanos) {
        ring[count % KEPT] = nanos;
        count++;
    }

    int count() {
        return count;
    }

    /** The middle one, or 0 when there is none. */
    long median() {
        int size = Math.min(count, KEPT);
        if (size == 0) {
            return 0;
        }
        long[] sorted = Arrays.copyOf(ring, size);
        Arrays.sort(sorted);
        return sorted[size / 2];
    }

    void clear() {
        count = 0;
    }
}
