package dev.sluice.balancer;

import dev.sluice.balancer.health.EjectionPolicy;
import dev.sluice.balancer.health.HealthMonitor;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.time.TimeSource;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What changes about a member while it is one: counts, latency, health. Keyed by id, it survives a change of the
 * topology. Counts are atomics; health is guarded by the pool's lock.
 *
 * <p>Of an upstream that the pool has made itself, the member's end is the last attempt's end after its removal: then
 * the count of attempts is closed, so that a pick that still saw the old topology cannot begin another one, and the
 * upstream too.
 */
final class MemberState {
    /** Far below zero, so that picks that come too late and count themselves do not bring it back up. */
    private static final int CLOSED = Integer.MIN_VALUE / 2;

    private final Upstream upstream;
    private final boolean owned;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicLong latencyNanos = new AtomicLong();
    private final LongAdder requests = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final EjectionState ejection;
    private volatile boolean retired;

    boolean down;
    boolean ejected;
    TimeSource.Scheduled reinstatement = () -> {};
    volatile @Nullable HealthMonitor monitor;

    /**
     * The state of a new member.
     *
     * @param owned whether the upstream is closed with the member
     */
    MemberState(Upstream upstream, boolean owned, EjectionPolicy policy, long nanos) {
        this.upstream = upstream;
        this.owned = owned;
        this.ejection = new EjectionState(policy, nanos);
    }

    Upstream upstream() {
        return upstream;
    }

    EjectionState ejection() {
        return ejection;
    }

    int inFlight() {
        return Math.max(0, inFlight.get());
    }

    long latencyNanos() {
        return latencyNanos.get();
    }

    long requests() {
        return requests.sum();
    }

    long failures() {
        return failures.sum();
    }

    /** Counts an attempt in; false when the member's end has come. */
    boolean acquire() {
        boolean open = inFlight.getAndIncrement() >= 0;
        if (open) {
            requests.increment();
        }
        return open;
    }

    /** Counts an attempt out; true when the upstream is now to be closed. */
    boolean release() {
        return inFlight.decrementAndGet() == 0 && retired && close();
    }

    /** The member has been removed; true when the upstream is now to be closed. */
    boolean retire() {
        retired = true;
        return close();
    }

    void failed() {
        failures.increment();
    }

    /** Moves the average an eighth of the way, as TCP does with its round-trip time (RFC 6298 §2). */
    void answered(long tookNanos) {
        long sample = Math.max(1, tookNanos);
        latencyNanos.updateAndGet(old -> old == 0 ? sample : Math.max(1, old + (sample - old) / 8));
    }

    private boolean close() {
        return owned && inFlight.compareAndSet(0, CLOSED);
    }
}
