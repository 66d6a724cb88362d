package dev.sluice.balancer.simulation;

import dev.sluice.proxy.internal.Nanos;
import dev.sluice.proxy.internal.Require;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * When requests come. The load is open: clients come whether or not earlier ones have been answered, like users of a
 * public service, so that a slow pool gets no relief. Your own implementation must use only the given generator for
 * chance.
 */
@FunctionalInterface
public interface Load {
    /**
     * When the next request comes.
     *
     * @param nanos when the previous one came; 0 for the first
     * @return a time that is not before {@code nanos}; {@link Long#MAX_VALUE} if no more come
     */
    long nextNanos(long nanos, RandomGenerator random);

    /**
     * Requests that come independently of each other, like those of many users.
     *
     * @param perSecond how many on average
     * @throws IllegalArgumentException if it is not positive
     */
    static Load poisson(double perSecond) {
        double gap = 1e9 / Require.positive("requests per second", perSecond);
        return (nanos, random) -> nanos + Math.round(random.nextExponential() * gap);
    }

    /**
     * Requests at equal distances.
     *
     * @param perSecond how many; the distance is rounded to a nanosecond
     * @throws IllegalArgumentException if it is not positive
     */
    static Load steady(double perSecond) {
        long gap = Math.max(1, Math.round(1e9 / Require.positive("requests per second", perSecond)));
        return (nanos, random) -> nanos + gap;
    }

    /**
     * This load up to a time of the simulation, and another from then on.
     *
     * @throws IllegalArgumentException if the time is negative
     */
    default Load until(Duration at, Load next) {
        long change = Nanos.of(Require.notNegative("change of load", at));
        return (nanos, random) -> {
            long arrival = nanos < change ? nextNanos(nanos, random) : change;
            return arrival < change ? arrival : next.nextNanos(Math.max(nanos, change), random);
        };
    }
}
