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

    /** Whether the gateway closes. */
    boolean isClosing();

    /** From now on, sees the client leave. Waiting for a signal does so too. */
    void watch();

    /**
     * Lets time pass.
     *
     * @throws IOException if the answer is broken off meanwhile
     */
    default void pause(Duration duration) throws IOException {
        if (!duration.isZero()) {
            pauseUntil(time().deadline(duration));
        }
    }

    /**
     * Lets time pass until then.
     *
     * @throws IOException if the answer is broken off meanwhile
     */
    default void pauseUntil(long deadlineNanos) throws IOException {
        awaitUntil(broken(), deadlineNanos);
    }

    /**
     * Waits for a signal.
     *
     * @throws IOException if the answer is broken off before
     */
    default void await(Signal signal) throws IOException {
        watch();
        Signal any = new Signal();
        Runnable unhook = signal.whenFired(any::fire);
        Runnable unhookBroken = broken().whenFired(any::fire);
        try {
            awaitUntil(any, TimeSource.NEVER);
        } finally {
            unhook.run();
            unhookBroken.run();
        }
    }

    /**
     * Waits for a signal, or until then.
     *
     * @throws IOException if the answer is broken off when the wait is over
     */
    void awaitUntil(Signal signal, long deadlineNanos) throws IOException;
}
