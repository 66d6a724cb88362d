package dev.sluice.balancer.retry;

import dev.sluice.proxy.internal.Require;
import java.time.Duration;

/**
 * When a second attempt runs beside a slow one: for requests whose method is idempotent and whose body, if any, has
 * been received whole. The first answer is passed on, and the other attempt is broken off. Each hedge takes from the
 * pool's {@link RetryBudget}, so a slow pool is not asked twice for everything. An attempt that is broken off is not a
 * failure of its member. Immutable.
 *
 * <p>A member that accepts connections and stays silent is found by one attempt with more time. When it has sent no
 * response for 10 s and five of its attempts have lost, one attempt is hedged only after 20 times the delay, at least 1
 * s and at most 10 s. If it has no answer by then, the member is ejected. A member that answers was only slow, and the
 * next such attempt comes after twice the time, up to 5 min. The attempt that tries a member on trial has the same
 * time.
 *
 * <p>Source: Dean, Barroso, "The Tail at Scale", CACM 56(2), 2013: a hedge after the 95th percentile costs 5 % more
 * load and takes most of the tail away.
 *
 * @param delay the time of the first attempt until the hedge; for a percentile, the time that is used until it is
 *     measured, and the shortest time
 * @param percentile of the pool's latency until the response's head, between 0 and 1, or 0 for only the delay
 * @param maxAttempts the greatest number of attempts beside each other
 */
public record HedgePolicy(Duration delay, double percentile, int maxAttempts) {
    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if one is out of range; the message names it and its value
     */
    public HedgePolicy {
        Require.aboveZero("hedge delay", Duration.ofHours(1), delay);
        Require.belowOne("hedge percentile", percentile);
        Require.within("hedge maxAttempts", 2, 10, maxAttempts);
    }

    /** A second attempt after {@code delay}. */
    public static HedgePolicy after(Duration delay) {
        return new HedgePolicy(delay, 0, 2);
    }

    /**
     * A second attempt when the first has taken longer than this part of the pool's recent responses.
     *
     * @param percentile such as 0.95
     * @param minDelay the shortest delay, which is also used while fewer than 100 responses have been measured
     */
    public static HedgePolicy percentile(double percentile, Duration minDelay) {
        return new HedgePolicy(minDelay, percentile, 2);
    }
}
