package dev.sluice.balancer.attempt;

import dev.sluice.balancer.eject.Silence;
import dev.sluice.balancer.live.AttemptListener;
import dev.sluice.balancer.live.MemberAttempt;
import dev.sluice.balancer.pick.PoolLease;
import dev.sluice.balancer.retry.HedgePolicy;
import org.jspecify.annotations.Nullable;

/**
 * How long an attempt has until another one runs beside it. The times of other attempts decide this. Safe for use by
 * many threads.
 */
public final class HedgeDelay implements AttemptListener {
    private final long leastNanos;
    private final @Nullable LatencyQuantile latencies;

    /** The delay of a policy; null for a pool that does not hedge. */
    public HedgeDelay(@Nullable HedgePolicy hedge, long nanos) {
        this.leastNanos = hedge == null ? Long.MAX_VALUE : hedge.delay().toNanos();
        this.latencies =
                hedge == null || hedge.percentile() == 0 ? null : new LatencyQuantile(hedge.percentile(), nanos);
    }

    /**
     * How long this one has, from now on. A trial, or an attempt at a member that may be silent, gets longer: if it
     * lost to another, that would tell nothing.
     */
    long nanos(PoolLease lease, long nanos) {
        long delayNanos = nanos(nanos);
        if (!lease.isTrial() && !lease.member().ejection().isSuspected(nanos)) {
            return delayNanos;
        }
        lease.givenLonger();
        return Silence.patienceNanos(delayNanos);
    }

    private long nanos(long nanos) {
        return latencies == null ? leastNanos : Math.max(leastNanos, latencies.nanos(nanos));
    }

    @Override
    public void passedOn(MemberAttempt attempt, long nanos) {
        if (latencies != null) {
            latencies.add(nanos - attempt.beginNanos(), nanos);
        }
    }
}
