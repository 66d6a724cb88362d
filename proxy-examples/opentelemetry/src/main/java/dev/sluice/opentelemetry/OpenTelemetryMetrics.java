package dev.sluice.opentelemetry;

import dev.sluice.proxy.metrics.Meter;
import dev.sluice.proxy.metrics.Metrics;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.metrics.BatchCallback;
import io.opentelemetry.api.metrics.DoubleCounter;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.api.metrics.ObservableDoubleMeasurement;
import io.opentelemetry.api.metrics.ObservableMeasurement;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * Gives the proxy's numbers to OpenTelemetry, which knows them by its own names: {@code sluice.request.duration} with the unit
 * {@code s}. Each collection reads everything once, so that the numbers of pools and connections agree. Safe for use by many
 * threads.
 */
public final class OpenTelemetryMetrics implements Metrics {
    private final io.opentelemetry.api.metrics.Meter instruments;
    private final List<Consumer<Recorders>> sources = new CopyOnWriteArrayList<>();
    private final Map<String, Meter> meters = new HashMap<>();
    private final Map<Meter, ObservableDoubleMeasurement> observed = new LinkedHashMap<>();
    private BatchCallback callback;

    /** With the instruments of this provider, such as that of the SDK, which you close. */
    public OpenTelemetryMetrics(MeterProvider provider) {
        this.instruments = provider.get("dev.sluice");
    }

    private record Series(Meter meter, List<String> labels) {}

    private static String name(Meter meter) {
        int unit = meter.unit().isEmpty() ? 0 : meter.unit().length() + 1;
        return meter.name().substring(0, meter.name().length() - unit).replace('_', '.');
    }

    private static String unit(Meter meter) {
        return switch (meter.unit()) {
            case "seconds" -> "s";
            case "bytes" -> "By";
            default -> "1";
        };
    }

    private static Attributes attributes(Meter meter, List<String> labels) {
        AttributesBuilder attributes = Attributes.builder();
        for (int i = 0; i < labels.size(); i++) {
            attributes.put(meter.labels().get(i), labels.get(i));
        }
        return attributes.build();
    }

    private void require(Meter meter, Meter.Kind not) {
        Meter other = meters.putIfAbsent(meter.name(), meter);
        if (meter.kind() == not || (other != null && !other.equals(meter))) {
            throw new IllegalArgumentException("meter " + meter + " cannot be used so, or is another: " + other);
        }
    }

    @Override
    public synchronized Recorder recorder(Meter meter) {
        require(meter, Meter.Kind.GAUGE);
        if (meter.kind() == Meter.Kind.COUNTER) {
            DoubleCounter counter = instruments.counterBuilder(name(meter)).ofDoubles()
                    .setUnit(unit(meter)).setDescription(meter.help()).build();
            return (value, labels) -> counter.add(value, attributes(meter, List.of(labels)));
        }
        DoubleHistogram histogram = instruments.histogramBuilder(name(meter)).setUnit(unit(meter))
                .setDescription(meter.help()).setExplicitBucketBoundariesAdvice(meter.bounds()).build();
        return (value, labels) -> histogram.record(value, attributes(meter, List.of(labels)));
    }

    @Override
    public synchronized Reading read(List<Meter> read, Consumer<Recorders> source) {
        read.forEach(each -> require(each, Meter.Kind.HISTOGRAM));
        Consumer<Recorders> own = source::accept;
        sources.add(own);
        boolean known = observed.keySet().containsAll(read);
        read.forEach(each -> observed.computeIfAbsent(each, this::observer));
        if (!known) {
            observeAll();
        }
        return () -> sources.remove(own);
    }

    private ObservableDoubleMeasurement observer(Meter meter) {
        return meter.kind() == Meter.Kind.COUNTER
                ? instruments.counterBuilder(name(meter)).ofDoubles()
                        .setUnit(unit(meter)).setDescription(meter.help()).buildObserver()
                : instruments.gaugeBuilder(name(meter))
                        .setUnit(unit(meter)).setDescription(meter.help()).buildObserver();
    }

    /** One callback for all that is read, as each source gives the numbers of several instruments. */
    private void observeAll() {
        if (callback != null) {
            callback.close();
        }
        Map<Meter, ObservableDoubleMeasurement> all = Map.copyOf(observed);
        ObservableMeasurement[] each = all.values().toArray(ObservableMeasurement[]::new);
        callback = instruments.batchCallback(() -> observe(all), each[0], each);
    }

    private void observe(Map<Meter, ObservableDoubleMeasurement> all) {
        Map<Series, Double> present = new HashMap<>();
        sources.forEach(each -> each.accept(meter ->
                (value, labels) -> present.merge(new Series(meter, List.of(labels)), value, Double::sum)));
        present.forEach((series, value) -> all.get(series.meter())
                .record(value, attributes(series.meter(), series.labels())));
    }
}
