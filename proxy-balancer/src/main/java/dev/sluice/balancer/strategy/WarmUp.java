package dev.sluice.balancer.strategy;

import dev.sluice.proxy.spi.LoadBalancer.Pick;

/** Slow start for strategies: for now, a member that is warmed up has only a part of its weight. */
final class WarmUp {
    private WarmUp() {}

    /** The part of its weight that the member has at the moment: 1 for one that is not warmed up. */
    static double part(Pick pick, int index) {
        return pick.weight(index) / pick.candidate(index).weight();
    }

    /** The greatest part that an eligible member has, or 0 when there is none. */
    static double greatestPart(Pick pick) {
        double greatest = 0;
        for (int i = 0; i < pick.size(); i++) {
            greatest = pick.eligible(i) ? Math.max(greatest, part(pick, i)) : greatest;
        }
        return greatest;
    }

    /** What the eligible members weigh together at the moment. */
    static double eligibleWeight(Pick pick) {
        double sum = 0;
        for (int i = 0; i < pick.size(); i++) {
            sum += pick.eligible(i) ? pick.weight(i) : 0;
        }
        return sum;
    }
}
