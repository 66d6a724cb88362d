package dev.sluice.balancer.strategy;

import dev.sluice.proxy.key.RequestKey;
import dev.sluice.proxy.spi.LoadBalancer;

/**
 * The options of all strategies that hash: {@link Strategies#ringHash}, {@link Strategies#maglev} and {@link
 * Strategies#rendezvous}. Immutable.
 *
 * <p>Members that may not be picked are skipped when a request comes, so only the keys of a member that is out move,
 * and they come back with it. During slow start a member has only a part of its keys, by its weight in effect: always
 * the same ones, and step by step more.
 *
 * <p>With bounded load a member is also skipped if, for its weight, it has more requests in flight than {@code factor}
 * times the average (with this request, rounded up). Then a very frequent key, or many keys on one member, spread over
 * more members. Source: Mirrokni, Thorup, Zadimoghaddam, "Consistent Hashing with Bounded Loads", 2016.
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

    /** Hashes by this key, without a bound; a request without a key goes to a member at random, by weight. */
    public static HashPolicy by(RequestKey key) {
        return new HashPolicy(key, Double.POSITIVE_INFINITY, RandomChoice.byWeight());
    }

    /**
     * The same with bounded load; there is no bound by default.
     *
     * @param factor how many times the average a member may have; 1.25 is a good start: a lower one is more even, and
     *     moves more keys
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

    /** The key of a request. */
    public RequestKey key() {
        return key;
    }

    /** How many times the average a member may have in flight; infinity without a bound. */
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
