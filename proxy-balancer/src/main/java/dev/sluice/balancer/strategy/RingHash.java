package dev.sluice.balancer.strategy;

import dev.sluice.proxy.key.RequestKey;
import dev.sluice.proxy.spi.LoadBalancer;
import dev.sluice.proxy.spi.LoadBalancer.Candidate;
import dev.sluice.proxy.spi.LoadBalancer.Pick;
import java.util.List;

/** Consistent hashing on a ring, as {@link Strategies#ringHash} says. Safe for use by many threads. */
final class RingHash implements LoadBalancer {
    /** The default number of points that a member has for a weight of 1. */
    static final int POINTS = 160;

    private final HashPolicy policy;
    private final int points;
    private final HashChoice choice;

    RingHash(RequestKey key) {
        this(HashPolicy.by(key));
    }

    RingHash(HashPolicy policy) {
        this(policy, POINTS);
    }

    RingHash(HashPolicy policy, int points) {
        this(policy, points, new HashChoice(policy));
        if (points < 1 || points > 100_000) {
            throw new IllegalArgumentException("points must be 1 to 100,000: " + points);
        }
    }

    private RingHash(HashPolicy policy, int points, HashChoice choice) {
        this.policy = policy;
        this.points = points;
        this.choice = choice;
    }

    @Override
    public int pick(Pick pick) {
        return choice.pick(pick);
    }

    @Override
    public LoadBalancer over(List<? extends Candidate> members) {
        return new RingHash(policy, points, choice.over(members, roster -> new RingTable(roster, points)));
    }

    /** The strategy's name, as records show it. */
    @Override
    public String toString() {
        return "ring hash by " + policy;
    }
}
