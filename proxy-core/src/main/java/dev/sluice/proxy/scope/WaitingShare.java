package dev.sluice.proxy.scope;

import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.limit.Limits;

/** How many of a server's exchanges may wait for one thing at once, so that the rest is free for other routes. */
public final class WaitingShare {
    private WaitingShare() {}

    /** The share of the exchange's server; without a limit if it has none. */
    public static int of(Exchange scope) {
        Limits server = scope.get(Limits.class);
        return server == null ? Integer.MAX_VALUE : (int) Math.max(1, server.exchanges() * server.waitingShare());
    }
}
