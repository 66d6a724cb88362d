package dev.sluice.balancer.pick;

import dev.sluice.balancer.eject.Ejection;
import dev.sluice.balancer.health.EjectionPolicy.FailureKind;
import dev.sluice.balancer.live.MemberAttempt;
import dev.sluice.balancer.outlier.Failures;
import dev.sluice.balancer.topology.LiveMember;
import dev.sluice.balancer.topology.TopologyMember;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.spi.Attempts.Lease;
import dev.sluice.proxy.time.TimeSource;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at a member, which reports to the member's {@linkplain LiveMember#listener listeners}. It is counted out
 * once, however often it is ended.
 */
public final class PoolLease extends MemberAttempt implements Lease {
    /** A field instead of an object, as each attempt has one. */
    private static final AtomicReferenceFieldUpdater<PoolLease, @Nullable Outcome> OUTCOME =
            AtomicReferenceFieldUpdater.newUpdater(PoolLease.class, Outcome.class, "outcome");

    private final TopologyMember place;
    private final LiveMember member;
    private final Upstream upstream;
    private final long beginNanos;
    private final int inFlight;
    private final long trial;
    private final @Nullable Blamed blamed;
    private volatile long latencyNanos = -1;
    private volatile int status;
    private volatile boolean patient;
    private volatile boolean raced;
    private volatile @Nullable Exchange scope;
    private volatile @Nullable Outcome outcome;
    /** Returns whether another attempt can follow, if this one is limited in time. */
    private volatile @Nullable LongPredicate mayFollow;
    /** When the attempt after this one was counted in the budget, or NEVER. Guarded by this. */
    private long reservedNanos = TimeSource.NEVER;

    /**
     * A lease of a member that has been acquired.
     *
     * @param place the member, with its tags
     * @param upstream the member's, or that with what affinity adds
     * @param inFlight what the member had in flight before
     * @param trial the number of the trial by which this attempt decides about the member's ejection, or {@link
     *     Ejection#NO_TRIAL}
     * @param blamed the members that have failed the same request before; null where nobody asks
     */
    PoolLease(
            TopologyMember place,
            Upstream upstream,
            long beginNanos,
            int inFlight,
            long trial,
            @Nullable Blamed blamed) {
        this.place = place;
        this.member = place.live();
        this.upstream = upstream;
        this.beginNanos = beginNanos;
        this.inFlight = inFlight;
        this.trial = trial;
        this.blamed = blamed;
    }

    @Override
    public Upstream upstream() {
        return upstream;
    }

    @Override
    public Map<String, String> tags() {
        return place.tags();
    }

    /** The member that it has been given. */
    public LiveMember member() {
        return member;
    }

    @Override
    public long beginNanos() {
        return beginNanos;
    }

    @Override
    public int inFlightBefore() {
        return inFlight;
    }

    /** Returns whether it was made to decide about the member's ejection. */
    public boolean isTrial() {
        return trial != Ejection.NO_TRIAL;
    }

    @Override
    public long trial() {
        return trial;
    }

    /** It is given far longer than others, to show whether the member is silent. */
    public void givenLonger() {
        patient = true;
    }

    @Override
    public boolean patient() {
        return patient;
    }

    /** Another attempt may run beside this one, as it is slow. */
    public void raced() {
        raced = true;
    }

    @Override
    public boolean lost() {
        return raced && status == 0 && outcome == Outcome.ABANDONED;
    }

    @Override
    public boolean firstFailure() {
        return blamed == null || blamed.first(member);
    }

    @Override
    public long latencyNanos() {
        return latencyNanos;
    }

    @Override
    public int status() {
        return status;
    }

    @Override
    public @Nullable Outcome outcome() {
        return outcome;
    }

    @Override
    public @Nullable FailureKind failure() {
        Outcome how = outcome;
        FailureKind kind = how == null ? null : Failures.kindOf(how, status);
        // A bad answer tells of the member also when it was dropped for another attempt, or not wanted to its end.
        return kind == null && status > 0 ? Failures.kindOf(Outcome.COMPLETED, status) : kind;
    }

    @Override
    public void began(Exchange attempt) {
        scope = attempt;
        member.listener().running(this);
    }

    @Override
    public void cut() {
        Exchange attempt = scope;
        if (attempt != null) {
            attempt.cancel(Outcome.SHUT_DOWN);
        }
    }

    /** Its time is limited: when it is over, the attempt ends only if another {@code mayFollow} at that time. */
    public void limit(LongPredicate mayFollow) {
        this.mayFollow = mayFollow;
    }

    @Override
    public boolean expired(long nanos) {
        LongPredicate limit = mayFollow;
        return limit == null || limit.test(nanos);
    }

    /** The attempt after this one is counted. */
    public synchronized void reserve(long nanos) {
        reservedNanos = nanos;
    }

    /** Returns whether the attempt after this one is counted. */
    public synchronized boolean isReserved() {
        return reservedNanos != TimeSource.NEVER;
    }

    /** When the attempt after this one was counted; NEVER if it was not. From now on it is not. */
    public synchronized long takeReserved() {
        long taken = reservedNanos;
        reservedNanos = TimeSource.NEVER;
        return taken;
    }

    /** The head of its response is here. */
    public void head(int answered, long nanos) {
        status = answered;
        latencyNanos = nanos - beginNanos;
        member.listener().answered(this, nanos);
    }

    /** It has answered its request, with a whole response if that is held. */
    public void passedOn(long nanos) {
        member.listener().passedOn(this, nanos);
    }

    /** It is slow: if it had far more time than others, the member is silent. */
    public void slow(long nanos) {
        if (patient && status == 0) {
            member.listener().silent(this, nanos);
        }
    }

    /** It could not reach the member, and its request is going to wait, as no other is left. */
    public void unreachable() {
        member.listener().unreachable(this);
    }

    @Override
    public void end(Outcome how, long nanos) {
        if (OUTCOME.compareAndSet(this, null, how)) {
            member.listener().ended(this, nanos);
        }
    }
}
