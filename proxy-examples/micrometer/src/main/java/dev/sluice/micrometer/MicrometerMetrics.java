package dev.sluice.micrometer;

import dev.sluice.proxy.metrics.Meter;
import dev.sluice.proxy.metrics.Metrics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Gives the proxy's numbers to a registry of Micrometer, which knows them by its own names: {@code sluice.request.duration}
 * with the unit {@code seconds}. Call {@link #refresh} before each scrape, or before each step of a registry that publishes:
 * it reads everything once, so that the numbers of pools and connections agree. Safe for use by many threads.
 */
public final class MicrometerMetrics implements Metrics {
    private final MeterRegistry registry;
    private final Map<String, Meter> meters = new ConcurrentHashMap<>();
    private final List<Consumer<Recorders>> sources = new CopyOnWriteArrayList<>();
    private final Map<Series, Shown> shown = new HashMap<>();

    /** Into this registry, which you close. */
    public MicrometerMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    private record Series(Meter meter, List<String> labels) {
        private String name() {
            String unit = meter.unit().isEmpty() ? "" : "_" + meter.unit();
            return meter.name().substring(0, meter.name().length() - unit.length()).replace('_', '.');
        }

        private String unit() {
            return meter.unit().isEmpty() ? null : meter.unit();
        }

        private Tags tags() {
            return Tags.of(IntStream.range(0, labels.size())
                    .mapToObj(i -> Tag.of(meter.labels().get(i), labels.get(i)))
                    .toList());
        }
    }

    private static final class Shown {
        private volatile double value;
        private io.micrometer.core.instrument.Meter meter;
    }

    @Override
    public Recorder recorder(Meter meter) {
        require(meter, Meter.Kind.GAUGE);
        Map<List<String>, Recorder> known = new ConcurrentHashMap<>();
        return (value, labels) -> known.computeIfAbsent(List.of(labels), key -> recorder(new Series(meter, key)))
                .record(value);
    }

    private Recorder recorder(Series series) {
        Meter meter = series.meter();
        if (meter.kind() == Meter.Kind.COUNTER) {
            Counter counter = Counter.builder(series.name())
                    .description(meter.help()).baseUnit(series.unit()).tags(series.tags()).register(registry);
            return (value, labels) -> counter.increment(value);
        }
        if (meter.unit().equals("seconds")) {
            // A summary would round up to whole seconds before it looks for the bucket.
            Timer timer = Timer.builder(series.name())
                    .serviceLevelObjectives(meter.bounds().stream().map(MicrometerMetrics::time).toArray(Duration[]::new))
                    .description(meter.help()).tags(series.tags()).register(registry);
            return (value, labels) -> timer.record(time(value));
        }
        double[] bounds = meter.bounds().stream().mapToDouble(Double::doubleValue).toArray();
        DistributionSummary summary = DistributionSummary.builder(series.name()).serviceLevelObjectives(bounds)
                .description(meter.help()).baseUnit(series.unit()).tags(series.tags()).register(registry);
        return (value, labels) -> summary.record(value);
    }

    private static Duration time(double seconds) {
        return Duration.ofNanos(Math.round(seconds * 1e9));
    }

    @Override
    public Reading read(List<Meter> read, Consumer<Recorders> source) {
        read.forEach(each -> require(each, Meter.Kind.HISTOGRAM));
        Consumer<Recorders> own = source::accept;
        sources.add(own);
        refresh();
        return () -> sources.remove(own);
    }

    private void require(Meter meter, Meter.Kind not) {
        Meter other = meters.putIfAbsent(meter.name(), meter);
        if (meter.kind() == not || (other != null && !other.equals(meter))) {
            throw new IllegalArgumentException("meter " + meter + " cannot be used so, or is another: " + other);
        }
    }

    /** Reads what the proxy counts itself. What is not there any more, such as a member that has left, is removed. */
    public synchronized void refresh() {
        Map<Series, Double> present = new HashMap<>();
        sources.forEach(each -> each.accept(meter ->
                (value, labels) -> present.merge(new Series(meter, List.of(labels)), value, Double::sum)));
        shown.keySet().stream().filter(each -> !present.containsKey(each)).toList()
                .forEach(gone -> registry.remove(shown.remove(gone).meter));
        present.forEach((series, value) -> shown.computeIfAbsent(series, this::show).value = value);
    }

    private Shown show(Series series) {
        Shown added = new Shown();
        added.meter = series.meter().kind() == Meter.Kind.COUNTER
                ? FunctionCounter.builder(series.name(), added, each -> each.value)
                        .description(series.meter().help()).baseUnit(series.unit()).tags(series.tags()).register(registry)
                : Gauge.builder(series.name(), added, each -> each.value)
                        .description(series.meter().help()).baseUnit(series.unit()).tags(series.tags()).register(registry);
        return added;
    }
}
