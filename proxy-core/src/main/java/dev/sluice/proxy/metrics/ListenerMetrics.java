package dev.sluice.proxy.metrics;

import dev.sluice.proxy.spi.ListenerStatistics;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/** Numbers of the connections of clients. Its meters are in docs/metrics.md. */
public final class ListenerMetrics {
    private static final double NANOS = 1e9;

    private static final Meter CONNECTIONS = Meter.gauge(
            "sluice_client_connections", "Connections of clients that are open, by state.", "server", "state");

    private static final Meter OPENED =
            Meter.counter("sluice_client_connections_opened", "Connections of clients accepted so far.", "server");

    private static final Meter CLOSED =
            Meter.counter("sluice_client_connections_closed", "Connections of clients closed so far.", "server");

    private static final Meter REFUSED = Meter.counter(
            "sluice_client_connections_refused", "Connections of clients for which there was no room.", "server");

    private static final Meter STREAMS =
            Meter.gauge("sluice_client_streams", "Streams of HTTP/2 with a request at work.", "server");

    private static final Meter STREAMS_OPENED =
            Meter.counter("sluice_client_streams_opened", "Streams of HTTP/2 that got a request so far.", "server");

    private static final Meter TUNNELS = Meter.gauge("sluice_client_tunnels", "Tunnels that are open.", "server");

    private static final Meter HANDSHAKES = Meter.counter(
            "sluice_client_handshakes", "TLS handshakes with clients, by their result.", "server", "result");

    private static final Meter HANDSHAKE_TIME = Meter.counter(
            "sluice_client_handshake_seconds", "Time of all TLS handshakes with clients that were done.", "server");

    private ListenerMetrics() {}

    /**
     * Has the numbers read from now on, those of one answer together. While there are none, such as of a server that has not
     * been started, or over the transport of the JDK, the meters have no series.
     *
     * @param server a name of yours, the value of the label; another one for each server
     * @param statistics such as {@code server::connections}
     * @return ends all of it
     */
    public static Metrics.Reading read(
            Metrics metrics, String server, Supplier<Optional<ListenerStatistics>> statistics) {
        Objects.requireNonNull(server, "server");
        Objects.requireNonNull(statistics, "statistics");
        return metrics.read(
                List.of(
                        CONNECTIONS,
                        OPENED,
                        CLOSED,
                        REFUSED,
                        STREAMS,
                        STREAMS_OPENED,
                        TUNNELS,
                        HANDSHAKES,
                        HANDSHAKE_TIME),
                to -> statistics.get().ifPresent(now -> record(to, server, now)));
    }

    private static void record(Metrics.Recorders to, String server, ListenerStatistics now) {
        Metrics.Recorder connections = to.of(CONNECTIONS);
        connections.record(now.active(), server, "active");
        connections.record(now.idle(), server, "idle");
        connections.record(now.halfRead(), server, "half_read");
        to.of(OPENED).record((double) now.opened(), server);
        to.of(CLOSED).record((double) now.closed(), server);
        to.of(REFUSED).record((double) now.refused(), server);
        to.of(STREAMS).record(now.streams(), server);
        to.of(STREAMS_OPENED).record((double) now.streamsOpened(), server);
        to.of(TUNNELS).record(now.tunnels(), server);
        to.of(HANDSHAKES).record((double) now.handshakes(), server, "done");
        to.of(HANDSHAKES).record((double) now.handshakesFailed(), server, "failed");
        to.of(HANDSHAKE_TIME).record(now.handshakeNanos() / NANOS, server);
    }
}
