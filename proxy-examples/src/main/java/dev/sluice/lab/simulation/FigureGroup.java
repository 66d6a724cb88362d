package dev.sluice.lab.simulation;

import java.util.List;
import java.util.function.LongToDoubleFunction;

/** Figures from one publication. */
interface FigureGroup {
    /** All groups, the quick ones first. */
    static List<FigureGroup> all() {
        return List.of(
                new MaglevFigures(),
                new BoundedLoadFigures(),
                new SlowMemberFigures(),
                new RingFigures(),
                new SupermarketFigures());
    }

    /** What was published, and where it was published. */
    String title();

    /** Measures the figures. Each is the mean of {@code runs} runs, with the seeds 1, 2, 3 and so on. */
    List<Figure> measure(int runs);

    /** The mean of a measurement that is made with the seeds 1, 2, 3 and so on. */
    static double mean(int runs, LongToDoubleFunction measurement) {
        double sum = 0;
        for (long seed = 1; seed <= runs; seed++) {
            sum += measurement.applyAsDouble(seed);
        }
        return sum / runs;
    }
}
