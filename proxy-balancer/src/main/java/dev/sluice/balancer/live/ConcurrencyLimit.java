package dev.sluice.balancer.live;

import dev.sluice.balancer.limit.MemberLimit;
import java.util.random.RandomGenerator;

/**
 * How many attempts one member may have in flight: the state that belongs to a {@link MemberLimit}. Safe for use by
 * many threads.
 */
interface ConcurrencyLimit {
    /**
     * The limit of one new member.
     *
     * @param random spreads the measurements of the base, so that several proxies do not make theirs at once
     */
    static ConcurrencyLimit begin(MemberLimit setup, RandomGenerator random) {
        return setup.min() == setup.max() ? new FixedLimit(setup.min()) : new GradientLimit(setup, random);
    }

    /** The limit as it is now, at least 1. One volatile read. */
    int limit();

    /**
     * Reports how one attempt ended. Only for attempts that say something about the member's speed: those that were
     * answered, and those that were {@linkplain Limiting#drops dropped}; not those that the client broke off, or that found no server.
     *
     * @param latencyNanos from the attempt's begin to the response's head; to the drop for one that was dropped
     * @param inFlightAtBegin the attempts that the member had in flight when this one began, this one included
     * @param dropped whether it was {@linkplain Limiting#drops dropped}
     * @param nanos the time of the attempt's end, on the pool's time source
     */
    void sample(long latencyNanos, int inFlightAtBegin, boolean dropped, long nanos);
}
