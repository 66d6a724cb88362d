package dev.sluice.proxy.testing.gateway;

import dev.sluice.proxy.time.Signal;
import java.io.IOException;
import java.time.Duration;

/** Waits on behalf of one answer, until the answer is broken off. */
interface Pacing {
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
