package dev.sluice.proxy.spi;

import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.tls.ServerTls;
import dev.sluice.proxy.tls.TlsSettings;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

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

    /**
     * Its connections, streams and tunnels. Cheap enough to be asked for every second: it looks once at each open connection,
     * and takes no lock. Empty if the listener does not know them, as that of the JDK.
     */
    default Optional<ListenerStatistics> statistics() {
        return Optional.empty();
    }

    /** Closes all connections, in any state. Has no effect the second time. */
    @Override
    void close();

    /**
     * The settings of a new listener.
     *
     * @param address where to listen; port 0 for any free one
     * @param tls for TLS with the same settings for all connections, or null
     * @param tlsByName for TLS with settings for each connection, or null; connections are plain if {@code tls} is null too
     * @param executor runs the exchanges, or null for the transport's own; it does not block, and rejects a task for which it
     *     has no thread
     * @param time the clock for timeouts
     */
    record Settings(
            InetSocketAddress address,
            @Nullable TlsSettings tls,
            @Nullable ServerTls tlsByName,
            @Nullable Executor executor,
            TimeSource time) {
        /** Plain connections at this address, on the transport's own executor. */
        public static Settings plain(InetSocketAddress address, TimeSource time) {
            return new Settings(address, null, null, null, time);
        }
    }
}
