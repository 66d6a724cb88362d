package dev.sluice.balancer.internal;

import java.time.Duration;
import java.util.Objects;

/** The checks that options have in common. */
public final class Require {
    private Require() {}

    /**
     * The value.
     *
     * @param option its name, as the message begins
     * @throws IllegalArgumentException if it is not positive; the message shows it
     * @throws NullPointerException if it is null; the message is the option's name
     */
    public static Duration positive(String option, Duration value) {
        Objects.requireNonNull(value, option);
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(option + " must be positive: " + value);
        }
        return value;
    }

    /**
     * The value.
     *
     * @throws IllegalArgumentException if it is less than {@code least}; the message shows it
     */
    public static int atLeast(String option, int least, int value) {
        if (value < least) {
            throw new IllegalArgumentException(option + " must be at least " + least + ": " + value);
        }
        return value;
    }

    /**
     * The value.
     *
     * @throws IllegalArgumentException if it is not {@code least} to 100; the message shows it
     */
    public static int percent(String option, int least, int value) {
        if (value < least || value > 100) {
            throw new IllegalArgumentException(option + " must be " + least + " to 100: " + value);
        }
        return value;
    }
}
