package dev.sluice.balancer;

import dev.sluice.proxy.Lease;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.Upstream;

/** Something else answers in the members' place; it is nobody's member and not counted. */
final class FallbackLease implements Lease {
    private final Upstream upstream;

    FallbackLease(Upstream upstream) {
        this.upstream = upstream;
    }

    @Override
    public Upstream upstream() {
        return upstream;
    }

    @Override
    public void end(Outcome outcome, long nanos) {}
}
