package dev.sluice.balancer;

import java.util.concurrent.TimeUnit;

/**
 * A count of what happened lately: each event counts as one when it happens, as 1/e after {@value #FADING_SECONDS}
 * second, and soon as nothing. Events are counted under a lock; reading takes none, and may see the time of
 * one event with the count of another, which makes no odds.
 */
final class FadingCount {
    private static final long FADING_SECONDS = 1;
    private static final double FADING_NANOS = TimeUnit.SECONDS.toNanos(FADING_SECONDS);
    /** What is less than this is nothing: among idle members the least rest would keep one from all requests. */
    private static final double LEAST = 0.1;

    private volatile double count;
    private volatile long stampNanos;

    synchronized void add(long nanos) {
        count = at(nanos) + 1;
        stampNanos = nanos;
    }

    /** What is left of it at this time. */
    double at(long nanos) {
        double known = count;
        if (known == 0) {
            return 0;
        }
        double left = known * Math.exp(-Math.max(0, nanos - stampNanos) / FADING_NANOS);
        return left < LEAST ? 0 : left;
    }

    synchronized void forget() {
        count = 0;
    }
}
