package dev.sluice.proxy.server;

import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.time.Signal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The exchanges that have begun and not ended: counted against the limit, waited for by a drain, cancelled after it.
 */
final class InFlight {
    private final Set<Exchange> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger uncounted = new AtomicInteger();
    private final List<Signal> waiting = new ArrayList<>();

    void add(Exchange exchange) {
        open.add(exchange);
        if (!exchange.record().isClients()) {
            doNotCount(exchange);
        }
        exchange.onEnd(outcome -> remove(exchange));
    }

    int count() {
        return open.size();
    }

    /**
     * Those that count against the limit. A tunnel does not: it lives for hours and mostly does nothing, and connections
     * limit it; neither does a detached exchange, which is no client's.
     */
    int counted() {
        return open.size() - uncounted.get();
    }

    /** From now on the exchange is a tunnel. */
    void tunnelled(Exchange exchange) {
        doNotCount(exchange);
    }

    private void doNotCount(Exchange exchange) {
        uncounted.incrementAndGet();
        exchange.onEnd(outcome -> uncounted.decrementAndGet());
    }

    void cancelAll(Outcome reason) {
        open.forEach(exchange -> exchange.cancel(reason));
    }

    /** Fires once no exchange is open; at once when none is. */
    Signal idle() {
        Signal idle = new Signal();
        synchronized (waiting) {
            waiting.add(idle);
        }
        fireIfIdle();
        return idle;
    }

    private void remove(Exchange exchange) {
        open.remove(exchange);
        fireIfIdle();
    }

    private void fireIfIdle() {
        List<Signal> ready;
        synchronized (waiting) {
            if (waiting.isEmpty() || !open.isEmpty()) {
                return;
            }
            ready = List.copyOf(waiting);
            waiting.clear();
        }
        ready.forEach(Signal::fire);
    }
}
