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
     * The time of the attempt, {@link Step.Send#untilNanos()}, is over: returns whether it is broken off, as by default. If
     * not, it has the time that any request has from now on: for an attempt that none could follow, as the budget for
     * that has been spent meanwhile. May be asked more than once; on the clock's thread, so it must not block.
     */
    default boolean expired(long nanos) {
        return true;
    }

    /**
     * Ends the use. Called exactly once for each lease, when its attempt's scope ends, on any thread; must not block.
     */
    void end(Outcome outcome, long nanos);
}
