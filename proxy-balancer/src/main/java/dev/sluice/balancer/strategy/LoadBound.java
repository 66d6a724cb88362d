package dev.sluice.balancer.strategy;

import dev.sluice.proxy.spi.LoadBalancer.Pick;

/**
 * How much a member may have in flight with bounded load; {@link HashPolicy} explains it.
 *
 * @param allowed what all members together may have: the factor times the requests in flight, this one included
 * @param weight what the members weigh among whom that is shared
 */
record LoadBound(double allowed, double weight) {
    /** No bound. */
    static final LoadBound NONE = new LoadBound(Double.POSITIVE_INFINITY, 1);

    /** The bound of this moment. */
    static LoadBound of(double factor, Pick pick, double weight) {
        return factor == Double.POSITIVE_INFINITY ? NONE : new LoadBound(factor * (pick.inFlight() + 1), weight);
    }

    boolean unlimited() {
        return allowed == Double.POSITIVE_INFINITY;
    }

    /** Returns whether the member may have one more. */
    boolean hasRoom(Pick pick, int index) {
        return unlimited() || pick.candidate(index).inFlight() < Math.ceil(allowed * pick.weight(index) / weight);
    }
}
