package dev.sluice.lab.simulation;

import dev.sluice.balancer.simulation.SimulationResult;
import dev.sluice.balancer.simulation.SimulationResult.Interval;
import dev.sluice.balancer.simulation.SimulationResult.Latencies;
import dev.sluice.balancer.simulation.SimulationResult.MemberResult;
import dev.sluice.lab.picture.PictureName;
import dev.sluice.lab.picture.Series;
import dev.sluice.lab.picture.Series.Point;
import dev.sluice.lab.picture.Span;
import dev.sluice.lab.picture.Timeline;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** A picture of one strategy in one scenario: the shares and the states of the members, and the latencies. */
final class Timelines {
    /** Long enough for a p99, and short enough to see what happens. */
    private static final Duration INTERVAL = Duration.ofMillis(500);

    private Timelines() {}

    /** The names of all strategies, in the form of the files' names. */
    static List<String> strategies() {
        return Stream.concat(NamedStrategy.ALL.stream(), NamedStrategy.HASHES.stream())
                .map(Timelines::fileName)
                .distinct()
                .toList();
    }

    /**
     * Draws the pictures of a scenario into this folder, such as {@code slow-round-robin.svg}.
     *
     * @param strategies which ones, of {@link #strategies()}; all if there is none. The scenario may not have each
     */
    static void write(Scenario scenario, List<String> strategies, long seed, Path folder) throws IOException {
        for (NamedStrategy strategy : scenario.strategies()) {
            String name = fileName(strategy);
            if (strategies.isEmpty() || strategies.contains(name)) {
                write(scenario, strategy, seed, folder.resolve(scenario.name() + "-" + name + ".svg"));
            }
        }
    }

    private static String fileName(NamedStrategy strategy) {
        return PictureName.of(strategy.name());
    }

    private static void write(Scenario scenario, NamedStrategy strategy, long seed, Path file) throws IOException {
        SimulationResult result = scenario.run(strategy, seed, INTERVAL);
        List<String> members = result.members().stream().map(MemberResult::id).toList();
        double end = result.timeline().size() * seconds(INTERVAL);
        List<Span> states = new ArrayList<>();
        for (String member : members) {
            states.addAll(MemberStates.of(member, result.events(), Duration.ofMillis(Math.round(end * 1e3))));
        }
        new Timeline(scenario.title() + ": " + strategy.name(), "time, s", 0, end)
                .addBands("share, %", shares(result, members))
                .addLines(
                        "latency, ms",
                        List.of(
                                latency(result, "p99", latencies -> millis(latencies.percentile(99))),
                                latency(result, "p50", latencies -> millis(latencies.percentile(50)))))
                .addSpans("state", members, MemberStates.ALL, states)
                .write(file);
    }

    private static List<Series> shares(SimulationResult result, List<String> members) {
        List<Series> series = new ArrayList<>();
        for (String member : members) {
            List<Point> points = new ArrayList<>();
            for (Interval interval : result.timeline()) {
                points.add(new Point(middle(interval), 100 * interval.share(member)));
            }
            series.add(new Series(member, points));
        }
        return series;
    }

    private static Series latency(SimulationResult result, String name, ToDoubleFunction<Latencies> measure) {
        List<Point> points = new ArrayList<>();
        for (Interval interval : result.timeline()) {
            points.add(new Point(middle(interval), measure.applyAsDouble(interval.latency())));
        }
        return new Series(name, points);
    }

    private static double middle(Interval interval) {
        return seconds(interval.from()) + seconds(INTERVAL) / 2;
    }

    private static double seconds(Duration time) {
        return time.toMillis() / 1e3;
    }

    private static double millis(Duration time) {
        return time.toNanos() / 1e6;
    }
}
