package dev.sluice.proxy.internal;

import java.time.Duration;

/** Durations as nanoseconds; a longer one becomes the greatest. */
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

    /** The time that is {@code more} after {@code nanos}, at most {@link Long#MAX_VALUE}. */
    public static long after(long nanos, long more) {
        long sum = nanos + more;
        return more > 0 && sum < nanos ? Long.MAX_VALUE : sum;
    }

    /** The seconds of a time that is not negative, rounded up, and at least 1: for {@code Retry-After}. */
    public static long wholeSeconds(long nanos) {
        return Math.max(1, (nanos - 1) / 1_000_000_000 + 1);
    }

    /** The time that is {@code more} after {@code nanos}, at most {@link Long#MAX_VALUE}. */
    public static long after(long nanos, Duration more) {
        return after(nanos, of(more));
    }

    /** The nanoseconds, doubled {@code times} times, but not above {@code most}. */
    public static long doubled(long nanos, int times, long most) {
        long value = Math.min(nanos, most);
        for (int i = 0; i < times && value > 0 && value < most; i++) {
            value = value > most / 2 ? most : value * 2;
        }
        return value;
    }
}
