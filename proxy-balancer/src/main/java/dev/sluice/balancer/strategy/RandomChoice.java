package dev.sluice.balancer.strategy;

import dev.sluice.proxy.spi.Candidate;
import dev.sluice.proxy.spi.LoadBalancer;
import dev.sluice.proxy.spi.Pick;
import java.util.List;

/** Any member by chance, as {@link Strategies#randomChoice} says. Safe for use by many threads. */
final class RandomChoice implements LoadBalancer {
    private final WeightedDraw draw;

    RandomChoice() {
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
