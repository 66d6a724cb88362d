package dev.sluice.balancer.eject;

import dev.sluice.balancer.health.EjectionPolicy;
import dev.sluice.balancer.live.AttemptListener;
import dev.sluice.balancer.live.MemberAttempt;
import dev.sluice.balancer.outlier.Outlier;
import dev.sluice.balancer.outlier.PeerComparison;
import dev.sluice.proxy.time.TimeSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Compares the members in use with each other from time to time, and ejects those that do worse. It runs when an
 * attempt ends, so no timer outlives a pool. Safe for use by many threads.
 */
public final class Comparison implements AttemptListener {
    private final EjectionPolicy policy;
    private final Supplier<List<Ejection>> inUse;
    private final boolean compares;
    private final long intervalNanos;
    private final AtomicLong dueNanos;

    /**
     * The first is after an interval of the policy.
     *
     * @param inUse the members in use
     */
    public Comparison(EjectionPolicy policy, TimeSource time, Supplier<List<Ejection>> inUse) {
        this.policy = policy;
        this.inUse = inUse;
        this.compares = policy.failurePercent() > 0
                || policy.successRateFactor() > 0
                || policy.latencyFactor() > 0
                || policy.compareServerErrors();
        this.intervalNanos = policy.interval().toNanos();
        this.dueNanos = new AtomicLong(time.deadline(policy.interval()));
    }

    @Override
    public void ended(MemberAttempt attempt, long nanos) {
        long due = dueNanos.get();
        if (compares && nanos >= due && dueNanos.compareAndSet(due, nanos + intervalNanos)) {
            compare(nanos);
        }
    }

    private void compare(long nanos) {
        List<Ejection> members = inUse.get();
        for (Outlier outlier : PeerComparison.outliers(
                policy, members.stream().map(each -> each.window(nanos)).toList())) {
            members.get(outlier.index()).worseThanPeers(outlier);
        }
    }
}
