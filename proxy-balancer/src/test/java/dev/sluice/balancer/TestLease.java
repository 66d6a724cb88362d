package dev.sluice.balancer;

import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.spi.Attempts.Lease;

/** A lease for tests of sources. Its end has no effect. */
public record TestLease(Upstream upstream) implements Lease {
    @Override
    public void end(Outcome outcome, long nanos) {}
}
