package dev.sluice.proxy.metrics;

import java.util.List;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;

/** The measurements of one meter with the same values of its labels. Safe for use by many threads. */
abstract class Series {
    private Series() {}

    abstract void record(double value);

    static Series of(Meter meter) {
        return meter.kind() == Meter.Kind.HISTOGRAM ? new Buckets(meter.bounds()) : new Sum(meter);
    }

    /** A counter. */
    static final class Sum extends Series {
        private final Meter meter;
        private final DoubleAdder sum = new DoubleAdder();

        private Sum(Meter meter) {
            this.meter = meter;
        }

        @Override
        void record(double value) {
            if (!(value >= 0)) {
                throw new IllegalArgumentException("counter " + meter.name() + " must not become less: " + value);
            }
            sum.add(value);
        }

        double value() {
            return sum.sum();
        }
    }

    /** A histogram. */
    static final class Buckets extends Series {
        private final double[] bounds;
        private final LongAdder[] counts;
        private final DoubleAdder sum = new DoubleAdder();

        private Buckets(List<Double> bounds) {
            this.bounds = bounds.stream().mapToDouble(Double::doubleValue).toArray();
            this.counts = new LongAdder[bounds.size() + 1];
            for (int i = 0; i < counts.length; i++) {
                counts[i] = new LongAdder();
            }
        }

        @Override
        void record(double value) {
            int i = 0;
            while (i < bounds.length && value > bounds[i]) {
                i++;
            }
            counts[i].increment();
            sum.add(value);
        }

        /** How many values are at most each bound, and in the last place, how many there are. */
        long[] upTo() {
            long[] all = new long[counts.length];
            long seen = 0;
            for (int i = 0; i < all.length; i++) {
                seen += counts[i].sum();
                all[i] = seen;
            }
            return all;
        }

        double sum() {
            return sum.sum();
        }
    }
}
