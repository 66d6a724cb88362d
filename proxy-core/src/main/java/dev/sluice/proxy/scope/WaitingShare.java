package dev.sluice.proxy.scope;

import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.limit.Limits;

/** How many of a server's exchanges may wait for one thing at once: the others are left to other routes. */
public final class WaitingShare {
    private WaitingShare() {}

    /** That of the server that the exchange came to; without a limit where it came to none. */
    public static int of(Exchange scope) {
        Limits server = scope.get(Limits.class);
        return server == null ? Integer.MAX_VALUE : (int) Math.max(1, server.exchanges() * server.waitingShare());
    }
}
