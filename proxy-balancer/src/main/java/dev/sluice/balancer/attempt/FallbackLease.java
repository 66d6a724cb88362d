package dev.sluice.balancer.attempt;

import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.spi.Attempts.Lease;

/** Something else answers in the members' place. It is not a member, and nothing is counted. */
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
