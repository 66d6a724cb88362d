package dev.sluice.balancer.attempt;

import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.spi.Attempts.Lease;
import org.jspecify.annotations.Nullable;

/** Something else answers in the members' place. It is not a member, and nothing is counted. */
record FallbackLease(Upstream upstream) implements Lease {
    // Written out: the JDK keeps the last record class that it has made these for, and so its class loader.

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof FallbackLease that && upstream.equals(that.upstream);
    }

    @Override
    public int hashCode() {
        return upstream.hashCode();
    }

    @Override
    public void end(Outcome outcome, long nanos) {}
}
