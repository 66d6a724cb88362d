package dev.sluice.proxy.scope;

import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The calls of one listener, one at a time and in order, on another thread than the one that adds them: so a slow
 * listener delays only itself. If more calls wait than may, the oldest is dropped and counted.
 * Exceptions of a call are logged. There is a thread only while there are calls. Safe for use by many threads.
 */
public final class ListenerQueue {
    private static final int MOST = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(ListenerQueue.class);

    private final String name;
    private final int most;
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private boolean running;
    private long dropped;
    private long droppedBefore;
    /** Made when first asked for. */
    private @Nullable Signal idle;

    /**
     * An empty queue, in which 1,000 calls may wait.
     *
     * @param name of the listener, for logs and the names of threads
     */
    public ListenerQueue(String name) {
        this(name, MOST);
    }

    /**
     * An empty queue.
     *
     * @param name of the listener, for logs and the names of threads
     * @param most how many calls may wait
     */
    public ListenerQueue(String name, int most) {
        this.name = name;
        this.most = most;
    }

    /** Adds a call, which runs as {@link TimeSource#handOff} of this clock runs it. */
    public void add(TimeSource time, Runnable call) {
        synchronized (this) {
            if (waiting.size() == most) {
                drop();
            }
            waiting.add(call);
            if (running) {
                return;
            }
            running = true;
        }
        time.handOff(name, this::runAll);
    }

    /** Fires when no call waits or runs any more; it has fired if none does now. */
    public synchronized Signal idle() {
        Signal asked = idle == null ? new Signal() : idle;
        if (running) {
            idle = asked;
        } else {
            asked.fire();
        }
        return asked;
    }

    /** How many calls were dropped so far. */
    public synchronized long dropped() {
        return dropped;
    }

    private void drop() {
        waiting.remove();
        if (dropped == droppedBefore) {
            LOG.warn("{} is too slow: more than {} calls wait, and the oldest are dropped", name, most);
        }
        dropped++;
    }

    private void runAll() {
        for (Runnable call = next(); call != null; call = next()) {
            try {
                call.run();
            } catch (RuntimeException | Error fault) {
                LOG.error("{} failed", name, fault);
            }
        }
        Signal asked = takeIdle();
        if (asked != null) {
            asked.fire();
        }
    }

    private synchronized @Nullable Signal takeIdle() {
        Signal asked = idle;
        idle = null;
        return asked;
    }

    private synchronized @Nullable Runnable next() {
        Runnable call = waiting.poll();
        if (call == null) {
            running = false;
            if (dropped > droppedBefore) {
                LOG.warn("{} has caught up; {} calls were dropped", name, dropped - droppedBefore);
                droppedBefore = dropped;
            }
        }
        return call;
    }
}
