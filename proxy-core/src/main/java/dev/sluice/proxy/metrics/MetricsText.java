package dev.sluice.proxy.metrics;

import dev.sluice.proxy.internal.Words;
import java.util.List;

/**
 * Writes measurements in the text format of OpenMetrics 1.0, or in that of Prometheus 0.0.4, in which a counter's family has
 * the name of its sample, and there are no units. For one thread.
 */
final class MetricsText {
    private final boolean openMetrics;
    private final StringBuilder out = new StringBuilder(8 * 1024);

    MetricsText(boolean openMetrics) {
        this.openMetrics = openMetrics;
    }

    /** The lines before a meter's samples. */
    void family(Meter meter) {
        String name = openMetrics ? meter.name() : sample(meter);
        out.append("# HELP ").append(name).append(' ');
        escape(meter.help(), openMetrics);
        out.append("\n# TYPE ").append(name).append(' ');
        out.append(Words.of(meter.kind())).append('\n');
        if (openMetrics && !meter.unit().isEmpty()) {
            out.append("# UNIT ").append(name).append(' ').append(meter.unit()).append('\n');
        }
    }

    private static String sample(Meter meter) {
        return meter.kind() == Meter.Kind.COUNTER ? meter.name() + "_total" : meter.name();
    }

    /** One number of a counter or a gauge. */
    void number(Meter meter, List<String> values, double value) {
        out.append(sample(meter));
        labels(meter, values, "");
        value(value);
    }

    /** A histogram's buckets, of which each has what is in the ones before, then its count and its sum. */
    void histogram(Meter meter, List<String> values, Series.Buckets buckets) {
        double sum = buckets.sum();
        long[] upTo = buckets.upTo();
        for (int i = 0; i < upTo.length; i++) {
            out.append(meter.name()).append("_bucket");
            boolean last = i == meter.bounds().size();
            labels(meter, values, last ? "+Inf" : Double.toString(meter.bounds().get(i)));
            value((double) upTo[i]);
        }
        out.append(meter.name()).append("_count");
        labels(meter, values, "");
        value((double) upTo[upTo.length - 1]);
        out.append(meter.name()).append("_sum");
        labels(meter, values, "");
        value(sum);
    }

    private void labels(Meter meter, List<String> values, String upTo) {
        char before = '{';
        for (int i = 0; i < values.size(); i++) {
            out.append(before).append(meter.labels().get(i)).append("=\"");
            escape(values.get(i), true);
            out.append('"');
            before = ',';
        }
        if (!upTo.isEmpty()) {
            out.append(before).append("le=\"").append(upTo).append('"');
            before = ',';
        }
        out.append(before == ',' ? "} " : " ");
    }

    private void value(double value) {
        if (value == Math.rint(value) && Math.abs(value) < 1e15) {
            out.append((long) value);
        } else if (Double.isInfinite(value)) {
            out.append(value > 0 ? "+Inf" : "-Inf");
        } else {
            out.append(value);
        }
        out.append('\n');
    }

    private void escape(String text, boolean quotes) {
        if (text.indexOf('\\') < 0 && text.indexOf('\n') < 0 && text.indexOf('"') < 0) {
            out.append(text);
            return;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\n') {
                out.append("\\n");
            } else if (c == '\\' || (c == '"' && quotes)) {
                out.append('\\').append(c);
            } else {
                out.append(c);
            }
        }
    }

    /** All of it. */
    String end() {
        return openMetrics ? out.append("# EOF\n").toString() : out.toString();
    }
}
