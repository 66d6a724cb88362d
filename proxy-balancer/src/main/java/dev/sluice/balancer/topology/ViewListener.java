package dev.sluice.balancer.topology;

/** Is called for each change of a pool's members, whether or not the view has changed. */
public interface ViewListener {
    /** A change is being made; called with the pool's lock, so that notes are in the order of the changes. */
    default void within(PoolView before, PoolView now) {}

    /** The change was made, and the lock is free again, unless the change was made within another. */
    default void after(PoolView before, PoolView now) {}
}
