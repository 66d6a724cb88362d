package dev.sluice.balancer.strategy;

import dev.sluice.proxy.internal.Require;
import dev.sluice.proxy.spi.LoadBalancer;
import dev.sluice.proxy.spi.LoadBalancer.Candidate;
import dev.sluice.proxy.spi.LoadBalancer.Pick;
import java.util.List;

/**
 * The less loaded of two or more members drawn at random, as {@link Strategies#powerOfTwoChoices} says. Safe for use by
 * many threads.
 */
final class PowerOfTwoChoices implements LoadBalancer {
    private final LoadMetric metric;
    private final int choices;
    private final WeightedDraw draw;

    PowerOfTwoChoices() {
        this(LoadMetric.IN_FLIGHT);
    }

    PowerOfTwoChoices(LoadMetric metric) {
        this(metric, 2, WeightedDraw.UNPREPARED);
    }

    private PowerOfTwoChoices(LoadMetric metric, int choices, WeightedDraw draw) {
        this.metric = metric;
        this.choices = choices;
        this.draw = draw;
    }

    /**
     * The same rule with more choices.
     *
     * @param choices how many different members are drawn; all if there are fewer
     * @throws IllegalArgumentException if choices is less than 2 or more than 16
     */
    static PowerOfTwoChoices bestOf(int choices, LoadMetric metric) {
        Require.within("choices", 2, 16, choices);
        return new PowerOfTwoChoices(metric, choices, WeightedDraw.UNPREPARED);
    }

    @Override
    public int pick(Pick pick) {
        int best = draw.draw(pick);
        if (best < 0) {
            return best;
        }
        int[] drawn = new int[choices];
        drawn[0] = best;
        boolean warming = WarmUp.part(pick, best) < 1;
        double least = load(pick, best);
        for (int count = 1; count < choices; count++) {
            int next = draw.draw(pick, drawn, count, warming);
            if (next < 0) {
                return best;
            }
            drawn[count] = next;
            double load = load(pick, next);
            // When equal the first stays: it was drawn by weight from all, so that an idle pool shares by weight.
            if (load < least) {
                best = next;
                least = load;
            }
        }
        return best;
    }

    private double load(Pick pick, int index) {
        return metric.load(pick.candidate(index), pick.nanos()) / pick.weight(index);
    }

    @Override
    public LoadBalancer over(List<? extends Candidate> members) {
        return new PowerOfTwoChoices(metric, choices, WeightedDraw.over(members));
    }

    /** The strategy's name, as records show it. */
    @Override
    public String toString() {
        String rule = choices == 2 ? "power of two choices" : "best of " + choices;
        return metric.equals(LoadMetric.IN_FLIGHT) ? rule : rule + " by " + metric;
    }
}
