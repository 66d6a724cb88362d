package dev.sluice.balancer.discovery;

import java.time.Duration;

/** What options have in common. */
final class Options {
    private Options() {}

    static Duration positive(String option, Duration value) {
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException(option + " must be positive: " + value);
        }
        return value;
    }

    static void ordered(String option, Duration least, Duration value) {
        if (value.compareTo(least) < 0) {
            throw new IllegalArgumentException(option + " must not be below " + least + ": " + value);
        }
    }

    static int port(int value) {
        if (value < 1 || value > 65_535) {
            throw new IllegalArgumentException("port must be 1 to 65535: " + value);
        }
        return value;
    }

    /** The value, doubled so often, but not above {@code most}. */
    static long doubled(long nanos, int times, long most) {
        long value = Math.min(nanos, most);
        for (int i = 0; i < times && value > 0 && value < most; i++) {
            value = value > most / 2 ? most : value * 2;
        }
        return value;
    }

    /** The nanoseconds, or as many as there can be. */
    static long nanos(Duration duration) {
        try {
            return duration.toNanos();
        } catch (ArithmeticException overflow) {
            return Long.MAX_VALUE;
        }
    }
}
