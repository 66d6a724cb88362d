package dev.sluice.proxy.transport;

import java.net.InetSocketAddress;

/** One open server socket and its connections. Safe for use by many threads. */
public interface Listener extends AutoCloseable {
    /** The address that it listens at, with the port that it really got. */
    InetSocketAddress address();

    /** Accepts no more connections, and has each open one close after the exchange that it is in. Returns at once. */
    void stopAccepting();

    /** Closes all connections, whatever they are in. Of no effect the second time. */
    @Override
    void close();
}
