package dev.sluice.lab.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** All rounds of one proxy under one load. For one thread. */
final class Samples {
    private final String proxy;
    private final List<Sample> rounds = new ArrayList<>();

    Samples(String proxy) {
        this.proxy = proxy;
    }

    String proxy() {
        return proxy;
    }

    void add(Sample sample) {
        rounds.add(sample);
    }

    double perSecond() {
        return median(sample -> sample.load().perSecond());
    }

    double p50Micros() {
        return median(sample -> sample.load().p50Micros());
    }

    double p99Micros() {
        return median(sample -> sample.load().p99Micros());
    }

    double cpuMicros() {
        return median(Sample::cpuMicros);
    }

    double rssBytes() {
        return median(sample -> sample.usage().rssBytes());
    }

    double peakBytes() {
        return median(sample -> sample.usage().peakBytes());
    }

    /** The errors of the first round that had errors. If it is empty, the figures are valid. */
    String errors() {
        return rounds.stream()
                .map(sample -> sample.load().errors())
                .filter(errors -> !errors.isEmpty())
                .findFirst()
                .orElse("");
    }

    private double median(ToDoubleFunction<Sample> figure) {
        return median(rounds.stream().mapToDouble(figure).toArray());
    }

    /** The same for a list. */
    static double median(List<Double> values) {
        return median(values.stream().mapToDouble(Double::doubleValue).toArray());
    }

    /** The value in the middle, or the mean of the two values there; NaN without values. */
    static double median(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        if (sorted.length == 0) {
            return Double.NaN;
        }
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
