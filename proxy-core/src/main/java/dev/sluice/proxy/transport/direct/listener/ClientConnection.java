package dev.sluice.proxy.transport.direct.listener;

import dev.sluice.proxy.ProxyException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** A client's connection, for the limits and the end of a listener. Safe for use by many threads. */
interface ClientConnection {
    /** The client for the limits, or null for a peer that acts for many. */
    @Nullable
    InetAddress client();

    /** The peer. */
    InetSocketAddress remote();

    /** Returns whether a thread serves it now. */
    boolean hasThread();

    /** Since when it is idle or lingers, or -1 while it does neither. */
    long idleSinceNanos();

    /** Since when it waits for the rest of a request's head, or for the input before the first one; or -1. */
    long halfReadSinceNanos();

    /** Closes it if it lingers, or is idle and no request has begun to come; returns whether it did. */
    boolean closeIfIdle();

    /** Refuses a request whose head is not whole yet, and ends the connection; returns whether it did. */
    boolean closeIfHalfRead(String why);

    /** Answers that there is no room for one more connection, and closes it. */
    void refuse(ProxyException why);

    /** Reports, once, that no more requests come from it. */
    void letGo();

    /** While the listener drains, ends it if it waits for a request of which nothing has come. */
    void drain(long nowNanos);

    /** Closes it, in any state. */
    void close();
}
