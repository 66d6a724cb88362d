package dev.sluice.proxy.internal;

import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Limits the lines of one cause in a log, because anyone may cause them at will: the first ones of each minute are
 * written, and the first line of the next minute can say how many were not. Safe for use by many threads.
 */
public final class LogLimit {
    private static final long MINUTE_NANOS = 60_000_000_000L;

    private final int most;
    private final LongSupplier clock;
    private long sinceNanos;
    private int lines;
    private long missed;

    /**
     * A limit of which nothing is used.
     *
     * @param most lines a minute
     * @param clock gives the nanoseconds of a time source
     */
    public LogLimit(int most, LongSupplier clock) {
        this.most = most;
        this.clock = clock;
    }

    /**
     * It has happened.
     *
     * @param log writes the line, unless the limit is reached; it gets how often it has happened since the last line, this
     *     time included. It is called without a lock, and may fail
     */
    public void happened(LongConsumer log) {
        long times = count();
        if (times > 0) {
            log.accept(times);
        }
    }

    /** The end of a line: how many others there were since the last one; empty for none. */
    public static String others(long times) {
        return times > 1 ? " (" + (times - 1) + " more since the last such line)" : "";
    }

    /** How often the cause has occurred since the last line, or 0 if no line may be written. */
    private synchronized long count() {
        missed++;
        long now = clock.getAsLong();
        if (lines == 0 || now - sinceNanos >= MINUTE_NANOS) {
            sinceNanos = now;
            lines = 0;
        }
        if (lines == most) {
            return 0;
        }
        lines++;
        long times = missed;
        missed = 0;
        return times;
    }
}
