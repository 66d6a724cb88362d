package dev.sluice.balancer;

import dev.sluice.balancer.breaker.CircuitBreaker;
import dev.sluice.balancer.health.HealthMonitor;
import dev.sluice.balancer.health.PassiveHealth;
import dev.sluice.balancer.health.ProbeResult;
import dev.sluice.balancer.health.SlowStart;
import dev.sluice.balancer.limit.ConcurrencyLimit;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.time.TimeSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What changes about a member while it is one: counts, latency, health. Keyed by id, it survives a change of the
 * topology. Counts are atomics; what a {@link PoolView} is made from is guarded by the pool's lock.
 *
 * <p>Of an upstream that the pool has made itself, the member's end is the last attempt's end after its removal: then
 * the count of attempts is closed, so that a pick that still saw the old topology cannot begin another one, and the
 * upstream too.
 */
final class MemberState {
    /** The count of attempts after the member's end. */
    private static final int CLOSED = -1;
    /** A field instead of an object: a full scan reads those of all members. */
    private static final AtomicIntegerFieldUpdater<MemberState> IN_FLIGHT =
            AtomicIntegerFieldUpdater.newUpdater(MemberState.class, "inFlight");

    private final Upstream upstream;
    private final boolean owned;
    private final AtomicLong latencyNanos = new AtomicLong();
    private final PeakEwma peakLatency;
    private final FadingCount failing = new FadingCount();
    private final LongAdder requests = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final RunningLeases running = new RunningLeases();
    private volatile int inFlight;
    private volatile boolean retired;
    private volatile long warmSinceNanos = TimeSource.NEVER;

    final PassiveHealth passive;
    final Trial trial = new Trial();
    final Silence silence;
    final @Nullable ConcurrencyLimit limit;
    final @Nullable CircuitBreaker breaker;
    volatile @Nullable HealthMonitor monitor;

    volatile boolean down;
    /** Whether it was up at some time, by its probes. */
    volatile boolean wasUp;

    boolean ejected;
    /** Counts each time that it was taken out or back: a timer of an earlier ejection has no effect in a later one. */
    int ejections;

    volatile boolean draining;
    volatile boolean drained;
    /** Counts its drains: what was begun for an earlier one has no effect in a later one. */
    private volatile int drainRound;

    TimeSource.Scheduled ejectionEnd = () -> {};
    TimeSource.Scheduled breakerEnd = () -> {};
    TimeSource.Scheduled warmEnd = () -> {};
    /** The drains of this member; run when its last attempt has ended, and when it is removed or resumed. */
    final List<Runnable> drains = new CopyOnWriteArrayList<>();
    /** Is run after each change of what probes find, and after the member's removal. */
    volatile Runnable proven = () -> {};

    /**
     * The state of a new member.
     *
     * @param owned whether the upstream is closed with the member
     * @param breaking is told of its breaker's changes
     */
    MemberState(Upstream upstream, boolean owned, PoolSettings settings, CircuitBreaker.Listener breaking, long nanos) {
        this.upstream = upstream;
        this.owned = owned;
        this.passive = new PassiveHealth(settings.ejection(), nanos);
        this.silence = new Silence(nanos);
        this.peakLatency = new PeakEwma(settings.latencyDecay().toNanos());
        this.limit = settings.limit() == null ? null : settings.limit().begin(settings.random());
        this.breaker = settings.breaker() == null ? null : new CircuitBreaker(settings.breaker(), breaking);
    }

    Upstream upstream() {
        return upstream;
    }

    int inFlight() {
        return Math.max(0, inFlight);
    }

    long latencyNanos() {
        return latencyNanos.get();
    }

    long peakLatencyNanos(long nanos) {
        return peakLatency.at(nanos);
    }

    long requests() {
        return requests.sum();
    }

    long failures() {
        return failures.sum();
    }

    /** The attempts that run and can be broken off. */
    RunningLeases running() {
        return running;
    }

    /** Tells whether probes, if there are any, find it up. */
    boolean up() {
        return !down;
    }

    /** How the latest probe ended; empty without probes, and before the first has ended. */
    Optional<ProbeResult> lastProbe() {
        HealthMonitor known = monitor;
        return known == null ? Optional.empty() : known.lastProbe();
    }

    /** Tells whether it has as many attempts as its limit allows. */
    boolean full() {
        return limit != null && inFlight >= limit.limit();
    }

    /** Tells whether its breaker lets nothing through. */
    boolean open(long nanos) {
        return breaker != null && !breaker.permits(nanos);
    }

    /** From now on its weight grows from a part to the whole. */
    void warm(long nanos) {
        warmSinceNanos = nanos;
    }

    /** Returns whether its weight has grown since this time, and not since a later one. */
    boolean warmSince(long nanos) {
        return warmSinceNanos == nanos;
    }

    /** The part of its weight that it has now: 1 but for a slow start. */
    double part(@Nullable SlowStart slowStart, long nanos) {
        long since = warmSinceNanos;
        if (since == TimeSource.NEVER || slowStart == null) {
            return 1;
        }
        return slowStart.part(nanos - since);
    }

    /** It has its whole weight. */
    void warmed() {
        warmSinceNanos = TimeSource.NEVER;
    }

    /** The drain that it is in, or that was its last. */
    int drainRound() {
        return drainRound;
    }

    synchronized void nextDrain() {
        drainRound++;
    }

    /** Lets its drains look whether they are over. */
    void idle() {
        drains.forEach(Runnable::run);
    }

    /** Counts an attempt in, if the limit allows it and the member's end has not come. */
    boolean acquire() {
        int most = limit == null ? Integer.MAX_VALUE : limit.limit();
        while (true) {
            int now = inFlight;
            if (now < 0 || now >= most) {
                return false;
            }
            if (IN_FLIGHT.compareAndSet(this, now, now + 1)) {
                return true;
            }
        }
    }

    /** An attempt that was counted in is made, and was not refused by its breaker. */
    void began() {
        requests.increment();
    }

    /** Counts an attempt out; true when the upstream is now to be closed. */
    boolean release() {
        return IN_FLIGHT.decrementAndGet(this) == 0 && retired && close();
    }

    /** The member has been removed; true when the upstream is now to be closed. */
    boolean retire() {
        retired = true;
        return close();
    }

    /** Tells whether the member has been removed. */
    boolean retired() {
        return retired;
    }

    void failed(long nanos) {
        failures.increment();
        failing.add(nanos);
        peakLatency.keep(nanos);
    }

    /** The failures of the last second or so, each of which counts as a request in flight that fades away. */
    double failing(long nanos) {
        return failing.at(nanos);
    }

    /** It is used again after it was out: what failed before, or was slow, says nothing any more. */
    void forgive() {
        failing.forget();
        peakLatency.forget();
    }

    /**
     * Moves the average an eighth of the way, as TCP does with its round-trip time (RFC 6298 §2). A failure that came fast
     * is no sign of speed: it leaves the averages as they are.
     */
    void answered(long tookNanos, boolean failed, long nanos) {
        long sample = Math.max(1, tookNanos);
        long known = Math.max(latencyNanos.get(), peakLatency.at(nanos));
        if (failed && (known == 0 || sample < known)) {
            return;
        }
        latencyNanos.updateAndGet(old -> old == 0 ? sample : Math.max(1, old + (sample - old) / 8));
        peakLatency.add(sample, nanos);
    }

    private boolean close() {
        return owned && IN_FLIGHT.compareAndSet(this, 0, CLOSED);
    }
}
