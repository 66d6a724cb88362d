package dev.sluice.balancer.simulation;

import java.time.Duration;

/** The checks that options of this package have in common. */
final class Options {
    private Options() {}

    /** In nanoseconds, 0 or more. */
    static long nanos(String option, Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException(option + " must not be negative: " + time);
        }
        return time.toNanos();
    }

    static long positiveNanos(String option, Duration time) {
        if (time.isNegative() || time.isZero()) {
            throw new IllegalArgumentException(option + " must be positive: " + time);
        }
        return time.toNanos();
    }

    static double share(String option, double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException(option + " must be 0 to 1: " + share);
        }
        return share;
    }

    /** Also not infinite, and not "not a number". */
    static double positive(String option, double value) {
        if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(option + " must be positive: " + value);
        }
        return value;
    }

    static int positive(String option, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(option + " must be at least 1: " + value);
        }
        return value;
    }
}
