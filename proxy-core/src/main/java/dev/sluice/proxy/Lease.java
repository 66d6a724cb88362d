package dev.sluice.proxy;

/** One use of an upstream, counted from the pick until it ends. */
public interface Lease {
    /** The upstream that may be used. */
    Upstream upstream();

    /**
     * The attempt begins in this scope, by which whoever gave the lease can break it off. Called at most once, before
     * {@link #end}; does nothing by default.
     */
    default void began(Exchange scope) {}

    /**
     * Ends the use. Called exactly once for each lease, when its attempt's scope ends, on any thread; must not block.
     */
    void end(Outcome outcome, long nanos);
}
