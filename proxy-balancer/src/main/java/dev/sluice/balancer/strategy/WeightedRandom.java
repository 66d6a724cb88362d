package dev.sluice.balancer.strategy;

import dev.sluice.proxy.spi.Candidate;
import dev.sluice.proxy.spi.LoadBalancer;
import dev.sluice.proxy.spi.Pick;
import java.util.List;

/** Any member by chance, by weight, as {@link Strategies#weightedRandom} says. Safe for use by many threads. */
final class WeightedRandom implements LoadBalancer {
    private final WeightedDraw draw;

    WeightedRandom() {
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
