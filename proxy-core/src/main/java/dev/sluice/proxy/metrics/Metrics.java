package dev.sluice.proxy.metrics;

import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Where measurements go: a {@link MetricsRegistry}, or an adapter to what your application has already. Safe for use by
 * many threads.
 */
public interface Metrics {
    /**
     * What takes the measurements of a counter or a histogram. The same meter has the same recorder.
     *
     * @throws IllegalArgumentException if there is another meter with this name, or it is a gauge; the message names it
     */
    Recorder recorder(Meter meter);

    /**
     * Has the numbers of several meters read together whenever somebody asks for them, such as those that another object
     * counts already: from one snapshot of it, so that they agree with each other. What several readings give for the same
     * meter and the same values of its labels is added up.
     *
     * @param meters gauges and counters, all that the source gives numbers for
     * @param source gives the recorders of these meters all present numbers, each with the values of its labels. For a
     *     counter that is its total. It must not block. If it throws, that is logged, and its numbers are missing
     * @return ends the reading
     * @throws IllegalArgumentException if there is another meter with one of these names, or one is a histogram; the message
     *     names it
     */
    Reading read(List<Meter> meters, Consumer<Recorders> source);

    /** The same for one meter. */
    default Reading read(Meter meter, Consumer<Recorder> source) {
        Objects.requireNonNull(source, "source");
        return read(List.of(meter), to -> source.accept(to.of(meter)));
    }

    /** Takes measurements. Safe for use by many threads, and does not block. */
    @FunctionalInterface
    interface Recorder {
        /**
         * Takes one: for a counter by how much it grows, for a histogram one value, for a reading the present number.
         *
         * @param labels the values of the meter's labels, in their order
         * @throws IllegalArgumentException if there are more or fewer values than the meter has labels, or a counter would
         *     become less
         */
        void record(double value, String... labels);
    }

    /** The recorders of one reading. Only for as long as its source is asked, and for its thread. */
    @FunctionalInterface
    interface Recorders {
        /**
         * The recorder of a meter.
         *
         * @throws IllegalArgumentException if it is none of those that the reading was begun with; the message names it
         */
        Recorder of(Meter meter);
    }

    /** A reading that goes on until it is closed. */
    @FunctionalInterface
    interface Reading extends AutoCloseable {
        /** Ends it. Has no effect the second time. */
        @Override
        void close();
    }
}
