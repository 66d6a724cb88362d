package dev.sluice.balancer.strategy;

import dev.sluice.proxy.spi.LoadBalancer;

/**
 * What the strategies that hash have in common: {@link Strategies#ringHash}, {@link Strategies#maglev} and {@link
 * Strategies#rendezvous}. Immutable.
 *
 * <p>Members that may not be picked are passed over when a request comes, so only the keys of a member that is out
 * move, and they come back with it. A member that is warmed up by slow start has, of the keys that are its own, the
 * part that its weight in effect says, always the same ones and step by step more.
 *
 * <p>With bounded load a member is passed over too that has, for its weight, more requests in flight than {@code
 * factor} times the average, this request counted and rounded up: a key that is asked for very often, or many keys that
 * happen to meet, then spread over more members. Source: Mirrokni, Thorup, Zadimoghaddam, "Consistent Hashing with
 * Bounded Loads", 2016.
 */
public final class HashPolicy {
    private final RequestKey key;
    private final double bound;
    private final LoadBalancer keyless;

    private HashPolicy(RequestKey key, double bound, LoadBalancer keyless) {
        this.key = key;
        this.bound = bound;
        this.keyless = keyless;
    }

    /** Hashes by this key, without a bound; a request that has none is given to a member by chance, by weight. */
    public static HashPolicy by(RequestKey key) {
        return new HashPolicy(key, Double.POSITIVE_INFINITY, RandomChoice.byWeight());
    }

    /**
     * The same with bounded load; there is no bound by default.
     *
     * @param factor how many times the average a member may have; 1.25 is a good start: less is more even, and moves
     *     more keys
     * @throws IllegalArgumentException if it is not above 1
     */
    public HashPolicy withBoundedLoad(double factor) {
        if (!(factor > 1)) {
            throw new IllegalArgumentException("factor of bounded load must be above 1: " + factor);
        }
        return new HashPolicy(key, factor, keyless);
    }

    /** The same with another strategy for requests that have no key; {@link Strategies#weightedRandom} by default. */
    public HashPolicy withKeyless(LoadBalancer strategy) {
        return new HashPolicy(key, bound, strategy);
    }

    /** What requests are told apart by. */
    public RequestKey key() {
        return key;
    }

    /** How many times the average a member may have in flight; infinity when there is no bound. */
    public double boundedLoad() {
        return bound;
    }

    /** The strategy for requests that have no key. */
    public LoadBalancer keyless() {
        return keyless;
    }

    /** The key and the bound. */
    @Override
    public String toString() {
        return bound == Double.POSITIVE_INFINITY ? key.toString() : key + ", load bounded by " + bound;
    }
}
