package dev.sluice.balancer;

import dev.sluice.balancer.health.FailureKind;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Lease;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.time.TimeSource;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** One attempt that a member has been given. Counted out once, however often it is ended. */
final class PoolLease implements Lease {
    private final PoolState pool;
    private final MemberState member;
    private final Upstream upstream;
    private final long beginNanos;
    private final int inFlight;
    private final long trial;
    private final @Nullable Blamed blamed;
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile long latencyNanos = -1;
    private volatile int status;
    private volatile boolean patient;
    private volatile boolean raced;
    private volatile @Nullable Exchange scope;
    /** Who says whether another attempt can follow, where the time of this one has an end. */
    private volatile @Nullable PoolAttempts attempts;
    /** When the attempt after this one was counted in the budget, or NEVER. Guarded by this. */
    private long reservedNanos = TimeSource.NEVER;

    /** Its neighbours in {@link RunningLeases}, which guards them. */
    @Nullable
    PoolLease before;

    @Nullable
    PoolLease after;

    /**
     * A lease of a member that has been acquired.
     *
     * @param upstream the member's, or that with what affinity adds
     * @param inFlight what the member had in flight before
     * @param trial the number of the trial by which this attempt decides about the member's ejection, or
     *     {@link Trial#NOT_CLAIMED}
     * @param blamed the members that have failed the same request before; null where nobody asks
     */
    PoolLease(
            PoolState pool,
            MemberState member,
            Upstream upstream,
            long beginNanos,
            int inFlight,
            long trial,
            @Nullable Blamed blamed) {
        this.pool = pool;
        this.member = member;
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

    MemberState member() {
        return member;
    }

    long beginNanos() {
        return beginNanos;
    }

    int inFlightBefore() {
        return inFlight;
    }

    /** Whether this attempt was made to decide about the member's ejection. */
    boolean trial() {
        return trial != Trial.NOT_CLAIMED;
    }

    /** Whether it still decides: the trial is not over, nor the ejection that it was of. */
    boolean decides() {
        return trial() && member.trial.claimed(trial);
    }

    /** This attempt has far longer than others to tell whether the member is silent. */
    void patient() {
        patient = true;
    }

    boolean isPatient() {
        return patient;
    }

    /** Another attempt may run beside this one, as it is slow. */
    void raced() {
        raced = true;
    }

    /** Returns whether it has lost to an attempt beside it, and nothing of a response had come. */
    boolean lost(Outcome outcome) {
        return raced && status == 0 && outcome == Outcome.ABANDONED;
    }

    /** It has told nothing of the member: the next request may be the trial. */
    void releaseTrial() {
        member.trial.release(trial);
    }

    /** The attempt has failed: returns whether it is the first of its request that has at this member. */
    boolean firstFailure() {
        return blamed == null || blamed.first(member);
    }

    /** From the pick to the head of the response, or -1 while that has not come. */
    long latencyNanos() {
        return latencyNanos;
    }

    /** The status of the response, or 0. */
    int status() {
        return status;
    }

    @Override
    public void began(Exchange attempt) {
        scope = attempt;
        member.running().add(this);
    }

    /** Breaks the attempt off. */
    void cut() {
        Exchange attempt = scope;
        if (attempt != null) {
            attempt.cancel(Outcome.SHUT_DOWN);
        }
    }

    void limited(PoolAttempts by) {
        attempts = by;
    }

    @Override
    public boolean expired(long nanos) {
        PoolAttempts by = attempts;
        return by == null || by.mayFollow(this, nanos);
    }

    synchronized void reserve(long nanos) {
        reservedNanos = nanos;
    }

    synchronized boolean reserved() {
        return reservedNanos != TimeSource.NEVER;
    }

    /** When the attempt after this one was counted; NEVER if it was not, and from now on. */
    synchronized long takeReserved() {
        long taken = reservedNanos;
        reservedNanos = TimeSource.NEVER;
        return taken;
    }

    void head(int answered, long nanos) {
        status = answered;
        latencyNanos = nanos - beginNanos;
        pool.answered(this, nanos);
    }

    @Override
    public void end(Outcome outcome, long nanos) {
        if (ended.compareAndSet(false, true)) {
            member.running().remove(this);
            pool.ended(this, outcome, nanos);
        }
    }

    /** How the attempt ended, in words. */
    String told(Outcome outcome) {
        return outcome.blamesUpstream() ? outcome.toString() : "status " + status;
    }

    /** What this attempt says against the member when it ends like this, or null for nothing. */
    @Nullable
    FailureKind verdict(Outcome outcome) {
        FailureKind kind = FailureKind.of(outcome, status);
        // A bad answer tells of the member also when it was dropped for another attempt, or not wanted to its end.
        return kind == null && status > 0 ? FailureKind.of(Outcome.COMPLETED, status) : kind;
    }
}
