package dev.sluice.proxy.testing.gateway;

import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.time.Duration;

/** Waits on behalf of one answer, until the answer is broken off. */
interface Pacing {
    /** The clock. */
    TimeSource time();

    /** Fires when the answer is broken off: the gateway closes, or the client leaves once {@link #watch} was called. */
    Signal broken();

    /** Whether the answer goes through a socket. */
    boolean hasSocket();

    /** From now on, sees the client leave. Waiting for a signal does so too. */
    void watch();

    /**
     * Lets time pass.
     *
     * @throws IOException if the answer is broken off meanwhile
     */
    void pause(Duration duration) throws IOException;

    /**
     * Waits for a signal.
     *
     * @throws IOException if the answer is broken off before
     */
    void await(Signal signal) throws IOException;
}
