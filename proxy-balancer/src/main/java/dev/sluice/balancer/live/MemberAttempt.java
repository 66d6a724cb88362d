package dev.sluice.balancer.live;

import dev.sluice.balancer.health.EjectionPolicy.FailureKind;
import dev.sluice.balancer.outlier.Failures;
import dev.sluice.proxy.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * An attempt at a member, as its listeners see it: they read values that only the attempt writes. Safe for use by many
 * threads.
 */
public abstract class MemberAttempt {
    /** Its neighbours in {@link RunningAttempts}, which guards them. */
    @Nullable
    MemberAttempt before;

    @Nullable
    MemberAttempt after;

    /** When the member was picked. */
    public abstract long beginNanos();

    /** What the member had in flight before. */
    public abstract int inFlightBefore();

    /** The number of the trial that it is for the member's ejection; 0 if it is not a trial. */
    public abstract long trial();

    /** Returns whether it has far more time than others, to show whether the member is silent. */
    public abstract boolean patient();

    /** The status of the response, or 0 while there is none. */
    public abstract int status();

    /** From the pick to the head of the response, or -1 while that has not come. */
    public abstract long latencyNanos();

    /** How it ended, or null while it has not. */
    public abstract @Nullable Outcome outcome();

    /** The failure that counts against the member now that it has ended, or null for none. */
    public abstract @Nullable FailureKind failure();

    /** Returns whether it is the first of its request that fails at this member; asked once, of one that has failed. */
    public abstract boolean firstFailure();

    /** Returns whether it has lost to an attempt beside it, and nothing of a response had come. */
    public abstract boolean lost();

    /** Breaks it off. */
    public abstract void cut();

    /** Returns whether a response came that does not count against the member. */
    public final boolean succeeded() {
        return failure() == null && status() > 0;
    }

    /** Returns whether the response counts against the member, whatever happens to it later. */
    public final boolean answeredBadly() {
        return Failures.kindOf(Outcome.COMPLETED, status()) != null;
    }
}
