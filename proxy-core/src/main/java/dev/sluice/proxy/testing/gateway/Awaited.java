package dev.sluice.proxy.testing.gateway;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Lets a test wait, in real time, for what other threads do. Safe for use by many threads. */
final class Awaited {
    private static final long MOST_SECONDS = 10;

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
    void await(BooleanSupplier condition, Supplier<String> expected) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(MOST_SECONDS);
        long seen = seen();
        try {
            while (!condition.getAsBoolean()) {
                if (!next(seen, end)) {
                    throw new AssertionError("expected " + expected.get() + " after " + MOST_SECONDS + " s");
                }
                seen = seen();
            }
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for " + expected.get(), interrupt);
        }
    }

    private synchronized long seen() {
        return changes;
    }

    /** Waits for a change behind the one that was seen; returns false if none comes. */
    private synchronized boolean next(long seen, long endNanos) throws InterruptedException {
        while (changes == seen) {
            long left = endNanos - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return true;
    }
}
