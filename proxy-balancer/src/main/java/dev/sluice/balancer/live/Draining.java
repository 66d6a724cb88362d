package dev.sluice.balancer.live;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Whether a member gets new requests. Read without a lock; changed within the pool's transitions.
 *
 * <pre>
 * IN_USE ─ drain ─> DRAINING ─ nothing left, or its time is over ─> DRAINED
 *    ^                 │                                              │
 *    └── resume ───────┴──────────────────────────────────────────────┘
 * </pre>
 */
public final class Draining implements AttemptListener {
    /** Where it is. */
    public enum Stage {
        /** It gets new requests. */
        IN_USE,
        /** It gets no new ones, and the pool waits for the last ones. */
        DRAINING,
        /** The wait is over. */
        DRAINED
    }

    private final Standing standing;
    private final InFlight inFlight;
    private final StageListener<Stage> told;
    /** The stages that wait for the drain's end; run when it may have come. */
    private final List<Runnable> watchers = new CopyOnWriteArrayList<>();

    private volatile Stage stage = Stage.IN_USE;
    /** The number of drains: timers of an earlier one have no effect in a later one. */
    private volatile int round;

    /** Of a member that is in use. */
    public Draining(Standing standing, InFlight inFlight, StageListener<Stage> told) {
        this.standing = standing;
        this.inFlight = inFlight;
        this.told = told;
    }

    /** Where it is. */
    public Stage stage() {
        return stage;
    }

    /** The drain that it is in, or that was its last. */
    int round() {
        return round;
    }

    /** Returns whether it is in the drain of this number: not resumed since, nor drained again. */
    boolean isIn(int number) {
        return stage != Stage.IN_USE && round == number;
    }

    /** The member gets no new requests; within a transition, of one that is in use. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // Changed under the pool's lock alone.
    public void begin() {
        round++;
        stage = Stage.DRAINING;
        told.entered(standing.id(), stage, inFlight.count() + " in flight");
    }

    /** The member gets new requests again; within a transition. */
    public void resume() {
        stage = Stage.IN_USE;
        told.entered(standing.id(), stage, "gets new requests again");
    }

    /** The drain of this number has ended; within a transition. Returns whether it is the present one, of a member. */
    boolean drained(int number, String report) {
        if (!isIn(number) || !standing.isMember()) {
            return false;
        }
        stage = Stage.DRAINED;
        told.entered(standing.id(), stage, report);
        return true;
    }

    void watch(Runnable watcher) {
        watchers.add(watcher);
    }

    void unwatch(Runnable watcher) {
        watchers.remove(watcher);
    }

    /** Lets those that wait check whether the drain is over, after the member was resumed or removed. */
    public void look() {
        watchers.forEach(Runnable::run);
    }

    /** An attempt was counted out. */
    public void countedOut() {
        if (stage != Stage.IN_USE && inFlight.count() == 0) {
            look();
        }
    }

    @Override
    public void ended(MemberAttempt attempt, long nanos) {
        countedOut();
    }
}
