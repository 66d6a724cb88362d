package dev.sluice.proxy.metrics;

import dev.sluice.proxy.connect.ConnectionStatistics;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/** Numbers of the connections to origins. Its meters are in docs/metrics.md. */
public final class ConnectionMetrics {
    private static final Meter CONNECTIONS =
            Meter.gauge("sluice_origin_connections", "Connections to origins that are open.", "transport", "state");

    private static final Meter OPENED =
            Meter.counter("sluice_origin_connections_opened", "Connections to origins opened so far.", "transport");

    private static final Meter REUSED = Meter.counter(
            "sluice_origin_connections_reused", "Times that an idle connection was used again.", "transport");

    private static final Meter FAILED =
            Meter.counter("sluice_origin_connections_failed", "Times that no connection could be opened.", "transport");

    private static final Meter CLOSED = Meter.counter(
            "sluice_origin_connections_closed", "Connections to origins closed so far.", "transport", "reason");

    private static final Meter WAITING = Meter.gauge(
            "sluice_origin_connections_waiting", "Requests that wait for a connection to an origin.", "transport");

    private static final Meter TURNED_AWAY = Meter.counter(
            "sluice_origin_connections_turned_away",
            "Requests for which there was no free connection in time.",
            "transport");

    private ConnectionMetrics() {}

    /**
     * Has the numbers read from now on, those of one answer all at one moment.
     *
     * @param transport a name of yours, the value of the label; another one for each transport
     * @param statistics such as {@code direct::connections}
     * @return ends all of it
     */
    public static Metrics.Reading read(Metrics metrics, String transport, Supplier<ConnectionStatistics> statistics) {
        Objects.requireNonNull(transport, "transport");
        Objects.requireNonNull(statistics, "statistics");
        return metrics.read(
                List.of(CONNECTIONS, OPENED, REUSED, FAILED, CLOSED, WAITING, TURNED_AWAY),
                to -> record(to, transport, statistics.get()));
    }

    private static void record(Metrics.Recorders to, String transport, ConnectionStatistics now) {
        Metrics.Recorder connections = to.of(CONNECTIONS);
        connections.record(now.active(), transport, "active");
        connections.record(now.idle(), transport, "idle");
        connections.record(now.unpooled(), transport, "unpooled");
        to.of(OPENED).record((double) now.opened(), transport);
        to.of(REUSED).record((double) now.reused(), transport);
        to.of(FAILED).record((double) now.failed(), transport);
        Metrics.Recorder closed = to.of(CLOSED);
        closed.record((double) now.closedInUse(), transport, "in_use");
        closed.record((double) now.closedIdle(), transport, "idle");
        closed.record((double) now.closedExpired(), transport, "expired");
        closed.record((double) now.closedDead(), transport, "dead");
        closed.record((double) now.closedMoved(), transport, "moved");
        closed.record((double) now.closedSurplus(), transport, "surplus");
        to.of(WAITING).record(now.waiting(), transport);
        to.of(TURNED_AWAY).record((double) now.turnedAway(), transport);
    }
}
