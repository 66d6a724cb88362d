package dev.sluice.proxy.spi;

import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.spi.Attempts.Lease;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.util.Map;

/**
 * The decisions about one request, as a state machine without threads: it is told what happened, and says what is next.
 * It never blocks and touches no socket, so the loop over real upstreams and the simulator drive the same code. Used by
 * one thread at a time; every {@code nanos} is a time of the exchange's time source.
 *
 * <p>More than one attempt may run at once: that is a hedge. It begins when {@link #slow} sends a second one. From then
 * on the lease says which attempt is meant, and an answer or a failure of the request ends the others.
 */
public interface Attempts {
    /** The name for messages, such as {@code pool "orders"}; empty by default, which means no name. */
    default String name() {
        return "";
    }

    /** The request is here: returns the first step. */
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
     * The attempt has neither answered nor failed at its {@link Step.Send#slowAtNanos()}. An attempt whose response is
     * held has answered only when the response is whole.
     *
     * @param bodyWhole whether all of the request's body is here, so that a second attempt could run beside this one
     * @return {@link Step.Send} for a second attempt, or {@link Step.Await}, as by default
     */
    default Step slow(Lease lease, boolean bodyWhole, long nanos) {
        return new Step.Await();
    }

    /**
     * The attempt's response goes to the client now; a held one is whole. Called at most once for a request. Does
     * nothing by default.
     */
    default void passedOn(Lease lease, long nanos) {}

    /** A {@link Step.Wait} is over. */
    Step woke(long nanos);

    /** One use of an upstream, counted from the pick until it ends. */
    interface Lease {
        /** The upstream that may be used. */
        Upstream upstream();

        /** The tags that records show beside it; none by default. Immutable. */
        default Map<String, String> tags() {
            return Map.of();
        }

        /**
         * The attempt begins in this scope. By cancelling the scope, the source of the lease can break the attempt off.
         * Called at most once, before {@link #end}; does nothing by default.
         */
        default void began(Exchange scope) {}

        /**
         * The time of the attempt, {@link Step.Send#untilNanos()}, is over: returns whether the attempt is broken off;
         * true by default. If it is not, it has the time of any request from now on. An example is an attempt that no
         * other can follow, because the budget for that has been spent in the meantime. May be called more than once,
         * on the clock's thread, so it must not block.
         */
        default boolean expired(long nanos) {
            return true;
        }

        /**
         * Ends the use. Called exactly once for each lease, when its attempt's scope ends, on any thread; must not block.
         */
        void end(Outcome outcome, long nanos);
    }

    /** The next step for a request, as {@link Attempts} decide. */
    sealed interface Step {
        /**
         * Send the request to this upstream, beside the attempts that already run.
         *
         * @param untilNanos when the attempt is broken off if its response's head, and a body that is held, have not
         *     come: it fails with HEAD_TIMEOUT, or with BODY_TIMEOUT once the head is here; {@link TimeSource#NEVER}
         *     for never. It applies only as long as the request could be sent again: not after more of its body has been
         *     read than is kept, not if a hook has made it a request that is not idempotent, and not if {@link
         *     Lease#expired} returns false
         * @param slowAtNanos when {@link Attempts#slow} is called if the attempt has neither failed nor answered, with
         *     a whole response if that is held; {@link TimeSource#NEVER} for never, which keeps the attempt on the
         *     exchange's own thread
         */
        record Send(Lease lease, long untilNanos, long slowAtNanos) implements Step {
            /** Without limits of time. */
            public Send(Lease lease) {
                this(lease, TimeSource.NEVER, TimeSource.NEVER);
            }
        }

        /** Go on waiting for the running attempts; there must be at least one. */
        record Await() implements Step {}

        /**
         * Wait until the signal fires or the time has come, then call {@link Attempts#woke}. Only while no attempt
         * runs.
         *
         * @param untilNanos a time of the exchange's time source
         */
        record Wait(Signal signal, long untilNanos) implements Step {}

        /**
         * Pass this attempt's response on, and break off the others.
         *
         * @param hold whether a short response must be read whole before its head goes to the client, because another
         *     attempt could still replace it
         */
        record Answer(Lease lease, boolean hold) implements Step {}

        /**
         * Give up, and break off running attempts. The client gets the last failure, or this outcome if there was no
         * attempt.
         */
        record Fail(Outcome outcome) implements Step {}
    }
}
