package dev.sluice.balancer;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs the events of a pool and passes them on, one at a time and in order. They are posted under the pool's lock and
 * delivered outside of it, so that a listener may call the pool; whoever comes while another thread delivers leaves its
 * own to that one.
 */
final class PoolEvents {
    private static final Logger LOG = LoggerFactory.getLogger(UpstreamPool.class);
    private static final String LINE = "{}: {} {}: {}";

    private final String pool;
    private final List<PoolListener> listeners;
    private final Queue<PoolEvent> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger calls = new AtomicInteger();

    PoolEvents(String pool, List<PoolListener> listeners) {
        this.pool = pool;
        this.listeners = List.copyOf(listeners);
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
        switch (event.kind()) {
            case DOWN, EJECTED, BREAKER_OPEN, PANIC ->
                LOG.warn(LINE, pool, event.kind(), event.member(), event.reason());
            default -> LOG.info(LINE, pool, event.kind(), event.member(), event.reason());
        }
    }

    private void tell(PoolEvent event) {
        for (PoolListener listener : listeners) {
            try {
                listener.changed(event);
            } catch (RuntimeException | Error fault) {
                LOG.error("a listener of pool {} failed", pool, fault);
            }
        }
    }
}
