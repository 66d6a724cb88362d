package dev.sluice.proxy.testing;

import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Lets tests wait, in real time and with a limit, for a change by other threads. */
final class Change {
    /** How long anything in this package waits in real time. */
    static final Duration LIMIT = Duration.ofSeconds(10);

    private Signal next = new Signal();

    /** Lets those who wait look again. Call it after the change. */
    void tell() {
        Signal current;
        synchronized (this) {
            current = next;
            next = new Signal();
        }
        current.fire();
    }

    /**
     * Waits until {@code reached} holds.
     *
     * @param what says what is waited for and how far it came
     * @throws IllegalStateException if it does not within {@link #LIMIT}
     */
    void await(BooleanSupplier reached, Supplier<String> what) throws InterruptedException {
        TimeSource time = TimeSource.system();
        long deadlineNanos = time.deadline(LIMIT);
        // The signal is taken before the look, so a change between the two is not missed.
        for (Signal signal = next(); !reached.getAsBoolean(); signal = next()) {
            if (!time.await(signal, deadlineNanos)) {
                throw new IllegalStateException("not within " + LIMIT.toSeconds() + " s: " + what.get());
            }
        }
    }

    private synchronized Signal next() {
        return next;
    }
}
