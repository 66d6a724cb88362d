package dev.sluice.balancer;

import dev.sluice.balancer.internal.ListenerQueue;
import dev.sluice.proxy.time.TimeSource;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs the events of a pool and passes them on, in order. They are posted under the pool's lock and delivered outside of
 * it: to a queue of each listener, since whoever changes a pool is the clock, or carries an exchange, and must not wait
 * for a listener. Whoever comes while another thread delivers leaves its own to that one.
 */
final class PoolEvents {
    private static final Logger LOG = LoggerFactory.getLogger(UpstreamPool.class);
    private static final String LINE = "{}: {}: {}";

    private final String pool;
    private final TimeSource time;
    private final List<Told> listeners;
    private final Queue<PoolEvent> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger calls = new AtomicInteger();

    PoolEvents(String pool, TimeSource time, List<PoolListener> listeners) {
        this.pool = pool;
        this.time = time;
        this.listeners = listeners.stream()
                .map(listener -> new Told(listener, new ListenerQueue("a listener of pool " + pool)))
                .toList();
    }

    private record Told(PoolListener listener, ListenerQueue queue) {}

    /** How many events listeners have missed, as they were too slow. */
    long dropped() {
        return listeners.stream().mapToLong(told -> told.queue().dropped()).sum();
    }

    void post(PoolEvent event) {
        queue.add(event);
    }

    void deliver() {
        if (calls.getAndIncrement() != 0) {
            return;
        }
        int seen = 1;
        do {
            for (PoolEvent event = queue.poll(); event != null; event = queue.poll()) {
                log(event);
                tell(event);
            }
            seen = calls.addAndGet(-seen);
        } while (seen != 0);
    }

    private void log(PoolEvent event) {
        String what = event.member().isEmpty() ? event.kind().name() : event.kind() + " " + event.member();
        switch (event.kind()) {
            case DOWN, EJECTED, BREAKER_OPEN, PANIC -> LOG.warn(LINE, pool, what, event.reason());
            default -> LOG.info(LINE, pool, what, event.reason());
        }
    }

    private void tell(PoolEvent event) {
        for (Told told : listeners) {
            told.queue().add(time, () -> told.listener().changed(event));
        }
    }
}
