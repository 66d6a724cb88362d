package dev.sluice.proxy.metrics;

import dev.sluice.proxy.AttemptRecord;
import dev.sluice.proxy.ExchangeListener;
import dev.sluice.proxy.ExchangeRecord;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.RequestRecord;
import dev.sluice.proxy.internal.Words;
import dev.sluice.proxy.syntax.Methods;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Counts the requests of clients, and the attempts at upstreams. Give it to {@code ProxyServer.builder().addListener(…)}.
 * Its meters are in docs/metrics.md. No label has what a client can choose: routes have their names, statuses their class,
 * and methods that HTTP does not name are {@code other}.
 */
public final class ExchangeMetrics implements ExchangeListener {
    private static final Map<Outcome, String> OUTCOMES = new EnumMap<>(Outcome.class);

    private static final Map<AttemptRecord.Reason, String> REASONS = new EnumMap<>(AttemptRecord.Reason.class);

    static {
        for (Outcome each : Outcome.values()) {
            OUTCOMES.put(each, Words.of(each));
        }
        for (AttemptRecord.Reason each : AttemptRecord.Reason.values()) {
            REASONS.put(each, Words.of(each));
        }
    }

    private static final double NANOS = 1e9;

    private final AtomicLong inFlight = new AtomicLong();
    private final Metrics.Recorder requests;
    private final Metrics.Recorder duration;
    private final Metrics.Recorder responseStart;
    private final Metrics.Recorder requestBytes;
    private final Metrics.Recorder responseBytes;
    private final Metrics.Recorder cached;
    private final Metrics.Recorder attempts;
    private final Metrics.Recorder attemptDuration;
    private final Metrics.Recorder waits;
    private final Metrics.Recorder connectionWait;
    private final Metrics.Recorder connect;
    private final Metrics.Recorder handshake;

    private ExchangeMetrics(Metrics metrics) {
        requests = metrics.recorder(Meter.counter(
                "sluice_requests", "Requests of clients that have ended.", "route", "method", "status", "outcome"));
        duration = metrics.recorder(Meter.histogram(
                "sluice_request_duration_seconds",
                "Time from a request's head until its response was sent.",
                Meter.SECONDS,
                "route",
                "status"));
        responseStart = times(
                metrics,
                "sluice_response_start_seconds",
                "Time from a request's head until the head of its response was sent.");
        requestBytes = metrics.recorder(
                Meter.counter("sluice_request_body_bytes", "Bytes of requests' bodies read from clients.", "route"));
        responseBytes = metrics.recorder(
                Meter.counter("sluice_response_body_bytes", "Bytes of responses' bodies sent to clients.", "route"));
        cached = metrics.recorder(Meter.counter(
                "sluice_cache_requests", "Requests that a cache has looked at, by what it did.", "route", "result"));
        attempts = metrics.recorder(Meter.counter(
                "sluice_attempts", "Attempts at upstreams that have ended.", "route", "reason", "status", "outcome"));
        attemptDuration = times(
                metrics,
                "sluice_attempt_duration_seconds",
                "Time from an attempt's begin until its response was read.");
        waits = times(
                metrics,
                "sluice_request_wait_seconds",
                "Time that requests have waited for a limit or for a member of a pool.");
        connectionWait = times(
                metrics,
                "sluice_connection_wait_seconds",
                "Time that attempts have waited for a connection to the origin.");
        connect = times(
                metrics, "sluice_origin_connect_seconds", "Time to look up a name and to connect to its address.");
        handshake = times(metrics, "sluice_origin_handshake_seconds", "Time of TLS handshakes with origins.");
        metrics.read(
                Meter.gauge("sluice_requests_in_flight", "Requests of clients that have begun and not ended."),
                to -> to.record((double) inFlight.get()));
    }

    private static Metrics.Recorder times(Metrics metrics, String name, String help) {
        return metrics.recorder(Meter.histogram(name, help, Meter.SECONDS, "route"));
    }

    /**
     * Measures exchanges. One for each server: of two with the same metrics, all numbers are sums.
     *
     * @throws IllegalArgumentException if {@code metrics} has other meters of these names
     */
    public static ExchangeMetrics of(Metrics metrics) {
        return new ExchangeMetrics(metrics);
    }

    @Override
    public void begun(ExchangeRecord record) {
        if (record.isClients()) {
            inFlight.incrementAndGet();
        }
    }

    @Override
    public void attemptEnded(ExchangeRecord record, AttemptRecord attempt) {
        String route = route(record);
        attempts.record(
                1,
                route,
                REASONS.getOrDefault(attempt.reason(), Words.NONE),
                Words.ofStatus(attempt.status()),
                outcome(attempt.outcome()));
        attemptDuration.record((attempt.endNanos() - attempt.beginNanos()) / NANOS, route);
        if (attempt.connectionWaitNanos() > 0) {
            connectionWait.record(attempt.connectionWaitNanos() / NANOS, route);
        }
        if (attempt.connectNanos() != -1) {
            connect.record(attempt.connectNanos() / NANOS, route);
        }
        if (attempt.handshakeNanos() != -1) {
            handshake.record(attempt.handshakeNanos() / NANOS, route);
        }
    }

    @Override
    public void ended(ExchangeRecord record) {
        if (!record.isClients()) {
            return;
        }
        inFlight.decrementAndGet();
        String route = route(record);
        String status = Words.ofStatus(record.status());
        requests.record(1, route, method(record.request()), status, outcome(record.outcome()));
        duration.record((record.endNanos() - record.beginNanos()) / NANOS, route, status);
        if (record.headNanos() != -1) {
            responseStart.record((record.headNanos() - record.beginNanos()) / NANOS, route);
        }
        if (record.waitNanos() > 0) {
            waits.record(record.waitNanos() / NANOS, route);
        }
        add(requestBytes, record.requestBytes(), route);
        add(responseBytes, record.responseBytes(), route);
        if (record.cache() != null) {
            cached.record(1, route, record.cache().summary());
        }
    }

    private static void add(Metrics.Recorder to, long bytes, String route) {
        if (bytes > 0) {
            to.record((double) bytes, route);
        }
    }

    private static String route(ExchangeRecord record) {
        String route = record.route();
        return route == null ? Words.NONE : route;
    }

    private static String method(@Nullable RequestRecord request) {
        return request == null ? Words.NONE : Methods.isKnown(request.method()) ? request.method() : "other";
    }

    private static String outcome(@Nullable Outcome outcome) {
        return outcome == null ? Words.NONE : OUTCOMES.getOrDefault(outcome, Words.NONE);
    }
}
