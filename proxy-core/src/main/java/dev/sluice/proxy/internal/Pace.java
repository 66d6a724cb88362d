package dev.sluice.proxy.internal;

import java.time.Duration;

/**
 * Whether one direction of a body keeps to a minimum rate. It has credit, in time: waiting for the peer uses it up, each
 * byte that moves gives some back, and it never exceeds the grace. So a fast start does not pay for a slow end. For one
 * thread.
 */
public final class Pace {
    private static final long NEVER = Long.MAX_VALUE;
    private static final double NANOS_PER_SECOND = 1e9;

    /** For as many directions as there are: without a rate nothing is kept. */
    private static final Pace ANY = new Pace(0, 0);

    private final long bytesPerSecond;
    private final long graceNanos;
    private long creditNanos;
    private long startNanos;

    private Pace(long bytesPerSecond, long graceNanos) {
        this.bytesPerSecond = bytesPerSecond;
        this.graceNanos = graceNanos;
        this.creditNanos = graceNanos;
    }

    /**
     * With all of the grace as credit.
     *
     * @param bytesPerSecond 0 for any pace
     */
    public static Pace of(long bytesPerSecond, Duration grace) {
        return bytesPerSecond == 0 ? ANY : new Pace(bytesPerSecond, Nanos.of(grace));
    }

    /** Begins to wait for the peer; returns when at the latest {@code bytes} must have moved. */
    public long begin(long nowNanos, long bytes) {
        if (bytesPerSecond == 0) {
            return NEVER;
        }
        startNanos = nowNanos;
        return Nanos.after(Nanos.after(nowNanos, creditNanos), nanosFor(bytes));
    }

    /** The wait is over, and {@code bytes} have moved. */
    public void moved(long nowNanos, long bytes) {
        if (bytesPerSecond > 0) {
            creditNanos = Math.max(0, creditNanos - (nowNanos - startNanos));
            creditNanos = Math.min(graceNanos, Nanos.after(creditNanos, nanosFor(bytes)));
        }
    }

    private long nanosFor(long bytes) {
        // A double that is too large becomes the longest.
        return (long) (bytes * NANOS_PER_SECOND / bytesPerSecond);
    }
}
