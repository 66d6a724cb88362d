package dev.sluice.proxy.transport.direct.listener;

import dev.sluice.proxy.internal.ClientShares;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Finds the connection that has been in a state, such as idle, for the longest, and so is the least needed. If it cannot be
 * closed, the next one is tried, and so on. Safe for use by many threads.
 *
 * @param connections where to look
 * @param sinceNanos since when a connection is in the state; negative while it is not
 */
record Longest(Set<ClientConnection> connections, ToLongFunction<ClientConnection> sinceNanos, ClientShares shares) {
    /** A connection, and since when it is in the state: it may leave the state while others are looked at. */
    private record Found(ClientConnection connection, long sinceNanos) {}

    /**
     * Closes one of a client that has more than this share, if there is such a client, else any.
     *
     * @param share what a client may have
     * @param among those that come into question
     * @param close closes one, and returns whether it did
     * @return whether one is closed
     */
    boolean closeOne(int share, Predicate<ClientConnection> among, Predicate<ClientConnection> close) {
        return closeFirst(among.and(each -> shares.hasMoreThan(share, each.client())), close)
                || closeFirst(among, close);
    }

    /** Closes one of this client; returns whether one is closed. */
    boolean closeOneOf(@Nullable InetAddress client, Predicate<ClientConnection> close) {
        return closeFirst(each -> ClientShares.same(client, each.client()), close);
    }

    /** Usually the longest one can be closed, and to find it costs less than to bring all into an order. */
    private boolean closeFirst(Predicate<ClientConnection> among, Predicate<ClientConnection> close) {
        ClientConnection longest = first(among);
        if (longest == null || close.test(longest)) {
            return longest != null;
        }
        for (Found each : inOrder(among)) {
            if (close.test(each.connection())) {
                return true;
            }
        }
        return false;
    }

    private @Nullable ClientConnection first(Predicate<ClientConnection> among) {
        ClientConnection longest = null;
        long longestSince = Long.MAX_VALUE;
        for (ClientConnection each : connections) {
            long since = sinceNanos.applyAsLong(each);
            if (since >= 0 && since < longestSince && among.test(each)) {
                longest = each;
                longestSince = since;
            }
        }
        return longest;
    }

    private List<Found> inOrder(Predicate<ClientConnection> among) {
        List<Found> found = new ArrayList<>();
        for (ClientConnection each : connections) {
            long since = sinceNanos.applyAsLong(each);
            if (since >= 0 && among.test(each)) {
                found.add(new Found(each, since));
            }
        }
        found.sort(Comparator.comparingLong(Found::sinceNanos));
        return found;
    }
}
