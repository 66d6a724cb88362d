package dev.sluice.proxy.transport.direct.listener;

import dev.sluice.proxy.ProxyException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** A client's connection as limits and the end of a listener see it. Safe for use by many threads. */
interface ClientConnection {
    /** Who it counts for at the limits, or null for a peer that speaks for many. */
    @Nullable
    InetAddress client();

    /** The peer. */
    InetSocketAddress remote();

    /** Returns whether a thread has begun to serve it. */
    boolean hasThread();

    /** Since when it is idle or lingers, or -1 while it does neither. */
    long idleSinceNanos();

    /** Since when the rest of a request's head, or what comes before the first one, is waited for; or -1. */
    long halfReadSinceNanos();

    /** Closes it if it lingers, or is idle and no request has begun to come; returns whether it did. */
    boolean closeIfIdle();

    /** Refuses the request whose head is not whole yet, and ends the connection; returns whether it did. */
    boolean closeIfHalfRead(String why);

    /** Answers that there is no room for one more connection, and closes it. */
    void refuse(ProxyException why);

    /** Says, once, that no request comes by it any more. */
    void letGo();

    /** While the listener drains, ends it if it waits for a request of which nothing has come. */
    void drain(long nowNanos);

    /** Closes it, whatever it is in. */
    void close();
}
