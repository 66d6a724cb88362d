package dev.sluice.proxy.server;

import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.internal.ClientShares;
import dev.sluice.proxy.syntax.IpLiteral;
import dev.sluice.proxy.time.Signal;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The exchanges that have begun and not ended: they count against the limit, a drain waits for them, and after it they
 * are cancelled.
 */
final class OpenExchanges {
    private final Set<Exchange> open = ConcurrentHashMap.newKeySet();
    private final Set<Exchange> tunnels = ConcurrentHashMap.newKeySet();
    private final AtomicInteger uncounted = new AtomicInteger();
    private final ClientShares shares;
    private final Map<Exchange, InetAddress> taken = new ConcurrentHashMap<>();
    private final List<Signal> waiting = new ArrayList<>();

    OpenExchanges(ClientShares shares) {
        this.shares = shares;
    }

    /**
     * Refuses an exchange for which there is no room.
     *
     * @param client the client that it counts for, or null for none
     */
    void limit(Exchange exchange, @Nullable InetAddress client) throws ProxyException {
        int inAll = counted();
        if (inAll > shares.limit()) {
            throw ProxyException.refused(
                    Outcome.OVERLOADED,
                    "too many requests at once",
                    "all " + shares.limit() + " of limit exchanges are in use");
        }
        boolean room = shares.take(client, inAll);
        if (client == null) {
            return;
        }
        if (!room) {
            shares.giveBack(client);
            throw ProxyException.refused(
                    Outcome.OVERLOADED,
                    429,
                    "too many requests at once from one address",
                    IpLiteral.format(client) + " has its share of " + shares.share() + " of limit exchanges ("
                            + shares.limit() + ")");
        }
        taken.put(exchange, client);
        if (exchange.outcome() != null) {
            // The exchange has ended in the meantime, before it could find this entry.
            giveBack(exchange);
        }
    }

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
     * Those that count against the limit. A tunnel does not: it lives for hours and is usually idle, and the limit of
     * connections applies to it. A detached exchange does not either, as it is not a client's.
     */
    int counted() {
        return open.size() - uncounted.get();
    }

    /** From now on the exchange is a tunnel. */
    void tunnelled(Exchange exchange) {
        giveBack(exchange);
        doNotCount(exchange);
        tunnels.add(exchange);
        exchange.onEnd(outcome -> tunnels.remove(exchange));
    }

    private void doNotCount(Exchange exchange) {
        uncounted.incrementAndGet();
        exchange.onEnd(outcome -> uncounted.decrementAndGet());
    }

    void cancelAll(Outcome reason) {
        open.forEach(exchange -> exchange.cancel(reason));
    }

    void cancelTunnels(Outcome reason) {
        tunnels.forEach(exchange -> exchange.cancel(reason));
    }

    /** Fires once no exchange is open; at once if none is. */
    Signal idle() {
        Signal idle = new Signal();
        synchronized (waiting) {
            waiting.add(idle);
        }
        fireIfIdle();
        return idle;
    }

    private void giveBack(Exchange exchange) {
        InetAddress client = taken.remove(exchange);
        if (client != null) {
            shares.giveBack(client);
        }
    }

    private void remove(Exchange exchange) {
        giveBack(exchange);
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
