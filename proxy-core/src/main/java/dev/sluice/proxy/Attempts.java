package dev.sluice.proxy;

import dev.sluice.proxy.Attempts.Lease;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;

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

    /** One use of an upstream, counted from the pick until it ends. */
    interface Lease {
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

    /** What is to be done next about a request: what {@link Attempts} say. */
    sealed interface Step {
        /**
         * Send the request to this upstream, beside the attempts that run already.
         *
         * @param untilNanos when the attempt is broken off if its response's head, and body where that is held, has not come:
         *     it fails with HEAD_TIMEOUT, or with BODY_TIMEOUT once the head is there; {@link TimeSource#NEVER} for never. It
         *     holds only for as long as the request could be sent again: not once more of its body has been read than is
         *     kept, nor when a hook has made it a request that is not idempotent
         * @param slowAtNanos when {@link Attempts#slow} is asked, if the attempt has neither answered, with a whole response
         *     where that is held, nor failed; {@link TimeSource#NEVER} for never, which keeps the attempt on the exchange's
         *     own thread
         */
        record Send(Lease lease, long untilNanos, long slowAtNanos) implements Step {
            /** Without limits of time. */
            public Send(Lease lease) {
                this(lease, TimeSource.NEVER, TimeSource.NEVER);
            }
        }

        /** Go on waiting for the attempts that run, of which there must be one. */
        record Await() implements Step {}

        /**
         * Wait until the signal fires or the time has come, whichever is first, and say so with {@link Attempts#woke}. To be
         * said only when no attempt runs.
         *
         * @param untilNanos a time of the exchange's time source
         */
        record Wait(Signal signal, long untilNanos) implements Step {}

        /**
         * Pass this attempt's response on, and break off the others.
         *
         * @param hold whether a short response is to be read whole before its head goes to the client, because another
         *     attempt could still take its place
         */
        record Answer(Lease lease, boolean hold) implements Step {}

        /**
         * Give up, and break off what runs. The client gets the last failure, or this outcome when there was no attempt.
         */
        record Fail(Outcome outcome) implements Step {}
    }
}
