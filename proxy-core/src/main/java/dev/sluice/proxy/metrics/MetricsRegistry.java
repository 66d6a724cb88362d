package dev.sluice.proxy.metrics;

import dev.sluice.proxy.internal.LogLimit;
import dev.sluice.proxy.time.TimeSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps measurements in memory, and writes them as text. A meter that is recorded has at most {@value #MOST_SERIES}
 * different values of its labels; what comes with more of them is counted under {@code other}, so that nobody can fill the
 * memory. Safe for use by many threads; recording takes no lock, and never waits for who reads. Whoever reads gets each
 * source of {@link #read} once, so that its numbers agree with each other; a histogram's count is always that of its buckets.
 *
 * <pre>{@code
 * MetricsRegistry metrics = MetricsRegistry.create();
 * ProxyServer server = ProxyServer.builder()
 *         .addListener(ExchangeMetrics.of(metrics))
 *         .addRoute(Route.exactPath("/metrics").to(MetricsHandler.of(metrics)))
 *         .addRoute("/**", pool)
 *         .build();
 * }</pre>
 */
public final class MetricsRegistry implements Metrics {
    /** How many series a meter has at most. */
    public static final int MOST_SERIES = 5_000;

    private static final Logger LOG = LoggerFactory.getLogger(MetricsRegistry.class);

    private final Map<String, Family> families = Collections.synchronizedMap(new LinkedHashMap<>());
    private final List<Source> sources = new CopyOnWriteArrayList<>();

    private MetricsRegistry() {}

    /** An empty registry. */
    public static MetricsRegistry create() {
        return new MetricsRegistry();
    }

    @Override
    public Recorder recorder(Meter meter) {
        if (meter.kind() == Meter.Kind.GAUGE) {
            throw new IllegalArgumentException("meter " + meter.name() + " is a gauge, which is only read");
        }
        return family(meter);
    }

    @Override
    public Reading read(List<Meter> meters, Consumer<Recorders> source) {
        Objects.requireNonNull(source, "source");
        for (Meter meter : meters) {
            if (meter.kind() == Meter.Kind.HISTOGRAM) {
                throw new IllegalArgumentException("meter " + meter.name() + " is a histogram, which is only recorded");
            }
        }
        meters.forEach(this::family);
        Source own = new Source(List.copyOf(meters), source);
        sources.add(own);
        return () -> sources.remove(own);
    }

    private Family family(Meter meter) {
        Family family = families.computeIfAbsent(meter.name(), name -> new Family(meter));
        if (!family.meter.equals(meter)) {
            throw new IllegalArgumentException(
                    "there is another meter with the name " + meter.name() + ": " + family.meter);
        }
        return family;
    }

    /** All measurements, as OpenMetrics 1.0 says. */
    public String openMetrics() {
        return text(true);
    }

    /** All measurements in the text format of Prometheus, version 0.0.4. */
    public String prometheus() {
        return text(false);
    }

    private String text(boolean openMetrics) {
        PresentNumbers present = new PresentNumbers();
        sources.forEach(each -> each.read(present));
        List<Family> all;
        synchronized (families) {
            all = new ArrayList<>(families.values());
        }
        MetricsText text = new MetricsText(openMetrics);
        for (Family each : all) {
            each.write(text);
            present.write(each.meter, text);
        }
        return text.end();
    }

    /** What is read. Of two that have the same numbers, each is ended by itself. */
    private static final class Source {
        private final List<Meter> meters;
        private final Consumer<Recorders> numbers;
        /** Or each scrape would have its stack trace. */
        private final LogLimit broken = new LogLimit(1, TimeSource.system()::nanos);

        private Source(List<Meter> meters, Consumer<Recorders> numbers) {
            this.meters = meters;
            this.numbers = numbers;
        }

        /** A source that throws hides no other: who reads gets the rest. */
        private void read(PresentNumbers present) {
            try {
                numbers.accept(present.of(meters));
            } catch (RuntimeException | Error fault) {
                broken.happened(times -> LOG.error(
                        "numbers are missing, as a source of {} failed{}", names(), LogLimit.others(times), fault));
            }
        }

        private String names() {
            return meters.stream().map(Meter::name).collect(Collectors.joining(", "));
        }
    }

    /** One meter, with what was recorded. */
    private static final class Family implements Recorder {
        private final Meter meter;
        private final List<String> other;
        private final Map<List<String>, Series> series = new ConcurrentHashMap<>();

        private Family(Meter meter) {
            this.meter = meter;
            this.other = Collections.nCopies(meter.labels().size(), "other");
        }

        @Override
        public void record(double value, String... labels) {
            List<String> key = meter.values(labels);
            Series known = series.get(key);
            if (known == null) {
                List<String> kept = series.size() < MOST_SERIES ? key : other;
                known = series.computeIfAbsent(kept, absent -> Series.of(meter));
            }
            known.record(value);
        }

        private void write(MetricsText text) {
            text.family(meter);
            series.forEach((labels, each) -> {
                if (each instanceof Series.Buckets buckets) {
                    text.histogram(meter, labels, buckets);
                } else if (each instanceof Series.Sum sum) {
                    text.number(meter, labels, sum.value());
                }
            });
        }
    }
}
