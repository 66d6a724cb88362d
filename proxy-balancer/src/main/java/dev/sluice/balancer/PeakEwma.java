package dev.sluice.balancer;

/**
 * An average of latencies that follows a longer one at once and forgets it over {@value #TAU_SECONDS} seconds, without
 * samples towards zero, so that a member which nobody dares to ask is asked again one day. The rule is that of
 * Finagle's {@code PeakEwma}. Samples are counted under a lock; reading takes none, and may see the time of one sample
 * with the value of another, which makes no odds.
 */
final class PeakEwma {
    private static final int TAU_SECONDS = 10;
    private static final double TAU_NANOS = TAU_SECONDS * 1e9;

    private volatile double average;
    private volatile long stampNanos;

    synchronized void add(long sampleNanos, long nanos) {
        double kept = kept(nanos);
        double decayed = average * kept;
        average = sampleNanos > decayed ? sampleNanos : decayed + sampleNanos * (1 - kept);
        stampNanos = nanos;
    }

    /** Begins anew, as a member that has not been measured. */
    synchronized void forget() {
        average = 0;
    }

    /** The average as it is at this time; 0 while there was no sample, and at least 1 afterwards. */
    long at(long nanos) {
        double known = average;
        return known == 0 ? 0 : Math.max(1, (long) (known * kept(nanos)));
    }

    /**
     * The part of the average that is left: e^-x, by four terms of its series, as a pick may ask this of every member.
     */
    private double kept(long nanos) {
        double x = Math.max(0, nanos - stampNanos) / TAU_NANOS;
        return 1 / (1 + x * (1 + x / 2 * (1 + x / 3 * (1 + x / 4))));
    }
}
