package dev.sluice.proxy.transport.direct.listener;

import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.internal.ClientShares;
import dev.sluice.proxy.spi.ListenerStatistics;
import dev.sluice.proxy.syntax.IpLiteral;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
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
    private final LongAdder opened = new LongAdder();
    private final LongAdder closed = new LongAdder();
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
        boolean added = false;
        try {
            ProxyException why = makeRoom(connection.client(), inAll);
            added = why == null && enter(connection);
            return why;
        } finally {
            // Also where closing another one has failed: otherwise its place would be lost for good.
            if (!added) {
                count.decrementAndGet();
                shares.giveBack(connection.client());
            }
        }
    }

    private boolean enter(ClientConnection connection) {
        opened.increment();
        return open.add(connection);
    }

    /** Returns null, or why there is no room for one more. */
    private @Nullable ProxyException makeRoom(@Nullable InetAddress client, int inAll) {
        if (!shares.take(client, inAll)) {
            return closeOneOf(client) ? null : overShare(client);
        }
        if (inAll > shares.limit()) {
            return closeOne() ? null : ProxyException.refused(Outcome.OVERLOADED, "too many connections", allInUse());
        }
        return null;
    }

    /**
     * Adds one from the backlog of a listener that closes, over any limit: none comes after them, and they are no more
     * than the backlog held.
     */
    void addLast(ClientConnection connection) {
        shares.take(connection.client(), count.incrementAndGet());
        enter(connection);
    }

    private ProxyException overShare(@Nullable InetAddress client) {
        return ProxyException.refused(
                Outcome.OVERLOADED,
                429,
                "too many connections from one address",
                (client == null ? "" : IpLiteral.format(client)) + " has " + share() + ", all in use");
    }

    private String allInUse() {
        return "all " + shares.limit() + " of maxConnections are in use";
    }

    private String share() {
        return "its share of " + shares.share() + " of maxConnections (" + shares.limit() + ")";
    }

    /** Returns whether it was here. */
    boolean remove(ClientConnection connection) {
        if (!open.remove(connection)) {
            return false;
        }
        closed.increment();
        count.decrementAndGet();
        shares.giveBack(connection.client());
        return true;
    }

    /** Closes the least needed one; returns whether there was one. */
    private boolean closeOne() {
        // Computed from the present connections, because the limit of threads or descriptors may be lower than theirs.
        int share = shares.shareOf(count.get());
        return longestIdle.closeOne(share, each -> true, ClientConnection::closeIfIdle)
                || heads.closeOldest(allInUse());
    }

    private boolean closeOneOf(@Nullable InetAddress client) {
        return longestIdle.closeOneOf(client, ClientConnection::closeIfIdle)
                || heads.closeOldestOf(client, "its address had more than " + share());
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

    /** Them, and what else the listener has counted. */
    ListenerStatistics statistics(ListenerCounts counts, int tunnels) {
        int active = 0;
        int idle = 0;
        int halfRead = 0;
        for (ClientConnection each : open) {
            if (each.halfReadSinceNanos() >= 0) {
                halfRead++;
            } else if (each.idleSinceNanos() >= 0) {
                idle++;
            } else {
                active++;
            }
        }
        // Before those that were opened: so never more were closed.
        long closedSoFar = closed.sum();
        return new ListenerStatistics(
                active,
                idle,
                halfRead,
                opened.sum(),
                closedSoFar,
                counts.refusedSoFar(),
                counts.streams(),
                counts.streamsSoFar(),
                tunnels,
                counts.handshakesSoFar(),
                counts.handshakesFailedSoFar(),
                counts.handshakeNanos());
    }

    void forEach(Consumer<ClientConnection> action) {
        open.forEach(action);
    }
}
