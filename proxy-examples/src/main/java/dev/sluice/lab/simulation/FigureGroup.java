package dev.sluice.lab.simulation;

import java.util.List;
import java.util.function.LongToDoubleFunction;

/** Figures from one publication. */
interface FigureGroup {
    /** All of them, the quick ones first. */
    static List<FigureGroup> all() {
        return List.of(
                new MaglevFigures(),
                new BoundedLoadFigures(),
                new SlowMemberFigures(),
                new RingFigures(),
                new SupermarketFigures());
    }

    /** What was published, and where. */
    String title();

    /** Measures them, each as the mean of so many runs with seeds from 1. */
    List<Figure> measure(int runs);

    /** The mean of a measurement with seeds from 1. */
    static double mean(int runs, LongToDoubleFunction measurement) {
        double sum = 0;
        for (long seed = 1; seed <= runs; seed++) {
            sum += measurement.applyAsDouble(seed);
        }
        return sum / runs;
    }
}
