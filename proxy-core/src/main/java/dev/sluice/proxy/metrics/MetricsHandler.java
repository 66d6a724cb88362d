package dev.sluice.proxy.metrics;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.syntax.Methods;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * Shows a {@link MetricsRegistry} to Prometheus and to what reads its formats: OpenMetrics 1.0 to whoever accepts it, else
 * the older text. Put it behind a route that only those inside can reach, as the names of routes and servers are in it.
 * Another method than GET and HEAD gets 405. Safe for use by many threads.
 */
public final class MetricsHandler implements ProxyHandler {
    private static final String OPEN_METRICS = "application/openmetrics-text";

    private final MetricsRegistry metrics;

    private MetricsHandler(MetricsRegistry metrics) {
        this.metrics = metrics;
    }

    /** Shows these. */
    public static MetricsHandler of(MetricsRegistry metrics) {
        return new MetricsHandler(Objects.requireNonNull(metrics, "metrics"));
    }

    @Override
    public ProxyResponse handle(ProxyRequest request) {
        if (!Methods.isRead(request.method())) {
            return ProxyResponse.builder(405).addHeader("Allow", "GET, HEAD").build();
        }
        boolean open = request.headers().list("Accept").stream().anyMatch(each -> each.startsWith(OPEN_METRICS));
        String text = open ? metrics.openMetrics() : metrics.prometheus();
        String type = open ? OPEN_METRICS + "; version=1.0.0" : "text/plain; version=0.0.4";
        return ProxyResponse.builder(200)
                .addHeader("Content-Type", type + "; charset=utf-8")
                .addHeader("Cache-Control", "no-store")
                .addHeader("Vary", "Accept")
                .body(Body.of(text.getBytes(StandardCharsets.UTF_8)))
                .build();
    }
}
