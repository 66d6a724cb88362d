package dev.sluice.balancer.simulation;

import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Outcome;

/** A request at a server, as the server sees it. */
abstract class Served extends Event {
    /** The place in the server, or -1 when it has none; the server's own note. */
    int slot = -1;

    /** The server works on it, and is done after this time. */
    abstract void works(long nanos);

    /** The server answers at once. */
    abstract void answers(int status);

    /** It fails at once. */
    abstract void fails(Outcome how, Delivery sent);

    /** The server stands still, or goes on. */
    abstract void halts(boolean stalled);

    /** Returns whether nothing waits for it any more. */
    abstract boolean ended();
}
