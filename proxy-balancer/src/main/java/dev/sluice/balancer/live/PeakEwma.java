package dev.sluice.balancer.live;

import dev.sluice.proxy.internal.CombiningLock;
import dev.sluice.proxy.internal.Require;
import java.time.Duration;

/**
 * An average of latencies that follows a longer one at once and forgets it over time. Without samples it falls towards
 * zero, so that a member that gets no requests is tried again in the end. The rule is that of Finagle's {@code
 * PeakEwma}, except for the way down: {@value #ROW} samples in a row below an eighth of it replace it at once, as
 * otherwise a recovered member would be avoided until its peak has faded. Samples are counted under a lock. Reading
 * takes no lock, and may see the time of one sample with the value of another, which does no harm.
 */
final class PeakEwma {
    private static final Duration LONGEST_TAU = Duration.ofHours(1);
    private static final int ROW = 3;
    /** Wider than the usual spread of latencies: a row of short ones by chance is no recovery. */
    private static final int PART = 8;

    private final CombiningLock lock = new CombiningLock();
    private final double tauNanos;
    private volatile double average;
    private volatile long stampNanos;
    private int low;
    private long longestLow;

    /**
     * Refuses a tau that is not positive, or above an hour.
     *
     * @throws IllegalArgumentException if it is; the message shows it
     */
    static void requireTau(Duration tau) {
        Require.aboveZero("pool latencyDecay", LONGEST_TAU, tau);
    }

    /** Without samples; each fades to 1/e within {@code tauNanos}. */
    PeakEwma(long tauNanos) {
        this.tauNanos = tauNanos;
    }

    void add(long sampleNanos, long nanos) {
        lock.run(() -> count(sampleNanos, nanos));
    }

    private void count(long sampleNanos, long nanos) {
        double kept = kept(nanos);
        double decayed = average * kept;
        boolean isLow = sampleNanos < decayed / PART;
        low = isLow ? low + 1 : 0;
        longestLow = isLow ? Math.max(longestLow, sampleNanos) : 0;
        stampNanos = nanos;
        if (low < ROW) {
            average = sampleNanos > decayed ? sampleNanos : decayed + sampleNanos * (1 - kept);
        } else {
            average = longestLow;
            low = 0;
            longestLow = 0;
        }
    }

    /** It has failed, which says nothing about its speed: the average does not fade because answers are missing. */
    void keep(long nanos) {
        lock.run(() -> stampNanos = nanos);
    }

    /** Begins again, as a member that has not been measured. */
    void forget() {
        lock.run(() -> {
            average = 0;
            low = 0;
            longestLow = 0;
        });
    }

    /** The average as it is at this time; 0 while there was no sample, and at least 1 afterwards. */
    long at(long nanos) {
        double known = average;
        return known == 0 ? 0 : Math.max(1, (long) (known * kept(nanos)));
    }

    /**
     * The part of the average that is left: e^-x, from four terms of its series, as a pick may compute this for every
     * member.
     */
    private double kept(long nanos) {
        double x = Math.max(0, nanos - stampNanos) / tauNanos;
        return 1 / (1 + x * (1 + x / 2 * (1 + x / 3 * (1 + x / 4))));
    }
}
