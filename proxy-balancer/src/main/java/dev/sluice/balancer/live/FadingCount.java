package dev.sluice.balancer.live;

import java.util.concurrent.TimeUnit;

/**
 * A count of recent events: each counts as 1 when it happens, as 1/e after {@value #FADING_SECONDS} second, and soon as
 * nothing. Events are counted under a lock. Reading takes no lock, and may see the time of one event with the count of
 * another, which does no harm.
 */
final class FadingCount {
    private static final long FADING_SECONDS = 1;
    private static final double FADING_NANOS = TimeUnit.SECONDS.toNanos(FADING_SECONDS);
    /** Less than this counts as nothing: among idle members even a tiny rest would keep one from all requests. */
    private static final double LEAST = 0.1;

    /**
     * After this time even a billion events count as nothing, so nothing is computed. Each pick asks about each member,
     * and most members rarely fail.
     */
    private static final long LONG_AGO_NANOS = TimeUnit.SECONDS.toNanos(30);

    private volatile double count;
    private volatile long stampNanos;

    synchronized void add(long nanos) {
        count = at(nanos) + 1;
        stampNanos = nanos;
    }

    /** What is left of it at this time. */
    double at(long nanos) {
        double known = count;
        long elapsed = Math.max(0, nanos - stampNanos);
        if (known == 0 || elapsed > LONG_AGO_NANOS) {
            return 0;
        }
        double left = known * Math.exp(-elapsed / FADING_NANOS);
        return left < LEAST ? 0 : left;
    }

    synchronized void forget() {
        count = 0;
    }
}
