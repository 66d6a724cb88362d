package dev.sluice.proxy.testing.change;

import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Lets tests wait, in real time and with a limit, for a change by other threads. Safe for use by many threads. */
public final class Change {
    /** How long the tests' tools wait in real time, unless the test says how long: 10 s. */
    public static final Duration LIMIT = Duration.ofSeconds(10);

    private Signal next = new Signal();

    /** For the owner of what changes. */
    public Change() {}

    /** Lets those who wait look again. Call it after the change. */
    public void tell() {
        Signal current;
        synchronized (this) {
            current = next;
            next = new Signal();
        }
        current.fire();
    }

    /**
     * Waits until {@code reached} holds, which is asked again at each change, and without a lock: it may be a function of
     * the test.
     *
     * @return false if it does not hold after this time
     */
    public boolean await(BooleanSupplier reached, Duration most) throws InterruptedException {
        TimeSource time = TimeSource.system();
        long deadlineNanos = time.deadline(most);
        // The signal is taken before the look, so a change between the two is not missed.
        for (Signal signal = next(); !reached.getAsBoolean(); signal = next()) {
            if (!time.await(signal, deadlineNanos)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Waits until {@code reached} holds.
     *
     * @param what says what is waited for and how far it came
     * @throws IllegalStateException if it does not within {@link #LIMIT}
     */
    public void await(BooleanSupplier reached, Supplier<String> what) throws InterruptedException {
        if (!await(reached, LIMIT)) {
            throw new IllegalStateException("not within " + LIMIT.toSeconds() + " s: " + what.get());
        }
    }

    /**
     * Requires that {@code reached} holds in time.
     *
     * @param expected what is waited for, and what is there instead
     * @throws AssertionError if it does not within {@link #LIMIT}
     */
    public void require(BooleanSupplier reached, Supplier<String> expected) {
        try {
            if (!await(reached, LIMIT)) {
                throw new AssertionError("expected " + expected.get() + " after " + LIMIT.toSeconds() + " s");
            }
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for " + expected.get(), interrupt);
        }
    }

    private synchronized Signal next() {
        return next;
    }
}
