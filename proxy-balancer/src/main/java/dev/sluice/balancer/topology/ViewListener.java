package dev.sluice.balancer.topology;

/** Is told of each change of a pool's members, whether or not the view has changed with it. */
public interface ViewListener {
    /** A change is made; with the pool's lock, so that what is noted is in the order of the changes. */
    default void within(PoolView before, PoolView now) {}

    /** It was made, and the lock is free again unless the change was made within another. */
    default void after(PoolView before, PoolView now) {}
}
