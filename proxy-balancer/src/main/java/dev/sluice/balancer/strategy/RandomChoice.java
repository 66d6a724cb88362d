package dev.sluice.balancer.strategy;

import dev.sluice.proxy.spi.LoadBalancer;
import dev.sluice.proxy.spi.LoadBalancer.Candidate;
import dev.sluice.proxy.spi.LoadBalancer.Pick;
import java.util.List;

/**
 * Any member at random, evenly or by weight, as {@link Strategies#randomChoice} and {@link Strategies#weightedRandom} say.
 * Safe for use by many threads.
 */
final class RandomChoice implements LoadBalancer {
    private final boolean byWeight;
    private final WeightedDraw draw;

    private RandomChoice(boolean byWeight, WeightedDraw draw) {
        this.byWeight = byWeight;
        this.draw = draw;
    }

    static RandomChoice even() {
        return new RandomChoice(false, WeightedDraw.UNPREPARED_EVEN);
    }

    static RandomChoice byWeight() {
        return new RandomChoice(true, WeightedDraw.UNPREPARED);
    }

    @Override
    public int pick(Pick pick) {
        return draw.draw(pick);
    }

    @Override
    public LoadBalancer over(List<? extends Candidate> members) {
        return new RandomChoice(byWeight, byWeight ? WeightedDraw.over(members) : WeightedDraw.evenlyOver(members));
    }

    /** The strategy's name, as records show it. */
    @Override
    public String toString() {
        return byWeight ? "weighted random" : "random";
    }
}
