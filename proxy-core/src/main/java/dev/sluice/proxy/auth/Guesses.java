package dev.sluice.proxy.auth;

import dev.sluice.proxy.internal.LogLimit;
import dev.sluice.proxy.internal.RateBuckets;
import dev.sluice.proxy.time.TimeSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many passwords each client may still try. A try is counted before the password is checked, so that a flood that
 * comes at once gets no more; if the password is right, it is taken back. What was counted fades evenly over a minute.
 * Nobody gets new tries by filling the memory with other addresses, see {@link RateBuckets}. Safe for use by many threads.
 */
final class Guesses {
    private static final Logger LOG = LoggerFactory.getLogger(BasicAuth.class);

    private static final int CLIENTS = 100_000;
    private static final long MINUTE_NANOS = 60_000_000_000L;

    private final long eachNanos;
    private final LogLimit lines = new LogLimit(1, TimeSource.system()::nanos);
    private final RateBuckets tries = new RateBuckets(CLIENTS, this::logSharing);

    Guesses(int perMinute) {
        this.eachNanos = MINUTE_NANOS / perMinute;
    }

    /**
     * Counts a try.
     *
     * @return 0 if it may be made; else it is not counted, and this is after how many nanoseconds it may
     */
    long take(Object client, long now) {
        return Math.max(0, tries.take(client, eachNanos, MINUTE_NANOS, now) - MINUTE_NANOS);
    }

    /** What {@link #take} would return; nothing is counted. */
    long tooEarly(Object client, long now) {
        return Math.max(0, tries.reserve(client, 0, now) + eachNanos - MINUTE_NANOS);
    }

    /** Takes back what {@link #take} has counted. */
    void giveBack(Object client, long now) {
        tries.reserve(client, -eachNanos, now);
    }

    /** How many clients are known. */
    int size() {
        return tries.size();
    }

    private void logSharing() {
        lines.happened(times -> LOG.warn(
                "{} clients try passwords at once: others share their tries until some have stopped{}",
                tries.room(),
                LogLimit.others(times)));
    }
}
