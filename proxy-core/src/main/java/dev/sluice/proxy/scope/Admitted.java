package dev.sluice.proxy.scope;

import dev.sluice.proxy.Exchange;

/**
 * That somebody has looked at credentials and let a request enter, even if nobody knows whose they are: then its response
 * may be for that client alone. An attribute of exchanges. Immutable.
 */
public final class Admitted {
    private static final Admitted YES = new Admitted();

    private Admitted() {}

    /** Notes that a request has been let in by credentials. */
    public static void note(Exchange exchange) {
        exchange.put(Admitted.class, YES);
    }

    /** Returns whether a request has been let in by credentials. */
    public static boolean is(Exchange exchange) {
        return exchange.get(Admitted.class) != null || exchange.record().principal() != null;
    }
}
