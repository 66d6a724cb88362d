package dev.sluice.balancer.eject;

import java.util.concurrent.atomic.AtomicReference;

/**
 * Whether an ejected member whose time is over may get one request to prove itself.
 *
 * <pre>
 * NONE ─ offer ─> OFFERED ─ claim ─> CLAIMED ─┬─ succeeded, failed ─> NONE
 *                     ^                       │
 *                     └──────── release ──────┘  it told nothing: the client left
 * </pre>
 *
 * Each trial has a number, and a claim is for that number: the trial of an earlier ejection says nothing about a later
 * one. Safe for use by many threads.
 */
final class Trial {
    /** What {@link #claim} returns when there is nothing to be claimed. */
    static final long NOT_CLAIMED = 0;

    private enum Stage {
        NONE,
        OFFERED,
        CLAIMED
    }

    private record State(Stage stage, long number) {}

    private final AtomicReference<State> state = new AtomicReference<>(new State(Stage.NONE, NOT_CLAIMED));
    private volatile boolean forAll;

    /** From now on one request may be tried, if a second attempt protects it. */
    void offer() {
        forAll = false;
        state.updateAndGet(old -> new State(Stage.OFFERED, old.number + 1));
    }

    /** From now on it may be any request. */
    void offerToAll() {
        forAll = true;
    }

    /** Returns whether it may be any request. */
    boolean forAll() {
        return forAll;
    }

    /** Returns whether it waits for a request. */
    boolean free() {
        return state.get().stage == Stage.OFFERED;
    }

    /** Claims the trial; returns its number, or {@link #NOT_CLAIMED}. */
    long claim() {
        State offered = state.get();
        boolean claimed = offered.stage == Stage.OFFERED
                && state.compareAndSet(offered, new State(Stage.CLAIMED, offered.number));
        return claimed ? offered.number : NOT_CLAIMED;
    }

    /** Returns whether the trial of this number is claimed, and not yet over. */
    boolean claimed(long number) {
        State now = state.get();
        return now.stage == Stage.CLAIMED && now.number == number;
    }

    /** Gives the claim of the trial of this number back; does nothing when that trial is over. */
    void release(long number) {
        State now = state.get();
        if (now.stage == Stage.CLAIMED && now.number == number) {
            state.compareAndSet(now, new State(Stage.OFFERED, number));
        }
    }

    void end() {
        state.updateAndGet(old -> new State(Stage.NONE, old.number));
    }
}
