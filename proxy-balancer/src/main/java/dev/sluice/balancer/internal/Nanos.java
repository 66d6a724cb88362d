package dev.sluice.balancer.internal;

import java.time.Duration;

/** Durations as nanoseconds, with what is past all time as the longest. */
public final class Nanos {
    private Nanos() {}

    /** The nanoseconds of a duration that is not negative, at most {@link Long#MAX_VALUE}. */
    public static long of(Duration duration) {
        try {
            return duration.toNanos();
        } catch (ArithmeticException overflow) {
            return Long.MAX_VALUE;
        }
    }

    /** The time that is so long after {@code nanos}, at most {@link Long#MAX_VALUE}. */
    public static long after(long nanos, Duration duration) {
        long more = of(duration);
        return more >= Long.MAX_VALUE - nanos ? Long.MAX_VALUE : nanos + more;
    }
}
