package dev.sluice.proxy;

/**
 * The decisions about one request, as a state machine without threads: told what happened, it says what is next. It
 * never blocks and touches no socket, so the loop over real upstreams and a simulator drive the same code. Used by one
 * thread at a time; every {@code nanos} is a time of the exchange's time source.
 *
 * <p>More than one attempt may run at once: that is a hedge. It begins when {@link #slow} sends a second one; from then
 * on each of them is told of by its lease, and an answer or a failure of the request ends those that are left.
 */
public interface Attempts {
    /** What decides here, such as {@code pool "orders"}, for messages; empty by default, and then it is not named. */
    default String name() {
        return "";
    }

    /** The request is there: what now? */
    Step start(long nanos);

    /**
     * The attempt has a final response's head.
     *
     * @param bodyKept whether the request as it was sent, body included, can be sent again
     * @return {@link Step.Answer} for this lease to pass it on; anything else drops it
     */
    Step head(Lease lease, int status, Headers headers, boolean bodyKept, long nanos);

    /**
     * The attempt has failed, before the response's head or, when a short response was held, in its body.
     *
     * @param delivery how far the request got
     * @param bodyKept whether the request as it was sent, body included, can be sent again
     */
    Step failed(Lease lease, Outcome outcome, Delivery delivery, boolean bodyKept, long nanos);

    /**
     * The attempt has neither answered nor failed by the time that its {@link Step.Send#slowAtNanos()} named. One whose
     * response is held has not answered before that is whole.
     *
     * @param bodyWhole whether all of the request's body is here, so that a second attempt could run beside this one
     * @return {@link Step.Send} for a second attempt, or {@link Step.Await}, as by default
     */
    default Step slow(Lease lease, boolean bodyWhole, long nanos) {
        return new Step.Await();
    }

    /**
     * The attempt's response goes to the client now; one that was held is whole. Called once for a request at most. Does
     * nothing by default.
     */
    default void passedOn(Lease lease, long nanos) {}

    /** A {@link Step.Wait} is over. */
    Step woke(long nanos);
}
