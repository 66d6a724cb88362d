package dev.sluice.balancer.strategy;

import dev.sluice.proxy.Candidate;
import dev.sluice.proxy.LoadBalancer;
import dev.sluice.proxy.Pick;
import java.util.List;

/**
 * Draws two different members by chance, by weight, and takes the one with fewer requests in flight for its weight.
 * Nearly as even as {@link LeastRequests} at a cost that does not grow with the number of members, and without its
 * herding: a member that looks idle, because it is new or because it fails at once, is not everybody's choice. The
 * pool's default.
 *
 * <p>Source: Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing", IEEE TPDS 12(10), 2001. Safe for
 * use by many threads.
 */
public final class PowerOfTwoChoices implements LoadBalancer {
    private final WeightedDraw draw;

    /** Makes the strategy. */
    public PowerOfTwoChoices() {
        this(WeightedDraw.UNPREPARED);
    }

    private PowerOfTwoChoices(WeightedDraw draw) {
        this.draw = draw;
    }

    @Override
    public int pick(Pick pick) {
        int first = draw.draw(pick, -1);
        int second = first < 0 ? -1 : draw.draw(pick, first);
        if (second < 0) {
            return first;
        }
        Candidate one = pick.candidate(first);
        Candidate other = pick.candidate(second);
        // When equal the first stays: it was drawn by weight from all, so that an idle pool shares by weight.
        return (long) other.inFlight() * one.weight() < (long) one.inFlight() * other.weight() ? second : first;
    }

    @Override
    public LoadBalancer over(List<? extends Candidate> members) {
        return new PowerOfTwoChoices(WeightedDraw.over(members));
    }

    /** The strategy's name, as records show it. */
    @Override
    public String toString() {
        return "power of two choices";
    }
}
