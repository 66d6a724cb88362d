package dev.sluice.proxy.internal;

import java.time.Duration;
import java.util.Objects;

/**
 * Checks of options. Each returns the value, or throws an IllegalArgumentException whose message begins with the
 * option's name and shows the value; for a duration that is null, a NullPointerException with the option's name.
 */
public final class Require {
    private Require() {}

    /** Above 0. */
    public static int positive(String option, int value) {
        return check(value > 0, option, "must be positive", value);
    }

    /** Above 0. */
    public static long positive(String option, long value) {
        return check(value > 0, option, "must be positive", value);
    }

    /** Above 0, and neither infinite nor "not a number". */
    public static double positive(String option, double value) {
        return check(value > 0 && value < Double.POSITIVE_INFINITY, option, "must be positive", value);
    }

    /** Above 0. */
    public static Duration positive(String option, Duration value) {
        Objects.requireNonNull(value, option);
        return check(isPositive(value), option, "must be positive", value);
    }

    /** 0 or more. */
    public static long notNegative(String option, long value) {
        return check(value >= 0, option, "must not be negative", value);
    }

    /** 0 or more. */
    public static Duration notNegative(String option, Duration value) {
        Objects.requireNonNull(value, option);
        return check(!value.isNegative(), option, "must not be negative", value);
    }

    /** {@code least} or more. */
    public static int atLeast(String option, int least, int value) {
        return value >= least ? value : check(false, option, "must be at least " + least, value);
    }

    /** {@code least} or more. */
    public static long atLeast(String option, long least, long value) {
        return value >= least ? value : check(false, option, "must be at least " + least, value);
    }

    /** The value of another option or more. */
    public static int atLeast(String option, String other, int least, int value) {
        return value >= least ? value : check(false, option, "must be at least " + other + " (" + least + ")", value);
    }

    /** The value of another option or more. */
    public static Duration atLeast(String option, String other, Duration least, Duration value) {
        boolean holds = Objects.requireNonNull(value, option).compareTo(least) >= 0;
        return holds
                ? value
                : check(false, option, "must be at least " + other + " (" + DurationText.of(least) + ")", value);
    }

    /** Both bounds are allowed. */
    public static int within(String option, int least, int most, int value) {
        return value >= least && value <= most
                ? value
                : check(false, option, "must be " + least + " to " + most, value);
    }

    /** Both bounds are allowed; "not a number" is not. */
    public static double within(String option, int least, int most, double value) {
        return value >= least && value <= most
                ? value
                : check(false, option, "must be " + least + " to " + most, value);
    }

    /** Above 0, and {@code most} or less; "not a number" is not allowed. */
    public static double aboveZero(String option, int most, double value) {
        return value > 0 && value <= most ? value : check(false, option, "must be above 0 and at most " + most, value);
    }

    /** Above 0, and {@code most} or less, which is a number of whole hours or days. */
    public static Duration aboveZero(String option, Duration most, Duration value) {
        Objects.requireNonNull(value, option);
        return isPositive(value) && value.compareTo(most) <= 0
                ? value
                : check(false, option, "must be above 0 and at most " + words(most), value);
    }

    /** 0 or more, and {@code most} or less, which is a number of whole hours or days. */
    public static Duration upTo(String option, Duration most, Duration value) {
        Objects.requireNonNull(value, option);
        return check(!value.isNegative() && value.compareTo(most) <= 0, option, "must be 0 to " + words(most), value);
    }

    /** 0 or more, and below 1; "not a number" is not allowed. */
    public static double belowOne(String option, double value) {
        return check(value >= 0 && value < 1, option, "must be 0 or more and below 1", value);
    }

    /** Printable ASCII, and not only blanks. */
    public static String name(String option, String value) {
        Objects.requireNonNull(value, option);
        String printable = Printable.of(value);
        if (value.isBlank() || !printable.equals(value)) {
            throw new IllegalArgumentException(option + " must be printable ASCII: \"" + printable + '"');
        }
        return value;
    }

    /** A range of statuses of final responses, which begins with {@code from} and ends with {@code to}. */
    public static void statuses(String option, int from, int to) {
        if (from < 200 || to > 999 || from > to) {
            throw new IllegalArgumentException(option + " must be a range within 200 to 999: " + from + " to " + to);
        }
    }

    /** One value or more: an empty list, such as out of a configuration, must not mean all. */
    public static String[] some(String option, String[] values) {
        if (values.length == 0) {
            throw new IllegalArgumentException(option + " needs at least one value");
        }
        return values;
    }

    /** One value or more, as for texts. */
    public static int[] some(String option, int[] values) {
        if (values.length == 0) {
            throw new IllegalArgumentException(option + " needs at least one value");
        }
        return values;
    }

    private static boolean isPositive(Duration value) {
        return !value.isZero() && !value.isNegative();
    }

    private static String words(Duration time) {
        long days = time.toDays();
        long count = days > 0 ? days : time.toHours();
        return count + (days > 0 ? " day" : " hour") + (count == 1 ? "" : "s");
    }

    private static <T> Object text(T value) {
        return value instanceof Duration time ? DurationText.of(time) : value;
    }

    private static <T> T check(boolean holds, String option, String rule, T value) {
        if (!holds) {
            throw new IllegalArgumentException(option + " " + rule + ": " + text(value));
        }
        return value;
    }
}
