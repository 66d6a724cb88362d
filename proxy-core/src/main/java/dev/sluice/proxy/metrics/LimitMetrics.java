package dev.sluice.proxy.metrics;

import dev.sluice.proxy.limit.LimitStatistics;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/** Numbers of limits, such as a {@link dev.sluice.proxy.limit.RateLimit}. Its meters are in docs/metrics.md. */
public final class LimitMetrics {
    private static final Meter REFUSED =
            Meter.counter("sluice_limit_refused", "Requests that a limit has refused.", "limit");

    private static final Meter WAITING =
            Meter.gauge("sluice_limit_waiting", "Requests that wait for a place at a limit.", "limit");

    private static final Meter AT_ONCE = Meter.gauge(
            "sluice_limit_at_once", "How many requests of each key may be in progress at once now.", "limit");

    private LimitMetrics() {}

    /**
     * Has the numbers read from now on, those of one answer together. A limit that is a copy, made by {@code with…}, counts for
     * itself: give the one that is added to the server or the route.
     *
     * @param limit a name of yours, the value of the label; another one for each limit
     * @param statistics such as {@code limit::statistics}
     * @return ends all of it
     */
    public static Metrics.Reading read(Metrics metrics, String limit, Supplier<LimitStatistics> statistics) {
        Objects.requireNonNull(limit, "limit");
        Objects.requireNonNull(statistics, "statistics");
        return metrics.read(List.of(REFUSED, WAITING, AT_ONCE), to -> {
            LimitStatistics now = statistics.get();
            to.of(REFUSED).record((double) now.refused(), limit);
            to.of(WAITING).record(now.waiting(), limit);
            now.atOnce().ifPresent(most -> to.of(AT_ONCE).record(most, limit));
        });
    }
}
