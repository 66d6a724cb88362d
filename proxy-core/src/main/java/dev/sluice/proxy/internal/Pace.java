package dev.sluice.proxy.internal;

/**
 * Whether one direction of a body keeps to a least rate. It has credit, in time: waiting for the peer uses it up, each
 * byte that moves gives some back, and there is never more of it than the grace. So a fast beginning does not pay for
 * a slow end. For one thread.
 */
public final class Pace {
    private static final long NEVER = Long.MAX_VALUE;
    private static final double NANOS_PER_SECOND = 1e9;

    private final long bytesPerSecond;
    private final long graceNanos;
    private long creditNanos;
    private long startNanos;

    /**
     * With all of the grace as credit.
     *
     * @param bytesPerSecond 0 for any pace
     */
    public Pace(long bytesPerSecond, long graceNanos) {
        this.bytesPerSecond = bytesPerSecond;
        this.graceNanos = graceNanos;
        this.creditNanos = graceNanos;
    }

    /** Begins to wait for the peer; returns when at the latest {@code bytes} must have moved. */
    public long begin(long nowNanos, long bytes) {
        startNanos = nowNanos;
        if (bytesPerSecond == 0) {
            return NEVER;
        }
        long until = nowNanos + creditNanos + nanosFor(bytes);
        return until < nowNanos ? NEVER : until;
    }

    /** Has waited, and so many bytes have moved. */
    public void moved(long nowNanos, long bytes) {
        if (bytesPerSecond > 0) {
            creditNanos = Math.max(0, creditNanos - (nowNanos - startNanos));
            creditNanos = Math.min(graceNanos, creditNanos + nanosFor(bytes));
        }
    }

    private long nanosFor(long bytes) {
        // At most what a long holds, with room for the rest of a sum.
        return (long) Math.min(bytes * NANOS_PER_SECOND / bytesPerSecond, NEVER / 4.0);
    }
}
