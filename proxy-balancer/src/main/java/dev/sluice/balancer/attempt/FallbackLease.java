package dev.sluice.balancer.attempt;

import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.spi.Attempts.Lease;

/** The fallback answers instead of the members. It is not a member, and nothing is counted. */
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
