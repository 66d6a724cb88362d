package dev.sluice.proxy.metrics;

import dev.sluice.proxy.internal.Printable;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What is measured: a name, and the names of labels. The name follows OpenMetrics: words of lower-case letters with the unit
 * at the end, such as {@code sluice_request_duration_seconds}, and without the {@code _total} that is added to a counter's in
 * the output. Immutable.
 *
 * @param bounds the upper ends of a histogram's buckets, without that of the last one, which has none; else empty
 */
public record Meter(Kind kind, String name, String help, List<String> labels, List<Double> bounds) {
    /**
     * Upper ends of buckets for durations in seconds: 1 ms to 60 s, each about twice the one before. A quantile that is
     * estimated from them is at most 41 % too large or too small.
     */
    public static final List<Double> SECONDS = List.of(
            0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0);

    private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
    private static final Pattern LABEL = Pattern.compile("(?!__)[a-zA-Z_][a-zA-Z0-9_]*");
    private static final Pattern RESERVED = Pattern.compile(".*_(total|count|sum|bucket|created|info)");

    /** The kinds. */
    public enum Kind {
        /** Only grows, such as a number of requests. */
        COUNTER,
        /** Goes up and down, such as a number of open connections. */
        GAUGE,
        /** How values are spread, such as durations. */
        HISTOGRAM
    }

    /**
     * A meter.
     *
     * @throws IllegalArgumentException if a name is none of OpenMetrics, ends with a word that the output adds itself, or
     *     occurs twice, or the bounds do not grow, or are not those of a histogram; the message names it
     */
    public Meter {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(help, "help");
        labels = List.copyOf(labels);
        bounds = List.copyOf(bounds);
        if (!NAME.matcher(name).matches() || RESERVED.matcher(name).matches()) {
            throw new IllegalArgumentException("meter has a name that it cannot have: \"" + Printable.of(name) + '"');
        }
        Set<String> known = new HashSet<>();
        for (String label : labels) {
            if (!LABEL.matcher(label).matches() || label.equals("le") || !known.add(label)) {
                throw new IllegalArgumentException(
                        "meter " + name + " has a label that it cannot have: \"" + Printable.of(label) + '"');
            }
        }
        if (kind == Kind.HISTOGRAM == bounds.isEmpty() || !grow(bounds)) {
            throw new IllegalArgumentException("meter " + name + " has bounds that it cannot have: " + bounds);
        }
    }

    private static boolean grow(List<Double> bounds) {
        for (int i = 0; i < bounds.size(); i++) {
            double bound = bounds.get(i);
            if (!Double.isFinite(bound) || (i > 0 && bound <= bounds.get(i - 1))) {
                return false;
            }
        }
        return true;
    }

    /** A counter; throws as the constructor does. */
    public static Meter counter(String name, String help, String... labels) {
        return new Meter(Kind.COUNTER, name, help, List.of(labels), List.of());
    }

    /** A gauge; throws as the constructor does. */
    public static Meter gauge(String name, String help, String... labels) {
        return new Meter(Kind.GAUGE, name, help, List.of(labels), List.of());
    }

    /** A histogram with these {@link #bounds}; throws as the constructor does. */
    public static Meter histogram(String name, String help, List<Double> bounds, String... labels) {
        return new Meter(Kind.HISTOGRAM, name, help, List.of(labels), bounds);
    }

    /** The unit at the end of the name: {@code seconds} or {@code bytes}; empty if it counts something. */
    public String unit() {
        String last = name.substring(name.lastIndexOf('_') + 1);
        return last.equals("seconds") || last.equals("bytes") ? last : "";
    }

    /** These values as a list, one for each label. */
    List<String> values(String... values) {
        if (values.length != labels.size()) {
            throw new IllegalArgumentException(
                    "meter " + name + " has the labels " + labels + ", and not " + List.of(values));
        }
        return List.of(values);
    }
}
