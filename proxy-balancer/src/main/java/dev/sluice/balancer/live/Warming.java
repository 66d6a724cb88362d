package dev.sluice.balancer.live;

import dev.sluice.balancer.health.SlowStart;
import dev.sluice.proxy.time.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * A member's slow start: for a while its weight grows from a part to the whole. Read without a lock; begun and ended within
 * the pool's transitions.
 */
public final class Warming {
    /** Where it is. */
    public enum Stage {
        /** The weight grows. */
        WARMING,
        /** It has its whole weight. */
        WARM
    }

    private final Standing standing;
    private final Transitions transitions;
    private final TimeSource time;
    private final @Nullable SlowStart slowStart;
    private final StageListener<Stage> told;
    /** NEVER for a member that is warm. */
    private volatile long sinceNanos = TimeSource.NEVER;

    private TimeSource.Scheduled timer = () -> {};

    /**
     * Of a member that is warm.
     *
     * @param slowStart null for a pool whose members are not warmed up
     */
    public Warming(
            Standing standing,
            Transitions transitions,
            TimeSource time,
            @Nullable SlowStart slowStart,
            StageListener<Stage> told) {
        this.standing = standing;
        this.transitions = transitions;
        this.time = time;
        this.slowStart = slowStart;
        this.told = told;
    }

    /** The part of its weight that the member has now: 1 except during a slow start. */
    public double part(long nanos) {
        long since = sinceNanos;
        return since == TimeSource.NEVER || slowStart == null ? 1 : part(slowStart, nanos - since);
    }

    /** The part that a member has this long after the start of its slow start: above 0, and 1 at the end of the window. */
    static double part(SlowStart slowStart, long elapsedNanos) {
        double done = (double) elapsedNanos / slowStart.window().toNanos();
        if (done >= 1) {
            return 1;
        }
        double grown = slowStart.curve() == 1 ? done : StrictMath.pow(Math.max(0, done), 1 / slowStart.curve());
        return Math.max(slowStart.floor(), grown);
    }

    /** From now on the weight grows; within a transition. */
    public void begin() {
        if (slowStart != null) {
            long beginNanos = time.nanos();
            sinceNanos = beginNanos;
            timer.cancel();
            timer = time.schedule(slowStart.window(), () -> end(beginNanos));
        }
    }

    /** It ends without a report, as the member is out of use; within a transition. */
    public void stop() {
        timer.cancel();
    }

    /** The end of the slow start that began at this time; has no effect in a later one. */
    private void end(long beginNanos) {
        transitions.run(() -> {
            if (sinceNanos == beginNanos && standing.isUsed()) {
                sinceNanos = TimeSource.NEVER;
                told.entered(standing.id(), Stage.WARM, "its slow start is over");
            }
        });
    }
}
