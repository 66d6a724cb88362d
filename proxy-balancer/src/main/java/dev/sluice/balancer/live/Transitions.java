package dev.sluice.balancer.live;

/**
 * The changes of the state of a pool's members: one at a time, under the pool's lock. Picks see the members as they
 * were before a change or after it, never in between.
 */
public interface Transitions {
    /**
     * Runs a change under the lock; the change must not block. Its results are reported when the lock is free again.
     */
    void run(Runnable change);

    /** Within a change: other members may be in use now. */
    void changed();
}
