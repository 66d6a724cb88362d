package dev.sluice.proxy.metrics;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The numbers that sources give for one answer: each source is asked once, for all of its meters. For one thread. */
final class PresentNumbers {
    private final Map<String, Map<List<String>, Double>> numbers = new HashMap<>();

    /** The recorders of a source with these meters. */
    Metrics.Recorders of(List<Meter> meters) {
        return meter -> {
            if (!meters.contains(meter)) {
                throw new IllegalArgumentException("the reading was begun without the meter " + meter.name());
            }
            Map<List<String>, Double> own = numbers.computeIfAbsent(meter.name(), name -> new LinkedHashMap<>());
            return (value, labels) -> own.merge(meter.values(labels), value, Double::sum);
        };
    }

    /** Writes those of this meter. */
    void write(Meter meter, MetricsText text) {
        numbers.getOrDefault(meter.name(), Map.of()).forEach((labels, value) -> text.number(meter, labels, value));
    }
}
