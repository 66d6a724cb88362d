package dev.sluice.proxy.transport.direct.listener;

import dev.sluice.proxy.internal.ClientShares;
import dev.sluice.proxy.internal.LogLimit;
import java.net.InetAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections that wait for the rest of a request's head, or for the input before the first one. If there are too
 * many, the one that has waited for the longest is refused; if a client has more than its share, its own. A head that
 * is whole with its first bytes is never here. Safe for use by many threads.
 */
final class HalfReadHeads {
    private static final Logger LOG = LoggerFactory.getLogger(HalfReadHeads.class);

    private final Set<ClientConnection> waiting = ConcurrentHashMap.newKeySet();
    private final AtomicInteger count = new AtomicInteger();
    private final ClientShares shares;
    private final Longest oldest;
    private final LogLimit refused;

    HalfReadHeads(ClientShares shares, LogLimit refused) {
        this.shares = shares;
        this.oldest = new Longest(waiting, ClientConnection::halfReadSinceNanos, shares);
        this.refused = refused;
    }

    void add(ClientConnection connection) {
        int inAll = count.incrementAndGet();
        boolean within;
        boolean added = false;
        try {
            within = shares.take(connection.client(), inAll);
            // Behind that, so that whoever removes it at once gives back what it has.
            added = waiting.add(connection);
        } finally {
            if (!added) {
                // Without memory, for example. It is never removed, and its place would be lost for good.
                count.decrementAndGet();
                shares.giveBack(connection.client());
            }
        }
        if (!within) {
            closeOldestOf(
                    connection.client(),
                    "its address had more than its share of " + shares.share() + " of maxHeads (" + shares.limit()
                            + ")");
        } else if (inAll > shares.limit()) {
            closeOldest("maxHeads is " + shares.limit());
        }
    }

    int size() {
        return count.get();
    }

    /** Has no effect if the connection is not in this list. */
    void remove(ClientConnection connection) {
        if (waiting.remove(connection)) {
            count.decrementAndGet();
            shares.giveBack(connection.client());
        }
    }

    /**
     * Refuses the one that has waited for the longest; returns whether there was one.
     *
     * @param why what there is no room for, for the log
     */
    boolean closeOldest(String why) {
        return closeOldest(each -> true, why);
    }

    /** Refuses the one that has waited for the longest with a thread; returns whether there was one. */
    boolean closeOldestWithThread() {
        return closeOldest(ClientConnection::hasThread, "there was no free thread for other requests");
    }

    private boolean closeOldest(Predicate<ClientConnection> among, String why) {
        String whole = "it had waited the longest of all unfinished heads, and " + why;
        return oldest.closeOne(shares.share(), among, each -> refuse(each, whole));
    }

    /**
     * Refuses the client's one that has waited for the longest; returns whether there was one.
     *
     * @param why of what the client has too much, for the log
     */
    boolean closeOldestOf(@Nullable InetAddress client, String why) {
        return oldest.closeOneOf(client, each -> refuse(each, why));
    }

    private boolean refuse(ClientConnection connection, String why) {
        boolean done = connection.closeIfHalfRead(why);
        if (done) {
            refused.happened(times -> LOG.warn(
                    "requests with an unfinished head are refused, {} since the last such line, the latest of {}: {}",
                    times,
                    connection.remote(),
                    why));
        }
        return done;
    }
}
