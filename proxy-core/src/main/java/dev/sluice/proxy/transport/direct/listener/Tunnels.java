package dev.sluice.proxy.transport.direct.listener;

import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The open tunnels of one listener. Each keeps the thread on which its request came, and is no request at work any more:
 * so that tunnels never take all threads of the requests, they have a limit of their own. Safe for use by many threads.
 */
final class Tunnels {
    private final int limit;
    private final AtomicInteger open = new AtomicInteger();

    Tunnels(int limit) {
        this.limit = limit;
    }

    /**
     * Counts one more.
     *
     * @throws ProxyException OVERLOADED if there are too many
     */
    void begin() throws ProxyException {
        if (open.incrementAndGet() > limit) {
            open.decrementAndGet();
            throw ProxyException.refused(
                    Outcome.OVERLOADED, "too many tunnels", "all " + limit + " of maxThreads for tunnels are in use");
        }
    }

    /** Counts one less. */
    void end() {
        open.decrementAndGet();
    }

    int open() {
        return open.get();
    }
}
