package dev.sluice.balancer.live;

/**
 * The changes of what a pool's members are used for: one at a time, under the pool's lock. Picks see the members as they were
 * before a change or after it, never in between.
 */
public interface Transitions {
    /** Runs a change under the lock, which must not block; what has come of it is told when the lock is free again. */
    void run(Runnable change);

    /** Within a change: who is used may be others now. */
    void changed();
}
