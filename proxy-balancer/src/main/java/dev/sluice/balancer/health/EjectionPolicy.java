package dev.sluice.balancer.health;

import java.time.Duration;

/**
 * When failed requests alone take a member out of use, and for how long. The n-th time in a row it is out for n times
 * {@code base}, at most {@code max}; then it is used again by itself. The last member in use is never taken out.
 *
 * @param failures so many attempts in a row that the upstream is to blame for take it out; 5 by default
 * @param base how long the first time; 10 s by default
 * @param max how long at most; 5 min by default
 * @param shrink for each such time in which the member has been in use again and answered, n goes down by one; 1 min by
 *     default
 */
public record EjectionPolicy(int failures, Duration base, Duration max, Duration shrink) {
    /** The defaults. */
    public static final EjectionPolicy DEFAULT =
            new EjectionPolicy(5, Duration.ofSeconds(10), Duration.ofMinutes(5), Duration.ofMinutes(1));

    /** Takes no member out, whatever fails. */
    public static final EjectionPolicy OFF = DEFAULT.withFailures(Integer.MAX_VALUE);

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if one is not positive, or max is below base; the message names it and its value
     */
    public EjectionPolicy {
        if (failures < 1) {
            throw new IllegalArgumentException("ejection failures must be at least 1: " + failures);
        }
        HealthCheck.requirePositive("ejection base", base);
        HealthCheck.requirePositive("ejection shrink", shrink);
        if (max.compareTo(base) < 0) {
            throw new IllegalArgumentException("ejection max must be at least base (" + base + "): " + max);
        }
    }

    /** The same with another {@link #failures()}. */
    public EjectionPolicy withFailures(int count) {
        return new EjectionPolicy(count, base, max, shrink);
    }

    /** The same with another {@link #base()}; {@link #max()} grows where it would be less. */
    public EjectionPolicy withBase(Duration time) {
        return new EjectionPolicy(failures, time, max.compareTo(time) < 0 ? time : max, shrink);
    }

    /** The same with another {@link #max()}. */
    public EjectionPolicy withMax(Duration time) {
        return new EjectionPolicy(failures, base, time, shrink);
    }

    /** The same with another {@link #shrink()}. */
    public EjectionPolicy withShrink(Duration time) {
        return new EjectionPolicy(failures, base, max, time);
    }
}
