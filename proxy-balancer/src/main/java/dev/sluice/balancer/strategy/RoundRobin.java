package dev.sluice.balancer.strategy;

import dev.sluice.proxy.LoadBalancer;
import dev.sluice.proxy.Pick;

/**
 * Each member in turn, whatever its weight and load. For members that are alike and requests that cost about the same;
 * {@link SmoothWeightedRoundRobin} goes by weight, and with slow or mixed members {@link LeastRequests} or {@link
 * PowerOfTwoChoices} do better. Costs two scans of the members.
 *
 * <p>The turn goes round the eligible members alone, so that what a member that is out would have had is spread over
 * all others, where the usual "next index that is up" gives it all to its neighbour. A member that is warmed up by slow
 * start takes, by chance, as many of its turns as the part of its weight says; the others are spread in the same way.
 * Holds no state: the turn is the pick's ticket. Safe for use by many threads.
 */
public final class RoundRobin implements LoadBalancer {
    /** Makes the strategy. */
    public RoundRobin() {}

    @Override
    public int pick(Pick pick) {
        int eligible = 0;
        boolean warming = false;
        for (int i = 0; i < pick.size(); i++) {
            if (pick.eligible(i)) {
                eligible++;
                warming |= pick.weight(i) < pick.candidate(i).weight();
            }
        }
        int turn = eligible == 0 ? -1 : at(pick, Math.floorMod(pick.ticket(), eligible));
        return warming && turn >= 0 ? byPart(pick, turn) : turn;
    }

    /** The member whose turn it is, as often as its part is of the greatest part; else one by chance, by part. */
    private static int byPart(Pick pick, int turn) {
        if (WarmUp.part(pick, turn) >= WarmUp.greatestPart(pick) * pick.random().nextDouble()) {
            return turn;
        }
        double sum = 0;
        for (int i = 0; i < pick.size(); i++) {
            sum += pick.eligible(i) ? WarmUp.part(pick, i) : 0;
        }
        double left = sum * pick.random().nextDouble();
        int last = turn;
        for (int i = 0; i < pick.size() && left >= 0; i++) {
            if (pick.eligible(i)) {
                last = i;
                left -= WarmUp.part(pick, i);
            }
        }
        return last;
    }

    /** The eligible member after so many others, or the last one when there are fewer by now. */
    private static int at(Pick pick, int before) {
        int left = before;
        int last = -1;
        for (int i = 0; i < pick.size(); i++) {
            if (pick.eligible(i)) {
                last = i;
                if (left-- == 0) {
                    return i;
                }
            }
        }
        return last;
    }

    /** The strategy's name, as records show it. */
    @Override
    public String toString() {
        return "round robin";
    }
}
