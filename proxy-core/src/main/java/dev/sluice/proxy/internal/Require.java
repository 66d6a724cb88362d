package dev.sluice.proxy.internal;

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
     */
    public static int positive(String option, int value) {
        if (value <= 0) {
            throw new IllegalArgumentException(option + " must be positive: " + value);
        }
        return value;
    }

    /**
     * The value.
     *
     * @param option its name, as the message begins
     * @throws IllegalArgumentException if it is not positive; the message shows it
     * @throws NullPointerException if it is null; the message is the option's name
     */
    public static Duration positive(String option, Duration value) {
        Objects.requireNonNull(value, option);
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException(option + " must be positive: " + value);
        }
        return value;
    }

    /**
     * The value.
     *
     * @param option its name, as the message begins
     * @throws IllegalArgumentException if it is negative; the message shows it
     * @throws NullPointerException if it is null; the message is the option's name
     */
    public static Duration notNegative(String option, Duration value) {
        Objects.requireNonNull(value, option);
        if (value.isNegative()) {
            throw new IllegalArgumentException(option + " must not be negative: " + value);
        }
        return value;
    }
}
