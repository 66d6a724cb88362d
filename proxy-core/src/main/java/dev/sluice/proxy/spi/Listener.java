package dev.sluice.proxy.spi;

import dev.sluice.proxy.time.Signal;
import java.net.InetSocketAddress;

/** One open server socket and its connections. Safe for use by many threads. */
public interface Listener extends AutoCloseable {
    /** The address at which it listens, with its real port. */
    InetSocketAddress address();

    /**
     * Stops accepting connections, and lets each open one close after its present exchange. When it returns, the port
     * is free, unless the listener's javadoc says otherwise. Requests that had reached this machine before are still
     * answered.
     *
     * @return fires once no exchange can begin any more; the same at each call
     */
    Signal stopAccepting();

    /** Closes all connections, in any state. Has no effect the second time. */
    @Override
    void close();
}
