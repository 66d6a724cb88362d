package dev.sluice.balancer.retry;

import dev.sluice.proxy.internal.Require;
import java.time.Duration;

/**
 * When a second attempt runs beside a slow one: for requests whose method is idempotent and whose body, if any, has
 * been received whole. Whichever attempt answers first is passed on, and the other is broken off. Each hedge takes
 * from the pool's {@link RetryBudget}, so a slow pool is not asked twice for everything. What is broken off is no failure
 * of its member. Immutable.
 *
 * <p>A member that accepts and stays silent is noticed by one attempt that has longer: when it has sent no response for 10
 * s and five of its attempts have lost, one is given 20 times the delay, 1 s at least and 10 s at most, until it is hedged;
 * if it has no answer by then, the member is ejected. One that answers was only slow, and is asked in this way after twice
 * the time, up to 5 minutes. The attempt that tries a member which is on trial is given as long.
 *
 * <p>Source: Dean, Barroso, "The Tail at Scale", CACM 56(2), 2013: a hedge after the 95th percentile costs 5 % more
 * load and takes most of the tail away.
 *
 * @param delay how long the first attempt has until the hedge; for a percentile the time until there is a measure of
 *     it, and the shortest that is ever used
 * @param percentile of the pool's latency until the response's head, between 0 and 1, or 0 for the delay alone
 * @param attempts how many attempts run beside each other at most
 */
public record HedgePolicy(Duration delay, double percentile, int attempts) {
    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if one is out of range; the message names it and its value
     */
    public HedgePolicy {
        Require.aboveZero("hedge delay", Duration.ofHours(1), delay);
        Require.belowOne("hedge percentile", percentile);
        Require.within("hedge attempts", 2, 10, attempts);
    }

    /** A second attempt after {@code delay}. */
    public static HedgePolicy after(Duration delay) {
        return new HedgePolicy(delay, 0, 2);
    }

    /**
     * A second attempt when the first has taken longer than this part of the pool's responses of late.
     *
     * @param percentile such as 0.95
     * @param least the shortest delay, and the one that is used while fewer than 100 responses have been measured
     */
    public static HedgePolicy percentile(double percentile, Duration least) {
        return new HedgePolicy(least, percentile, 2);
    }
}
