package dev.sluice.balancer.outlier;

import dev.sluice.balancer.health.EjectionPolicy;
import dev.sluice.balancer.health.EjectionPolicy.FailureKind;
import dev.sluice.balancer.internal.RollingWindow;
import dev.sluice.proxy.internal.Nanos;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What one member's own requests say about it: failures in a row, counts over a window, and how often it was ejected.
 * It does not decide for the pool: who ejects asks first whether the member may be ejected.
 *
 * <p>Many threads may count results and read the window at once, without locks. {@link #ejected} and {@link #restart}
 * are for one thread at a time. A result at the moment of a restart may count before or after it.
 */
public final class PassiveHealth {
    private final EjectionPolicy policy;
    private final AtomicInteger inRow = new AtomicInteger();
    private final Map<FailureKind, AtomicInteger> inRowByKind = new EnumMap<>(FailureKind.class);

    /** Whether a row of failures may have begun: otherwise a success need not write. */
    private volatile boolean failing;

    private final RecentAnswers recent;
    private volatile RollingWindow window;
    private volatile long sinceNanos;
    private volatile long successNanos;
    private int step;
    private boolean out;

    /** Of a member that is new at {@code nanos}. */
    public PassiveHealth(EjectionPolicy policy, long nanos) {
        this.policy = policy;
        for (FailureKind kind : FailureKind.values()) {
            inRowByKind.put(kind, new AtomicInteger());
        }
        this.recent = new RecentAnswers(Nanos.of(policy.window()));
        this.window = new RollingWindow(policy.window());
        this.sinceNanos = nanos;
        this.successNanos = nanos;
    }

    /**
     * Counts an attempt that has ended well. One that began before the member last came back belongs to the time
     * before, and does not count.
     *
     * @param latencyNanos how long it took, or 0 when that is not known
     */
    public void succeeded(long latencyNanos, long nanos) {
        if (nanos - latencyNanos < sinceNanos) {
            return;
        }
        recent.count(false, nanos);
        good(latencyNanos, nanos);
    }

    private void good(long latencyNanos, long nanos) {
        window.succeeded(latencyNanos, nanos);
        successNanos = nanos;
        if (failing) {
            forgive();
        }
    }

    /**
     * Counts an attempt that has failed, unless it began before the member last came back. A kind that the policy does
     * not count and has no threshold for is a success of unknown latency.
     *
     * @return the reason to eject the member, for logs; null when there is none
     */
    public @Nullable String failed(FailureKind kind, long beginNanos, long nanos) {
        if (beginNanos < sinceNanos) {
            return null;
        }
        boolean error = kind == FailureKind.SERVER_ERROR;
        if (error) {
            recent.count(true, nanos);
            window.serverError(nanos);
        }
        boolean counted = policy.kinds().contains(kind);
        int most = policy.failures(kind);
        if (!counted && most == 0) {
            good(0, nanos);
            return null;
        }
        int ofKind = Objects.requireNonNull(inRowByKind.get(kind)).incrementAndGet();
        int ofAll = counted ? inRow.incrementAndGet() : 0;
        failing = true;
        if (counted) {
            window.failed(nanos);
        }
        if (most > 0 && ofKind >= most) {
            return ofKind + " attempts in a row " + Failures.words(kind);
        }
        return policy.failures() > 0 && ofAll >= policy.failures() ? ofAll + " attempts in a row failed" : null;
    }

    /**
     * Returns whether half of this member's last answers, or more, are server errors, and those of its peers are not;
     * the answers are the last {@value RecentAnswers#MOST} of each. So a member that fails at once is found after some
     * ten to twenty answers. If all fail alike, none is found.
     */
    public boolean errsUnlike(Iterable<PassiveHealth> peers, long nanos) {
        ErrorShare own = share(nanos);
        if (2 * own.errors() < own.answers()) {
            return false;
        }
        boolean onlyErrors = answersOnlyErrors(nanos);
        ErrorShare others = new ErrorShare(0, 0);
        for (PassiveHealth peer : peers) {
            // Two broken members would hide each other in a comparison with one healthy member.
            if (!onlyErrors || !peer.answersOnlyErrors(nanos)) {
                others = others.and(peer.share(nanos));
            }
        }
        return own.standsOutFrom(others);
    }

    /** Returns whether at least half as many of its last answers are server errors as of the other's, and one at least. */
    public boolean errsAsMuchAs(PassiveHealth other, long nanos) {
        ErrorShare own = share(nanos);
        return own.errors() > 0 && 2 * own.part() >= other.share(nanos).part();
    }

    /** Returns whether all of its last {@value RecentAnswers#MOST} answers are server errors. */
    public boolean answersOnlyErrors(long nanos) {
        return share(nanos).errors() == RecentAnswers.MOST;
    }

    /** From now on its last answers are those to come. */
    public void forgetAnswers() {
        recent.forget();
    }

    private ErrorShare share(long nanos) {
        return new ErrorShare(recent.errors(nanos), recent.answers(nanos));
    }

    /** How many of the last answers were server errors, in words. */
    public String errors(long nanos) {
        return recent.errors(nanos) + " of its last " + recent.answers(nanos)
                + " answers are server errors, and those of its peers are not";
    }

    /** What the window that ends now holds. */
    public WindowStats window(long nanos) {
        RollingWindow.Counts counts = window.counts(nanos);
        return new WindowStats(
                counts.succeeded(), counts.failed(), counts.serverErrors(), counts.timed(), counts.latencyNanos());
    }

    /**
     * The member is ejected, or stays so as its trial has failed. The n-th time in a row it lasts n times {@link
     * EjectionPolicy#ejectFor()}, at most {@link EjectionPolicy#maxEjectFor()}. Each {@link EjectionPolicy#shrink()} of time in use
     * that ended in a success has lowered n by one.
     *
     * @return for how long
     */
    public Duration ejected(long nanos) {
        long wellNanos = out ? 0 : Math.max(0, Math.min(successNanos, nanos) - sinceNanos);
        out = true;
        step -= (int) Math.min(step, Duration.ofNanos(wellNanos).dividedBy(policy.shrink()));
        long within = policy.maxEjectFor().dividedBy(policy.ejectFor());
        // Past the cap the step does not grow, so that it takes no longer to shrink again than it took to grow.
        step = (int) Math.min(step + 1L, within + 1);
        return step > within ? policy.maxEjectFor() : policy.ejectFor().multipliedBy(step);
    }

    /** The member is used again: what came before does not count any more. */
    public void restart(long nanos) {
        sinceNanos = nanos;
        window = new RollingWindow(policy.window());
        recent.forget();
        out = false;
        forgive();
    }

    private void forgive() {
        failing = false;
        inRow.set(0);
        inRowByKind.values().forEach(row -> row.set(0));
    }
}
