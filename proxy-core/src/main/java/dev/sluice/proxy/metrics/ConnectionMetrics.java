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
     * Has the numbers read from now on.
     *
     * @param transport a name of yours, the value of the label; another one for each transport
     * @param statistics such as {@code direct::connections}
     * @return ends all of it
     */
    public static Metrics.Reading read(Metrics metrics, String transport, Supplier<ConnectionStatistics> statistics) {
        Objects.requireNonNull(transport, "transport");
        Objects.requireNonNull(statistics, "statistics");
        List<Metrics.Reading> readings = List.of(
                metrics.read(CONNECTIONS, to -> {
                    ConnectionStatistics now = statistics.get();
                    to.record(now.active(), transport, "active");
                    to.record(now.idle(), transport, "idle");
                    to.record(now.unpooled(), transport, "unpooled");
                }),
                metrics.read(OPENED, to -> to.record((double) statistics.get().opened(), transport)),
                metrics.read(REUSED, to -> to.record((double) statistics.get().reused(), transport)),
                metrics.read(FAILED, to -> to.record((double) statistics.get().failed(), transport)),
                metrics.read(CLOSED, to -> {
                    ConnectionStatistics now = statistics.get();
                    to.record((double) now.closedInUse(), transport, "in_use");
                    to.record((double) now.closedIdle(), transport, "idle");
                    to.record((double) now.closedExpired(), transport, "expired");
                    to.record((double) now.closedDead(), transport, "dead");
                    to.record((double) now.closedMoved(), transport, "moved");
                    to.record((double) now.closedSurplus(), transport, "surplus");
                }),
                metrics.read(WAITING, to -> to.record(statistics.get().waiting(), transport)),
                metrics.read(
                        TURNED_AWAY, to -> to.record((double) statistics.get().turnedAway(), transport)));
        return () -> readings.forEach(Metrics.Reading::close);
    }
}
