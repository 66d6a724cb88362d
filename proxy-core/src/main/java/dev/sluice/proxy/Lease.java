package dev.sluice.proxy;

/** One use of an upstream, counted from the pick until it ends. */
public interface Lease {
    /** The upstream that may be used. */
    Upstream upstream();

    /**
     * Ends the use. Called exactly once for each lease, when its attempt's scope ends, on any thread; must not block.
     */
    void end(Outcome outcome, long nanos);
}
