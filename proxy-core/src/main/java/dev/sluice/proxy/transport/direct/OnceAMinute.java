package dev.sluice.proxy.transport.direct;

import dev.sluice.proxy.time.TimeSource;
import java.time.Duration;
import java.util.function.IntConsumer;

/** Lets one line of a kind into a log each minute, however often it happens. Safe for use by many threads. */
final class OnceAMinute {
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final TimeSource time;
    private boolean said;
    private long saidNanos;
    private int missed;

    /** Nothing has happened yet. */
    OnceAMinute(TimeSource time) {
        this.time = time;
    }

    /**
     * It has happened.
     *
     * @param log writes the line, unless one was written within the last minute; it gets how often it has happened
     *     since then, this time included
     */
    void happened(IntConsumer log) {
        int count;
        synchronized (this) {
            missed++;
            long now = time.nanos();
            if (said && now - saidNanos < MINUTE) {
                return;
            }
            said = true;
            saidNanos = now;
            count = missed;
            missed = 0;
        }
        log.accept(count);
    }
}
