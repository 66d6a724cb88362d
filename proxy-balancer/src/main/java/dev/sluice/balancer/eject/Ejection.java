package dev.sluice.balancer.eject;

import dev.sluice.balancer.health.EjectionPolicy;
import dev.sluice.balancer.health.EjectionPolicy.FailureKind;
import dev.sluice.balancer.live.AttemptListener;
import dev.sluice.balancer.live.MemberAttempt;
import dev.sluice.balancer.live.Standing;
import dev.sluice.balancer.outlier.Outlier;
import dev.sluice.balancer.outlier.PassiveHealth;
import dev.sluice.balancer.outlier.WindowStats;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.internal.DurationText;
import dev.sluice.proxy.time.TimeSource;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;

/**
 * Whether a member is out of use because of its requests.
 *
 * <pre>
 * IN_USE ─ failures in a row, or worse than its peers ─> OUT ─ time over ─> ON_TRIAL ─ answers ─> IN_USE
 *                                                         ^                    │
 *                                                         └────── fails ───────┘
 * </pre>
 *
 * Safe for use by many threads: what changes is guarded by the pool's transitions.
 */
public final class Ejection implements AttemptListener {
    /** The number of no trial. */
    public static final long NO_TRIAL = Trial.NOT_CLAIMED;

    private final EjectionSetup setup;
    private final Standing standing;
    private final Listener listener;
    private final PassiveHealth passive;
    private final Silence silence;
    private final Trial trial = new Trial();
    private EjectionStage stage = EjectionStage.IN_USE;
    /**
     * Goes up each time that it goes out or comes back: a timer of an earlier ejection has no effect in a later one.
     */
    private int number;

    private TimeSource.Scheduled timer = () -> {};

    /** Until when it is out; written before the stage. */
    private volatile long outUntilNanos;

    /** Of a new member. */
    public Ejection(EjectionSetup setup, Standing standing, Listener listener) {
        this.setup = setup;
        this.standing = standing;
        this.listener = listener;
        this.passive = new PassiveHealth(setup.policy(), nanos());
        this.silence = new Silence(nanos());
    }

    /** Where it is; within a transition. */
    public EjectionStage stage() {
        return stage;
    }

    /** Until when it is out, if it is; a time of the pool's time source. */
    public long outUntilNanos() {
        return outUntilNanos;
    }

    /** What its own requests say about it. */
    public PassiveHealth passive() {
        return passive;
    }

    /** The results of its recent requests. */
    public WindowStats window(long nanos) {
        return passive.window(nanos);
    }

    /**
     * Returns whether it waits for a request to be tried with.
     *
     * @param safe whether a second attempt protects the request, so that nothing is lost if the trial fails
     */
    public boolean wantsTrial(boolean safe) {
        return trial.free() && (safe || trial.forAll());
    }

    /** Claims its trial for an attempt; returns its number, or {@link #NO_TRIAL}. */
    public long claimTrial() {
        return trial.claim();
    }

    /** The attempt that has claimed the trial of this number is not made; does nothing when that trial is over. */
    public void releaseTrial(long claimed) {
        trial.release(claimed);
    }

    /**
     * Returns whether the next attempt gets longer, as the member may be silent; true for only one of those that ask.
     */
    public boolean isSuspected(long nanos) {
        return silence.suspected(nanos);
    }

    @Override
    public void answered(MemberAttempt attempt, long nanos) {
        if (attempt.patient()) {
            silence.heardLate(nanos);
        } else {
            silence.heard(nanos);
        }
        if (decides(attempt) && !attempt.answeredBadly()) {
            reinstate(() -> decides(attempt), "it has answered its trial request");
        }
    }

    @Override
    public void ended(MemberAttempt attempt, long nanos) {
        FailureKind kind = attempt.failure();
        if (kind != null) {
            failed(attempt, kind, nanos);
        } else {
            if (attempt.succeeded()) {
                passive.succeeded(attempt.latencyNanos(), nanos);
            }
            // A trial that is not over by now has told nothing about the member: the next request may be the trial.
            trial.release(attempt.trial());
        }
        if (attempt.lost()) {
            silence.lost();
        }
    }

    private void failed(MemberAttempt attempt, FailureKind kind, long nanos) {
        String why = passive.failed(kind, attempt.beginNanos(), nanos);
        boolean errs = why == null
                && kind == FailureKind.SERVER_ERROR
                && setup.policy().compareServerErrors();
        why = errs ? ErringMembers.errsAlone(passive, setup.peers(), nanos) : why;
        if (isTrial(attempt)) {
            trialFailed(attempt, kind, told(attempt));
        } else if (why != null) {
            eject(why + ", last: " + told(attempt), errs);
        }
    }

    /** This member did not take a request, no other is left for it, and requests can wait: so they wait. */
    @Override
    public void unreachable(MemberAttempt attempt) {
        setup.transitions().run(() -> {
            if (stage == EjectionStage.IN_USE && standing.isMember()) {
                outUntilTrial(setup.backoff().get(), true);
                tell("it cannot be reached and no other is left: requests wait for it");
            }
        });
    }

    /** An attempt with far more time than others has no answer: the member is silent, and not only slow. */
    @Override
    public void silent(MemberAttempt attempt, long nanos) {
        if (isTrial(attempt)) {
            trialFailed(attempt, FailureKind.TIMEOUT, Outcome.HEAD_TIMEOUT.toString());
        } else {
            eject(silence.words(nanos) + ", and its attempts lose to hedges", false);
        }
    }

    void worseThanPeers(Outlier outlier) {
        eject(outlier.reason(), outlier.serverErrors());
    }

    /** The member has come up by its probes, which say more than its requests did; within a transition. */
    public void cameUp() {
        boolean wasOut = stage != EjectionStage.IN_USE;
        takeBack();
        if (wasOut) {
            tell("it came up");
        }
    }

    /** It is no longer a member; within a transition. */
    public void end() {
        timer.cancel();
        setup.erring().removed(passive);
    }

    /** @param errs whether it is for server errors that its peers do not have */
    private void eject(String why, boolean errs) {
        setup.transitions().run(() -> {
            if (!standing.isUsed() || !mayEject()) {
                return;
            }
            if (errs && !setup.erring().takeOut(passive, setup.peers(), nanos())) {
                return;
            }
            Duration time = passive.ejected(nanos());
            outUntilTrial(time, true);
            tell(why + "; out for " + DurationText.of(time));
        });
    }

    /**
     * Returns whether one more member may be ejected within the policy's most and its percentage of all, rounded down. One
     * is always allowed, but never the last one.
     *
     * @param members how many there are, with those that are ejected
     * @param ejectedAlready how many of them are ejected
     */
    static boolean mayEject(EjectionPolicy policy, int members, int ejectedAlready) {
        int part = (int) ((long) members * policy.maxEjectedPercent() / 100);
        int most = Math.min(policy.maxEjected(), Math.max(1, part));
        return ejectedAlready < Math.min(most, members - 1);
    }

    private boolean mayEject() {
        int up = setup.peers().up();
        int inUse = setup.peers().inUse();
        return mayEject(setup.policy(), up, up - inUse) && inUse > 1;
    }

    /** A trial failed: the member is out for longer. While requests wait for it, it is tried again soon. */
    private void trialFailed(MemberAttempt attempt, FailureKind kind, String told) {
        setup.transitions().run(() -> {
            if (stage == EjectionStage.IN_USE || !decides(attempt)) {
                return;
            }
            boolean waited = setup.parks()
                    && kind == FailureKind.CONNECT
                    && setup.peers().inUse() == 0;
            Duration time = waited ? setup.backoff().get() : passive.ejected(nanos());
            // A long wait is reported once, when it begins, and not for each trial.
            outUntilTrial(time, !waited);
            if (!waited) {
                tell("its trial failed: " + told + "; out for " + DurationText.of(time));
            }
        });
    }

    private void outUntilTrial(Duration time, boolean tell) {
        outUntilNanos = setup.time().deadline(time);
        stage = EjectionStage.OUT;
        trial.end();
        listener.out();
        atTimeOutsEnd(time, ejection -> openTrial(ejection, tell));
        setup.transitions().changed();
    }

    /** Within a transition: replaces the timer by another, with the number of its ejection. */
    private void atTimeOutsEnd(Duration time, IntConsumer task) {
        int ejection = ++number;
        timer.cancel();
        timer = setup.time().schedule(time, () -> task.accept(ejection));
    }

    private boolean isOf(int ejection) {
        return stage != EjectionStage.IN_USE && number == ejection && standing.isMember();
    }

    private void openTrial(int ejection, boolean tell) {
        setup.transitions().run(() -> {
            if (isOf(ejection)) {
                stage = EjectionStage.ON_TRIAL;
                trial.offer();
                waitForTrial();
                setup.transitions().changed();
                if (tell) {
                    tell("its time out is over");
                }
            }
        });
    }

    /**
     * No request with a second attempt behind it has come: the probes decide, or without them any request is the trial.
     */
    private void trialWaited(int ejection) {
        setup.transitions().run(() -> {
            if (!isOf(ejection)) {
                return;
            }
            if (!standing.isProbed()) {
                trial.offerToAll();
            } else if (!standing.isDown() && trial.free()) {
                reinstate(trial::free, "its probes pass, and no request has come for a trial");
            } else {
                // A trial may be running just now, and end without a result.
                waitForTrial();
            }
        });
    }

    private void waitForTrial() {
        atTimeOutsEnd(setup.policy().ejectFor(), this::trialWaited);
    }

    /**
     * A member that was tried is well.
     *
     * @param decided whether the trial that says so is not over, asked within the transition
     */
    private void reinstate(BooleanSupplier decided, String reason) {
        setup.transitions().run(() -> {
            if (stage != EjectionStage.IN_USE && decided.getAsBoolean() && standing.isMember()) {
                takeBack();
                setup.transitions().changed();
                tell(reason + (standing.isDown() ? "; still down by its probes" : ""));
            }
        });
    }

    private void takeBack() {
        number++;
        timer.cancel();
        stage = EjectionStage.IN_USE;
        trial.end();
        passive.restart(nanos());
        setup.erring().takenBack(passive, setup.peers());
        silence.heard(nanos());
        listener.back();
    }

    private void tell(String reason) {
        setup.told().entered(standing.id(), stage, reason);
    }

    private static boolean isTrial(MemberAttempt attempt) {
        return attempt.trial() != NO_TRIAL;
    }

    /** Returns whether the attempt still decides: the trial is not over, nor the ejection that it was of. */
    private boolean decides(MemberAttempt attempt) {
        return isTrial(attempt) && trial.claimed(attempt.trial());
    }

    /** How the attempt ended, in words. */
    private static String told(MemberAttempt attempt) {
        Outcome outcome = attempt.outcome();
        return outcome != null && outcome.blamesUpstream() ? outcome.toString() : "status " + attempt.status();
    }

    private long nanos() {
        return setup.time().nanos();
    }

    /** What else happens to the member when it goes out and comes back; within the transition. */
    public interface Listener {
        /** It is out. */
        void out();

        /** It is used again, and begins again. */
        void back();
    }
}
