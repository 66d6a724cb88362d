package dev.sluice.examples.demo;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Reports Ctrl-C or a termination signal to the demo's own thread. The JVM ends when that thread has cleaned up, with
 * status 0. A demo that ends by itself closes this first, and then exits with its own status.
 */
final class StopSignal implements AutoCloseable {
    /** The proxy drains for less. Something that hangs must not keep the terminal. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch tidied = new CountDownLatch(1);
    private final Thread hook = new Thread(this::end, "stop");

    StopSignal() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /**
     * Waits for the signal, at most until {@link System#nanoTime()} reaches {@code deadlineNanos}; returns whether it
     * came.
     */
    boolean await(long deadlineNanos) throws InterruptedException {
        return asked.await(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    /** Call it when everything is cleaned up. */
    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            tidied.countDown();
        }
    }

    /** The exit status of a signal is its own, 130 say, and under Maven it is Maven's: halting sets another one. */
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
