package dev.sluice.proxy;

/**
 * The decisions about one request, as a state machine without threads: told what happened, it says what is next. It
 * never blocks and touches no socket, so the loop over real upstreams and a simulator drive the same code. Used by one
 * thread at a time; every {@code nanos} is a time of the exchange's time source.
 */
public interface Attempts {
    /** The request is there: what now? */
    Step start(long nanos);

    /** The attempt has a final response's head with this status. */
    Step head(Lease lease, int status, long nanos);

    /**
     * The attempt has failed, before the response's head or, when a short response was held, in its body.
     *
     * @param delivery how far the request got
     * @param bodyKept whether the request as it was sent, body included, can be sent again
     */
    Step failed(Lease lease, Outcome outcome, Delivery delivery, boolean bodyKept, long nanos);

    /** A {@link Step.Wait} is over. */
    Step woke(long nanos);
}
