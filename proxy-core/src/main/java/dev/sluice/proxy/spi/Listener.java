package dev.sluice.proxy.spi;

import dev.sluice.proxy.time.Signal;
import java.net.InetSocketAddress;

/** One open server socket and its connections. Safe for use by many threads. */
public interface Listener extends AutoCloseable {
    /** The address that it listens at, with the port that it really got. */
    InetSocketAddress address();

    /**
     * Stops to accept connections, and lets each open one close after the exchange that it is in. When it returns the
     * port is free, unless the listener's page says otherwise. What had reached this machine before is still answered.
     *
     * @return fires once no exchange can begin any more; the same at each call
     */
    Signal stopAccepting();

    /** Closes all connections, whatever they are in. Has no effect the second time. */
    @Override
    void close();
}
