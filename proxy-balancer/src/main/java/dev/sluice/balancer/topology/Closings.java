package dev.sluice.balancer.topology;

import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Closes the upstreams of former members, each in its own task. Safe for use by many threads. */
public final class Closings {
    private final TimeSource time;
    private final Set<Signal> running = ConcurrentHashMap.newKeySet();

    /** Tasks run on this time source. */
    public Closings(TimeSource time) {
        this.time = time;
    }

    /** Closes it in a task: that may block, and this may be a thread that carries an exchange. */
    void close(Upstream upstream) {
        Signal closed = new Signal();
        running.add(closed);
        time.handOff("close " + upstream.id(), () -> {
            try {
                upstream.close();
            } finally {
                running.remove(closed);
                closed.fire();
            }
        });
    }

    /**
     * Waits until those are closed whose closing has begun.
     *
     * @param untilNanos until when it waits at most; a time of the time source
     * @throws InterruptedException if the thread is interrupted
     */
    public void await(long untilNanos) throws InterruptedException {
        for (Signal closed : running) {
            time.await(closed, untilNanos);
        }
    }
}
