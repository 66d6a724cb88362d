package dev.sluice.balancer.strategy;

import dev.sluice.proxy.LoadBalancer;
import dev.sluice.proxy.Pick;

/**
 * Each member in turn, whatever its weight and load. For members that are alike and requests that cost about the same;
 * with slow or mixed members {@link LeastRequests} or {@link PowerOfTwoChoices} do better. Costs two scans of the
 * members.
 *
 * <p>The turn goes round the eligible members alone, so that what a member that is out would have had is spread over
 * all others, where the usual "next index that is up" gives it all to its neighbour. Holds no state: the turn is the
 * pick's ticket. Safe for use by many threads.
 */
public final class RoundRobin implements LoadBalancer {
    /** Makes the strategy. */
    public RoundRobin() {}

    @Override
    public int pick(Pick pick) {
        int eligible = 0;
        for (int i = 0; i < pick.size(); i++) {
            eligible += pick.eligible(i) ? 1 : 0;
        }
        int skip = eligible == 0 ? 0 : Math.floorMod(pick.ticket(), eligible);
        for (int i = 0; i < pick.size(); i++) {
            if (pick.eligible(i) && skip-- == 0) {
                return i;
            }
        }
        return -1;
    }

    /** The strategy's name, as records show it. */
    @Override
    public String toString() {
        return "round robin";
    }
}
