package dev.sluice.balancer;

/** Is told of each change in a pool. What it throws is logged, and changes nothing else. */
@FunctionalInterface
public interface PoolListener {
    /**
     * Something has changed. Called for one event at a time, in the order in which things happened, on a thread that no
     * exchange and no timer waits for. A listener that is more than 1,000 events behind misses the oldest of them;
     * {@link PoolSnapshot#droppedEvents()} counts those. The pool may be changed from here. On a clock that a test
     * moves it is called at once, on the thread that changed something.
     */
    void changed(PoolEvent event);
}
