package dev.sluice.balancer.strategy;

import dev.sluice.proxy.LoadBalancer;
import dev.sluice.proxy.Pick;

/**
 * The member with the fewest requests in flight for its weight; among equals one by chance, by weight. This is both
 * least requests (also known as least connections), where all weights are equal, and weighted least requests. The most
 * even of all for a few members behind one proxy, and for requests of very different cost. One thing speaks against
 * it: several proxies that see the same idle member all run to it. A failure counts as a request in flight that fades
 * away, so that a member that fails at once does not look idle. Costs one or two scans of the members.
 *
 * <p>The rule is that of nginx's {@code least_conn}, but for the draw among equals. What slow start means to it stands
 * at {@link LeastLoad}. Holds no state; safe for use by many threads.
 */
public final class LeastRequests implements LoadBalancer {
    private final LeastLoad rule = new LeastLoad(LoadMetric.IN_FLIGHT);

    /** Makes the strategy. */
    public LeastRequests() {}

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
