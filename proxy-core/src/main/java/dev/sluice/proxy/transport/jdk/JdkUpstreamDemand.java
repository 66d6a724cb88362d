package dev.sluice.proxy.transport.jdk;

import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.util.concurrent.Flow.Subscription;
import org.jspecify.annotations.Nullable;

/** How many buffers of a body the JDK's client still asks for. Safe for use by many threads; one of them waits. */
final class JdkUpstreamDemand implements Subscription {
    private final TimeSource time;
    private final Runnable onCancel;
    private long buffers;
    private boolean stopped;
    private @Nullable Signal wake;

    /** @param onCancel runs when the client wants no more */
    JdkUpstreamDemand(TimeSource time, Runnable onCancel) {
        this.time = time;
        this.onCancel = onCancel;
    }

    /** Waits until a buffer is asked for, and takes that; false when no more is wanted. */
    boolean await() throws InterruptedException {
        while (true) {
            Signal waiting;
            synchronized (this) {
                if (stopped) {
                    return false;
                }
                if (buffers > 0) {
                    buffers--;
                    return true;
                }
                waiting = new Signal();
                wake = waiting;
            }
            time.await(waiting, TimeSource.NEVER);
        }
    }

    /** What was taken was not used. */
    synchronized void giveBack() {
        buffers++;
    }

    synchronized boolean stopped() {
        return stopped;
    }

    /** No more is wanted from now on. */
    void stop() {
        Signal waiting;
        synchronized (this) {
            stopped = true;
            waiting = wake;
        }
        fire(waiting);
    }

    @Override
    public void request(long n) {
        Signal waiting;
        synchronized (this) {
            buffers = buffers + n < 0 ? Long.MAX_VALUE : buffers + n;
            waiting = wake;
        }
        fire(waiting);
    }

    @Override
    public void cancel() {
        onCancel.run();
        stop();
    }

    private static void fire(@Nullable Signal waiting) {
        if (waiting != null) {
            waiting.fire();
        }
    }
}
