package dev.sluice.balancer.strategy;

import dev.sluice.proxy.spi.LoadBalancer.Candidate;
import dev.sluice.proxy.spi.LoadBalancer.Pick;

/** What a scan of the members finds. Counts may change during the scan, so each end has a way out. */
final class LoadScan {
    private final Pick pick;
    private final LoadMetric metric;
    private boolean all;
    private double least;
    private double bestWeight;
    /** The weight of all that are as little loaded as the best. */
    private double tied;

    /** The first of the least loaded, or -1. */
    int best = -1;
    /** The weight in effect of those that were compared. */
    double settled;
    /** The weight in effect of those that were not, because they are warmed up. */
    double warming;

    LoadScan(Pick pick, LoadMetric metric) {
        this.pick = pick;
        this.metric = metric;
    }

    /** Compares those that are not warmed up, and perhaps the others, which are otherwise only counted. */
    void run(boolean evenWarming) {
        all = evenWarming;
        for (int i = 0; i < pick.size(); i++) {
            if (pick.eligible(i)) {
                double weight = pick.weight(i);
                if (competes(i, weight)) {
                    settled += weight;
                    compare(i, weight);
                } else {
                    warming += weight;
                }
            }
        }
    }

    private boolean competes(int index, double weight) {
        return all || weight >= pick.candidate(index).weight();
    }

    private void compare(int index, double weight) {
        double load = metric.load(pick.candidate(index), pick.nanos()) / weight;
        if (best < 0 || load < least) {
            best = index;
            least = load;
            bestWeight = weight;
            tied = 0;
        }
        tied += load == least ? weight : 0;
    }

    /** The best, or at random one that is as good. */
    int chosen() {
        if (tied == bestWeight) {
            return best;
        }
        double left = pick.random().nextDouble() * tied;
        for (int i = 0; i < pick.size(); i++) {
            if (pick.eligible(i)) {
                double weight = pick.weight(i);
                boolean equal = metric.load(pick.candidate(i), pick.nanos()) / weight == least;
                left -= equal && competes(i, weight) ? weight : 0;
                if (left < 0) {
                    return i;
                }
            }
        }
        return best;
    }

    /** The member that is warmed up and that the number has drawn. */
    int warming(double drawn) {
        double left = drawn;
        for (int i = 0; i < pick.size(); i++) {
            if (pick.eligible(i) && pick.weight(i) < pick.candidate(i).weight()) {
                left -= pick.weight(i);
                if (left < 0) {
                    return i;
                }
            }
        }
        return -1;
    }

    /** Returns whether the member would be as good as the best if it had its whole weight. */
    boolean noBusier(int index) {
        Candidate member = pick.candidate(index);
        return metric.load(member, pick.nanos()) / member.weight() <= least;
    }
}
