package dev.sluice.proxy.transport.direct.listener;

import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.internal.LogLimit;
import dev.sluice.proxy.time.TimeSource;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells clients that there is no room for their connections. This runs beside the accepting task, as clients may read
 * slowly. Safe for use by many threads.
 */
final class Refusals {
    private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);

    /**
     * The greatest number of connections that are told at once; above it the one that lingers for the longest is
     * closed.
     */
    private static final int MOST = 64;

    private final TimeSource time;
    private final LogLimit log;
    private final Set<ClientConnection> underWay = ConcurrentHashMap.newKeySet();

    Refusals(TimeSource time) {
        this.time = time;
        this.log = new LogLimit(1, time::nanos);
    }

    /**
     * Refuses a connection, and closes it.
     *
     * @param told whether the client can be told without a handshake
     * @throws RuntimeException if there is no thread; then the connection is closed
     */
    void refuse(ClientConnection connection, ProxyException why, boolean told) {
        log.happened(times -> LOG.warn(
                "connections are refused, {} since the last such line, the latest of {}: {}",
                times,
                connection.remote(),
                why.getMessage()));
        if (!told || (underWay.size() >= MOST && !closeOne())) {
            connection.close();
            connection.letGo();
            return;
        }
        underWay.add(connection);
        try {
            time.start("direct-refuse", () -> {
                try {
                    connection.refuse(why);
                } finally {
                    underWay.remove(connection);
                    connection.letGo();
                }
            });
        } catch (RuntimeException | Error noThread) {
            underWay.remove(connection);
            connection.close();
            connection.letGo();
            throw noThread;
        }
    }

    private boolean closeOne() {
        @Nullable ClientConnection oldest = null;
        for (ClientConnection each : underWay) {
            long since = each.idleSinceNanos();
            if (since >= 0 && (oldest == null || since < oldest.idleSinceNanos())) {
                oldest = each;
            }
        }
        return oldest != null && oldest.closeIfIdle();
    }

    void forEach(Consumer<ClientConnection> action) {
        underWay.forEach(action);
    }
}
