package dev.sluice.balancer;

import java.util.concurrent.atomic.AtomicReference;

/**
 * Whether an ejected member, whose time is over, may be given one request to prove itself with.
 *
 * <pre>
 * NONE ─ open ─> OPEN ─ claim ─> CLAIMED ─┬─ succeeded, failed ─> NONE
 *                 ^                       │
 *                 └──────── release ──────┘  it told nothing: the client left
 * </pre>
 *
 * Safe for use by many threads.
 */
final class Trial {
    private enum Stage {
        NONE,
        OPEN,
        CLAIMED
    }

    private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.NONE);
    private volatile boolean forAll;

    /** From now on one request may be tried, if a second attempt stands behind it. */
    void open() {
        forAll = false;
        stage.set(Stage.OPEN);
    }

    /** From now on it may be any request. */
    void openToAll() {
        forAll = true;
    }

    boolean forAll() {
        return forAll;
    }

    /** Tells whether it waits for a request, or for one's end. */
    boolean pending() {
        return stage.get() != Stage.NONE;
    }

    /** Tells whether it waits for a request. */
    boolean free() {
        return stage.get() == Stage.OPEN;
    }

    boolean claim() {
        return stage.get() == Stage.OPEN && stage.compareAndSet(Stage.OPEN, Stage.CLAIMED);
    }

    /** Gives the claim back. */
    void release() {
        stage.compareAndSet(Stage.CLAIMED, Stage.OPEN);
    }

    void end() {
        stage.set(Stage.NONE);
    }
}
