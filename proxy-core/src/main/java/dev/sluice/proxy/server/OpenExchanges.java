package dev.sluice.proxy.server;

import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.internal.ClientShares;
import dev.sluice.proxy.syntax.IpLiteral;
import dev.sluice.proxy.time.Signal;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The exchanges that have begun and not ended: they count against the limit, a drain waits for them, and after it they
 * are cancelled.
 */
final class OpenExchanges {
    private final Map<Exchange, Place> open = new ConcurrentHashMap<>();
    private final AtomicInteger uncounted = new AtomicInteger();
    private final ClientShares shares;
    private final Queue<Signal> waiting = new ConcurrentLinkedQueue<>();

    OpenExchanges(ClientShares shares) {
        this.shares = shares;
    }

    void add(Exchange exchange) {
        Place place = new Place(exchange);
        open.put(exchange, place);
        exchange.onEnd(place);
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
        Place place = open.get(whole(exchange));
        if (client == null || place == null) {
            return;
        }
        if (!place.share(client, inAll)) {
            throw ProxyException.refused(
                    Outcome.OVERLOADED,
                    429,
                    "too many requests at once from one address",
                    IpLiteral.format(client) + " has its share of " + shares.share() + " of limit exchanges ("
                            + shares.limit() + ")");
        }
    }

    /** A filter may have put the request into a scope of its own. */
    private static Exchange whole(Exchange scope) {
        Exchange whole = scope;
        for (Exchange outer = scope.parent(); outer != null; outer = outer.parent()) {
            whole = outer;
        }
        return whole;
    }

    int count() {
        return open.size();
    }

    /**
     * Those that count against the limit. A tunnel does not: it lives for hours and is usually idle, and the limit of
     * connections applies to it. A detached exchange does not either, as it is not a client's.
     */
    int counted() {
        return Math.max(0, open.size() - uncounted.get());
    }

    /** From now on the exchange is a tunnel. */
    void tunnelled(Exchange exchange) {
        Place place = open.get(exchange);
        if (place != null) {
            place.becomeTunnel();
        }
    }

    void cancelAll(Outcome reason) {
        open.keySet().forEach(exchange -> exchange.cancel(reason));
    }

    void cancelTunnels(Outcome reason) {
        open.forEach((exchange, place) -> {
            if (place.isTunnel()) {
                exchange.cancel(reason);
            }
        });
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

    private void fireIfIdle() {
        // Usually nobody waits, and then no exchange has to wait for the lock.
        if (waiting.isEmpty()) {
            return;
        }
        List<Signal> ready;
        synchronized (waiting) {
            if (!open.isEmpty()) {
                return;
            }
            ready = List.copyOf(waiting);
            waiting.clear();
        }
        ready.forEach(Signal::fire);
    }

    /** What an open exchange takes of the limits. Its own lock: all exchanges of a server would meet at a common one. */
    private final class Place implements Consumer<Outcome> {
        private final Exchange exchange;
        private boolean counted = true;
        private boolean tunnel;
        private boolean ended;
        private @Nullable InetAddress sharer;

        Place(Exchange exchange) {
            this.exchange = exchange;
            if (!exchange.record().isClients()) {
                doNotCount();
            }
        }

        /** The exchange has ended. */
        @Override
        public void accept(Outcome how) {
            open.remove(exchange);
            end();
            fireIfIdle();
        }

        /** Takes a part of the client's share, until it ends; returns whether there is room for it. */
        synchronized boolean share(InetAddress client, int inAll) {
            // A filter may ask twice for the same exchange.
            if (ended || sharer != null) {
                return true;
            }
            if (!shares.take(client, inAll)) {
                shares.giveBack(client);
                return false;
            }
            sharer = client;
            return true;
        }

        synchronized void becomeTunnel() {
            if (!ended) {
                tunnel = true;
                doNotCount();
                giveBack();
            }
        }

        synchronized boolean isTunnel() {
            return tunnel;
        }

        private synchronized void end() {
            ended = true;
            giveBack();
            if (!counted) {
                uncounted.decrementAndGet();
                counted = true;
            }
        }

        private void doNotCount() {
            if (counted) {
                counted = false;
                uncounted.incrementAndGet();
            }
        }

        private void giveBack() {
            shares.giveBack(sharer);
            sharer = null;
        }
    }
}
