package dev.sluice.balancer.health;

import dev.sluice.proxy.internal.Require;
import java.time.Duration;

/**
 * How a new or recovered member is warmed up: for a while its weight in effect is a part of its weight, which grows to
 * the whole. This helps servers that are slow at first, with cold caches or a JIT that has not run. It works with every
 * strategy, also with those that ignore weights. The first members of a pool are not warmed up, as no others could take
 * their share. Immutable.
 *
 * <p>The part is {@code max(floor, (elapsed / window)^(1 / curve))}, as in Envoy's {@code slow_start_config}.
 *
 * @param window the time that it takes
 * @param floor the part that it begins with, above 0 and at most 1
 * @param curve 1 for a straight line; above, the part grows fast at first; below, slowly
 */
public record SlowStart(Duration window, double floor, double curve) {
    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if one is out of range; the message names it and its value
     */
    public SlowStart {
        Require.aboveZero("slow start window", Duration.ofDays(1), window);
        Require.aboveZero("slow start floor", 1, floor);
        Require.aboveZero("slow start curve", 100, curve);
    }

    /** A straight line from a tenth to the whole. */
    public static SlowStart over(Duration window) {
        return new SlowStart(window, 0.1, 1);
    }

    /** The same from another floor; throws as the constructor does. */
    public SlowStart withFloor(double part) {
        return new SlowStart(window, part, curve);
    }

    /** The same along another curve; throws as the constructor does. */
    public SlowStart withCurve(double exponent) {
        return new SlowStart(window, floor, exponent);
    }
}
