package dev.sluice.proxy.spi;

import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.tls.ServerTls;
import dev.sluice.proxy.tls.TlsSettings;
import java.net.InetSocketAddress;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * How a listener is to be opened.
 *
 * @param address where to listen; port 0 for any free one
 * @param tls for TLS with the same settings for all connections, or null
 * @param tlsByName for TLS with settings of each connection's own, or null; connections are plain when {@code tls} is
 *     null as well
 * @param executor runs the exchanges, or null for the transport's own; for a transport with a thread for each
 *     connection, such as the direct one, it must reject and not queue what it has no thread for
 * @param time the clock that timeouts are measured with
 */
public record ListenerSettings(
        InetSocketAddress address,
        @Nullable TlsSettings tls,
        @Nullable ServerTls tlsByName,
        @Nullable Executor executor,
        TimeSource time) {
    /** Plain connections at this address, on the transport's own executor. */
    public static ListenerSettings plain(InetSocketAddress address, TimeSource time) {
        return new ListenerSettings(address, null, null, null, time);
    }
}
