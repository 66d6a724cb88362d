package dev.sluice.proxy.internal;

/**
 * Bounds the lines that one cause may write into a log, as anybody may bring it about as often as he likes: the first
 * ones of each minute are written, and the next minute's first line can say how many were not. Safe for use by many
 * threads.
 */
public final class LogLimit {
    private static final long MINUTE_NANOS = 60_000_000_000L;

    private final int most;
    private long sinceNanos = Long.MIN_VALUE;
    private int lines;
    private long dropped;

    /**
     * A limit of which nothing is used.
     *
     * @param most lines a minute
     */
    public LogLimit(int most) {
        this.most = most;
    }

    /** Returns how many lines were not written since the last one that was, or -1 if this one is not to be. */
    public synchronized long permit(long nowNanos) {
        if (lines == 0 || nowNanos - sinceNanos >= MINUTE_NANOS) {
            sinceNanos = nowNanos;
            lines = 0;
        }
        if (lines == most) {
            dropped++;
            return -1;
        }
        lines++;
        long before = dropped;
        dropped = 0;
        return before;
    }
}
