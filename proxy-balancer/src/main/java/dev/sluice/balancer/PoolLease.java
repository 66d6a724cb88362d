package dev.sluice.balancer;

import dev.sluice.proxy.Lease;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.Upstream;
import java.util.concurrent.atomic.AtomicBoolean;

/** One attempt that a member has been given. Counted out once, however often it is ended. */
final class PoolLease implements Lease {
    private final PoolState pool;
    private final MemberState member;
    private final long beginNanos;
    private final AtomicBoolean ended = new AtomicBoolean();

    /** A lease of a member that has been acquired. */
    PoolLease(PoolState pool, MemberState member, long beginNanos) {
        this.pool = pool;
        this.member = member;
        this.beginNanos = beginNanos;
    }

    @Override
    public Upstream upstream() {
        return member.upstream();
    }

    void head(long nanos) {
        member.answered(nanos - beginNanos);
    }

    @Override
    public void end(Outcome outcome, long nanos) {
        if (ended.compareAndSet(false, true)) {
            pool.ended(member, beginNanos, outcome, nanos);
        }
    }
}
