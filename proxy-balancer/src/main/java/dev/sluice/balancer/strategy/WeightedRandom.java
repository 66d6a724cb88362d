package dev.sluice.balancer.strategy;

import dev.sluice.proxy.Candidate;
import dev.sluice.proxy.LoadBalancer;
import dev.sluice.proxy.Pick;
import java.util.List;

/**
 * Any member by chance, as often as its weight in effect says. For a fixed split that needs no state, such as one in a
 * hundred requests to a new version, and for many proxies in front of members of different strength. Shares are right
 * in the mean, not in each run of requests: there {@link SmoothWeightedRoundRobin} is exact. Costs one or a few draws,
 * each a binary search where the weights differ.
 *
 * <p>Safe for use by many threads.
 */
public final class WeightedRandom implements LoadBalancer {
    private final WeightedDraw draw;

    /** Makes the strategy. */
    public WeightedRandom() {
        this(WeightedDraw.UNPREPARED);
    }

    private WeightedRandom(WeightedDraw draw) {
        this.draw = draw;
    }

    @Override
    public int pick(Pick pick) {
        return draw.draw(pick);
    }

    @Override
    public LoadBalancer over(List<? extends Candidate> members) {
        return new WeightedRandom(WeightedDraw.over(members));
    }

    /** The strategy's name, as records show it. */
    @Override
    public String toString() {
        return "weighted random";
    }
}
