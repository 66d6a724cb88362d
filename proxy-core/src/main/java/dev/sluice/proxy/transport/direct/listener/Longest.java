package dev.sluice.proxy.transport.direct.listener;

import dev.sluice.proxy.internal.ClientShares;
import java.net.InetAddress;
import java.util.Set;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Finds the connection that has been in a state, such as idle, for the longest, and so is the least needed. Safe for
 * use by many threads.
 *
 * @param connections where to look
 * @param sinceNanos since when a connection is in the state; negative while it is not
 */
record Longest(Set<ClientConnection> connections, ToLongFunction<ClientConnection> sinceNanos, ClientShares shares) {
    /**
     * One of a client that has more than this share, if there is such a client, else any; null if none is left.
     *
     * @param passed those that are skipped
     */
    @Nullable
    ClientConnection ofAll(int share, Set<ClientConnection> passed) {
        ClientConnection longest = null;
        ClientConnection overShare = null;
        for (ClientConnection each : connections) {
            if (longer(each, longest) && !passed.contains(each)) {
                longest = each;
            }
            if (longer(each, overShare) && !passed.contains(each) && shares.hasMoreThan(share, each.client())) {
                overShare = each;
            }
        }
        return overShare != null ? overShare : longest;
    }

    /** One of this client, or null when none of its is left. */
    @Nullable
    ClientConnection ofClient(@Nullable InetAddress client, Set<ClientConnection> passed) {
        ClientConnection longest = null;
        for (ClientConnection each : connections) {
            if (longer(each, longest) && !passed.contains(each) && ClientShares.same(client, each.client())) {
                longest = each;
            }
        }
        return longest;
    }

    private boolean longer(ClientConnection one, @Nullable ClientConnection other) {
        long since = sinceNanos.applyAsLong(one);
        return since >= 0 && (other == null || since < sinceNanos.applyAsLong(other));
    }
}
