package dev.sluice.balancer.strategy;

import dev.sluice.proxy.LoadBalancer;
import dev.sluice.proxy.Pick;

/**
 * The least loaded of all members, by a metric and for their weight; among equals one by chance, by weight. {@link
 * LeastRequests} is this by requests in flight. By {@link LoadMetric#PEAK_EWMA} it always takes the member that seems
 * to answer soonest, which is best for one proxy before few members; several proxies that see the same fast member all
 * run to it, and {@link PowerOfTwoChoices} by the same metric does not. A failure counts as slow, not as fast: for a
 * while it is a request in flight more, so that a member that fails at once does not draw the rest. Costs one scan of the members, or two where
 * there are equals.
 *
 * <p>Slow start: a member that is warmed up would be the least loaded of all, and draw everything. So it does not
 * compete with the others. It is drawn as often as its weight in effect says, and then taken unless it is more loaded
 * than the member that is the choice of the others. When all are warmed up, they compete by their weights in effect.
 *
 * <p>Holds no state; safe for use by many threads.
 */
public final class LeastLoad implements LoadBalancer {
    private final LoadMetric metric;

    /** Makes the strategy. */
    public LeastLoad(LoadMetric metric) {
        this.metric = metric;
    }

    @Override
    public int pick(Pick pick) {
        LoadScan scan = new LoadScan(pick, metric);
        scan.run(false);
        if (scan.warming == 0) {
            return scan.chosen();
        }
        if (scan.best < 0) {
            scan.run(true);
            return scan.chosen();
        }
        double drawn = pick.random().nextDouble() * (scan.settled + scan.warming);
        int guest = drawn < scan.warming ? scan.warming(drawn) : -1;
        return guest >= 0 && scan.noBusier(guest) ? guest : scan.chosen();
    }

    /** The strategy's name, as records show it. */
    @Override
    public String toString() {
        return "least load by " + metric;
    }
}
