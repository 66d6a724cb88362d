package dev.sluice.balancer.strategy;

import dev.sluice.proxy.spi.LoadBalancer;
import dev.sluice.proxy.spi.LoadBalancer.Pick;

/** The least loaded of all members, as {@link Strategies#leastLoad} says. Safe for use by many threads. */
final class LeastLoad implements LoadBalancer {
    private final LoadMetric metric;

    LeastLoad(LoadMetric metric) {
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
