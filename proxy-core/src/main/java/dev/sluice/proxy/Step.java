package dev.sluice.proxy;

import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;

/** What is to be done next about a request: what {@link Attempts} say. */
public sealed interface Step {
    /**
     * Send the request to this upstream, beside the attempts that run already.
     *
     * @param untilNanos when the attempt is broken off if its response's head, and body where that is held, has not come:
     *     it fails with HEAD_TIMEOUT, or with BODY_TIMEOUT once the head is there; {@link TimeSource#NEVER} for never. It
     *     holds only for as long as the request could be sent again: not once more of its body has been read than is
     *     kept, nor when a hook has made it a request that is not idempotent, and only if {@link Lease#expired} does
     *     not say otherwise
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
