package dev.sluice.examples.demo;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Reports Ctrl-C or a termination signal to the demo's own thread. The JVM ends when that thread has cleaned up, with
 * status 0. A demo that ends by itself closes this first, and then exits with its own status.
 */
final class StopSignal implements AutoCloseable {
    /**
     * The longest time to clean up. The proxy drains in less. If something hangs, the user must get the terminal back.
     */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch tidied = new CountDownLatch(1);
    private final Thread hook = new Thread(this::end, "stop");

    StopSignal() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /**
     * Waits for the signal, at most until {@link System#nanoTime()} reaches {@code deadlineNanos}. Returns whether the
     * signal came.
     */
    boolean await(long deadlineNanos) throws InterruptedException {
        return asked.await(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    /** Call this when everything is cleaned up. */
    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            tidied.countDown();
        }
    }

    /** After a signal the exit status is the signal's, such as 130, or Maven's. Halting the JVM sets another status. */
    private void end() {
        asked.countDown();
        boolean done = false;
        try {
            done = tidied.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(done ? 0 : 1);
    }
}
