package dev.sluice.balancer.strategy;

import dev.sluice.proxy.Candidate;
import dev.sluice.proxy.LoadBalancer;
import dev.sluice.proxy.Pick;
import java.util.List;

/**
 * Any member by chance, each as often as the others, whatever its weight; {@link WeightedRandom} goes by weight. For
 * many proxies in front of the same members, that must not move in step, and for comparison: at load 0.9 the mean time
 * in the system is 10 service times, where two choices have 2.6 (Mitzenmacher 2001). Costs one or a few draws,
 * whatever the number of members.
 *
 * <p>A member that is warmed up by slow start is drawn in proportion to the part of its weight. Safe for use by many
 * threads.
 */
public final class RandomChoice implements LoadBalancer {
    private final WeightedDraw draw;

    /** Makes the strategy. */
    public RandomChoice() {
        this(WeightedDraw.UNPREPARED_EVEN);
    }

    private RandomChoice(WeightedDraw draw) {
        this.draw = draw;
    }

    @Override
    public int pick(Pick pick) {
        return draw.draw(pick);
    }

    @Override
    public LoadBalancer over(List<? extends Candidate> members) {
        return new RandomChoice(WeightedDraw.evenlyOver(members));
    }

    /** The strategy's name, as records show it. */
    @Override
    public String toString() {
        return "random";
    }
}
