package dev.sluice.proxy;

import dev.sluice.proxy.time.Signal;

/** What is to be done next about a request: what {@link Attempts} say. */
public sealed interface Step {
    /** Send the request to this upstream. */
    record Send(Lease lease) implements Step {}

    /**
     * Wait until the signal fires or the time has come, whichever is first, and say so with {@link Attempts#woke}.
     *
     * @param untilNanos a time of the exchange's time source
     */
    record Wait(Signal signal, long untilNanos) implements Step {}

    /**
     * Pass this attempt's response on.
     *
     * @param hold whether a short response is to be read whole before its head goes to the client, because another
     *     attempt could still take its place
     */
    record Answer(Lease lease, boolean hold) implements Step {}

    /** Give up. The client gets the last failure, or this outcome when there was no attempt. */
    record Fail(Outcome outcome) implements Step {}
}
