package dev.sluice.proxy.transport.direct.listener;

import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.internal.ClientShares;
import dev.sluice.proxy.syntax.IpLiteral;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The open connections of one listener, and which of them makes room for another one: the one that has been idle for
 * the longest, else the one that has waited for the longest for a request's head. If a client has more than its share,
 * one of its own goes first. Safe for use by many threads.
 */
final class ClientConnections {
    private final Set<ClientConnection> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger count = new AtomicInteger();
    private final ClientShares shares;
    private final Longest longestIdle;
    private final HalfReadHeads heads;

    ClientConnections(ClientShares shares, HalfReadHeads heads) {
        this.shares = shares;
        this.longestIdle = new Longest(open, ClientConnection::idleSinceNanos, shares);
        this.heads = heads;
    }

    /**
     * Adds one, and closes another one for it if the limit or its client's share is spent.
     *
     * @return null, or why there is no room for it
     */
    @Nullable
    ProxyException add(ClientConnection connection) {
        int inAll = count.incrementAndGet();
        InetAddress client = connection.client();
        ProxyException why = null;
        if (!shares.take(client, inAll)) {
            why = closeOneOf(client) ? null : overShare(client);
        } else if (inAll > shares.limit()) {
            why = closeOne(new HashSet<>())
                    ? null
                    : ProxyException.refused(
                            Outcome.OVERLOADED,
                            "too many connections",
                            "all " + shares.limit() + " of maxConnections are in use");
        }
        if (why == null) {
            open.add(connection);
        } else {
            count.decrementAndGet();
            shares.giveBack(client);
        }
        return why;
    }

    /**
     * Adds one from the backlog of a listener that closes, over any limit: none comes after them, and they are no more
     * than the backlog held.
     */
    void addLast(ClientConnection connection) {
        shares.take(connection.client(), count.incrementAndGet());
        open.add(connection);
    }

    private ProxyException overShare(@Nullable InetAddress client) {
        return ProxyException.refused(
                Outcome.OVERLOADED,
                429,
                "too many connections from one address",
                (client == null ? "" : IpLiteral.format(client)) + " has its share of " + shares.share()
                        + " of maxConnections (" + shares.limit() + "), all in use");
    }

    /** Returns whether it was here. */
    boolean remove(ClientConnection connection) {
        if (!open.remove(connection)) {
            return false;
        }
        count.decrementAndGet();
        shares.giveBack(connection.client());
        return true;
    }

    /** Closes the least needed one that has a thread, which is then free; returns whether there was one. */
    boolean closeOneWithThread() {
        Set<ClientConnection> without = new HashSet<>();
        for (ClientConnection each : open) {
            if (!each.hasThread()) {
                without.add(each);
            }
        }
        return closeOne(without);
    }

    /** Closes the least needed one, except those; returns whether there was one. */
    private boolean closeOne(Set<ClientConnection> passed) {
        for (ClientConnection next = longestIdle(passed); next != null; next = longestIdle(passed)) {
            if (next.closeIfIdle()) {
                return true;
            }
            passed.add(next);
        }
        return heads.closeOldest();
    }

    private boolean closeOneOf(@Nullable InetAddress client) {
        Set<ClientConnection> passed = new HashSet<>();
        for (ClientConnection next = longestIdle.ofClient(client, passed);
                next != null;
                next = longestIdle.ofClient(client, passed)) {
            if (next.closeIfIdle()) {
                return true;
            }
            passed.add(next);
        }
        return heads.closeOldestOf(client);
    }

    /**
     * Closes at most {@code most} of those that have been idle for the longest; returns how many. It must not load a
     * class: without free descriptors that would fail, and the JVM remembers the failure forever.
     */
    int closeIdle(int most) {
        List<Map.Entry<Long, ClientConnection>> idle = new ArrayList<>();
        for (ClientConnection each : open) {
            long since = each.idleSinceNanos();
            if (since >= 0) {
                idle.add(Map.entry(since, each));
            }
        }
        idle.sort(Map.Entry.comparingByKey());
        int closed = 0;
        for (Map.Entry<Long, ClientConnection> each : idle) {
            if (closed == most) {
                break;
            }
            closed += each.getValue().closeIfIdle() ? 1 : 0;
        }
        return closed;
    }

    /**
     * The longest idle connection. A client's share is computed from the present connections, because the limit of
     * threads or descriptors may be lower than the limit of connections.
     */
    private @Nullable ClientConnection longestIdle(Set<ClientConnection> passed) {
        return longestIdle.ofAll(shares.shareOf(count.get()), passed);
    }

    int size() {
        return count.get();
    }

    /** Those that wait for a request. */
    int idle() {
        int idle = 0;
        for (ClientConnection each : open) {
            idle += each.idleSinceNanos() >= 0 ? 1 : 0;
        }
        return idle;
    }

    void forEach(Consumer<ClientConnection> action) {
        open.forEach(action);
    }
}
