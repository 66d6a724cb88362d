package dev.sluice.balancer.strategy;

import dev.sluice.proxy.spi.LoadBalancer;
import dev.sluice.proxy.spi.LoadBalancer.Pick;

/**
 * The member with the fewest requests in flight, as {@link Strategies#leastRequests} says. Safe for use by many
 * threads.
 */
final class LeastRequests implements LoadBalancer {
    private final LeastLoad rule = new LeastLoad(LoadMetric.IN_FLIGHT);

    LeastRequests() {}

    @Override
    public int pick(Pick pick) {
        return rule.pick(pick);
    }

    /** The strategy's name, as records show it. */
    @Override
    public String toString() {
        return "least requests";
    }
}
