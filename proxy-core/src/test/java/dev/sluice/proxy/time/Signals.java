package dev.sluice.proxy.time;

import java.time.Duration;

/** Waiting for signals in tests of each module. */
public final class Signals {
    private Signals() {}

    /** Waits until the signal fires; fails after 10 s. */
    public static void await(Signal signal) {
        TimeSource real = TimeSource.system();
        try {
            if (!real.await(signal, real.deadline(Duration.ofSeconds(10)))) {
                throw new AssertionError("no signal within 10 s");
            }
        } catch (InterruptedException interrupt) {
            throw new AssertionError(interrupt);
        }
    }
}
