package dev.sluice.proxy.testing.gateway;

import dev.sluice.proxy.time.TimeSource;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Lets a test wait, in real time, for what other threads change. Safe for use by many threads. */
final class Changes {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private long changes;

    /** Tells those who wait that something has changed. */
    synchronized void changed() {
        changes++;
        notifyAll();
    }

    /**
     * Waits until the condition holds, which is asked again at each change.
     *
     * @param expected what was waited for, and what is there instead
     * @throws AssertionError if it does not hold after 10 s
     */
    void require(BooleanSupplier condition, Supplier<String> expected) {
        try {
            if (!await(condition, PATIENCE)) {
                throw new AssertionError("expected " + expected.get() + " after " + PATIENCE.toSeconds() + " s");
            }
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for " + expected.get(), interrupt);
        }
    }

    /**
     * Waits until the condition holds, which is asked again at each change, and without a lock: it may be a function of
     * the test.
     *
     * @return false if it does not hold after this time
     */
    boolean await(BooleanSupplier condition, Duration most) throws InterruptedException {
        long deadlineNanos = TimeSource.system().deadline(most);
        long seen = seen();
        while (!condition.getAsBoolean()) {
            if (!next(seen, deadlineNanos)) {
                return false;
            }
            seen = seen();
        }
        return true;
    }

    private synchronized long seen() {
        return changes;
    }

    /** Waits for a change behind the one that was seen; returns false if none comes. */
    private synchronized boolean next(long seen, long deadlineNanos) throws InterruptedException {
        while (changes == seen) {
            long left = deadlineNanos - TimeSource.system().nanos();
            if (left <= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return true;
    }
}
