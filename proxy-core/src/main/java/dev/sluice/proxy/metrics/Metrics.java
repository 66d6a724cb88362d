package dev.sluice.proxy.metrics;

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
     * Has numbers read whenever somebody asks for them, such as those that another object counts already. What several readings
     * of one meter give for the same values of its labels is added up.
     *
     * @param source gives the recorder all present numbers, each with the values of its labels. For a counter that is its
     *     total. It must not block
     * @return ends the reading
     * @throws IllegalArgumentException if there is another meter with this name, or it is a histogram; the message names it
     */
    Reading read(Meter meter, Consumer<Recorder> source);

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

    /** A reading that goes on until it is closed. */
    @FunctionalInterface
    interface Reading extends AutoCloseable {
        /** Ends it. Has no effect the second time. */
        @Override
        void close();
    }
}
