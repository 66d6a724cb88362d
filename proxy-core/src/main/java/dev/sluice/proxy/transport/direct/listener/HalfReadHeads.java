package dev.sluice.proxy.transport.direct.listener;

import dev.sluice.proxy.internal.ClientShares;
import dev.sluice.proxy.internal.LogLimit;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
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
        waiting.add(connection);
        int inAll = count.incrementAndGet();
        if (!shares.take(connection.client(), inAll)) {
            closeOldestOf(connection.client());
        } else if (inAll > shares.limit()) {
            closeOldest();
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

    /** Refuses the one that has waited for the longest; returns whether there was one. */
    boolean closeOldest() {
        Set<ClientConnection> passed = new HashSet<>();
        for (ClientConnection next = oldest.ofAll(shares.share(), passed);
                next != null;
                next = oldest.ofAll(shares.share(), passed)) {
            if (refuse(next, "it had waited the longest of all unfinished heads, maxHeads is " + shares.limit())) {
                return true;
            }
            passed.add(next);
        }
        return false;
    }

    /** Refuses the client's one that has waited for the longest; returns whether there was one. */
    boolean closeOldestOf(@Nullable InetAddress client) {
        Set<ClientConnection> passed = new HashSet<>();
        for (ClientConnection next = oldest.ofClient(client, passed);
                next != null;
                next = oldest.ofClient(client, passed)) {
            String why = "its address had more than its share of " + shares.share() + " of maxHeads (" + shares.limit()
                    + ")";
            if (refuse(next, why)) {
                return true;
            }
            passed.add(next);
        }
        return false;
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
