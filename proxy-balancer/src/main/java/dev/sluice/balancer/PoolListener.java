package dev.sluice.balancer;

/** Is told of each change in a pool. What it throws is logged, and changes nothing else. */
@FunctionalInterface
public interface PoolListener {
    /**
     * Something has changed. Called for one event at a time, in the order in which things happened, on the thread that
     * changed it or one that did so at the same time, which may be one that carries an exchange: it must not block. The
     * pool may be changed from here.
     */
    void changed(PoolEvent event);
}
