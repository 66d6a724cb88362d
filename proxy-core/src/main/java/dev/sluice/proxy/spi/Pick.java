package dev.sluice.proxy.spi;

import dev.sluice.proxy.ProxyRequest;
import java.util.random.RandomGenerator;

/** One choice among all members of a topology, with the facts for it. Valid during {@link LoadBalancer#pick} only. */
public interface Pick {
    /** The request that needs a member. */
    ProxyRequest request();

    /** The number of members, eligible or not. */
    int size();

    /** The member at {@code index}, from 0 to {@code size() - 1}. */
    Candidate candidate(int index);

    /** Returns whether the member may be picked: it is available, and this request has not been tried with it. */
    boolean eligible(int index);

    /**
     * The weight that the member has at this moment, above 0: that of {@link Candidate#weight()}, or a part of it while
     * the member is warmed up.
     */
    default double weight(int index) {
        return candidate(index).weight();
    }

    /** The attempts at all members that have not ended. */
    long inFlight();

    /**
     * A number that goes up by one with each pick of the pool, from 0; after the greatest one it goes on with negative
     * ones.
     */
    long ticket();

    /** The time of the pick, in nanoseconds of the pool's time source. */
    long nanos();

    /** Random numbers, from the pool's source. */
    RandomGenerator random();
}
