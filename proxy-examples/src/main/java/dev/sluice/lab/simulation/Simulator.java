package dev.sluice.lab.simulation;

import dev.sluice.lab.LabOptions;
import dev.sluice.lab.Progress;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.ExitCode;

/**
 * Simulates the strategies. It prints the tables of docs/strategies.md and docs/balancer.md, compares the results with
 * published figures, or measures its own speed. Run it with {@code --help} for its options.
 *
 * <pre>{@code mvn -q compile -Psim -Dexec.args="tables --scenario slow"}</pre>
 */
public final class Simulator {
    private Simulator() {}

    /** Runs the command and ends the JVM. The exit status is 1 if a figure or the speed misses its target. */
    public static void main(String[] args) {
        // Members go down on purpose here, so the log would only repeat it.
        System.getProperties().putIfAbsent("org.slf4j.simpleLogger.log.dev.sluice", "off");
        System.exit(
                LabOptions.run(new SimulatorOptions(), args, System.err::println, options -> run(options, System.out)));
    }

    /** Runs the command. Returns the exit status. */
    static int run(SimulatorOptions options, PrintStream console) throws Exception {
        try (Progress progress = Progress.open()) {
            PrintStream out = progress.beside(console);
            progress.now(options.what);
            return switch (options.what) {
                case "noticed" -> noticed(options, out);
                case "figures" -> figures(options.runs, out, progress);
                case "speed" -> new Speed(options.runs).run(out) ? ExitCode.OK : ExitCode.SOFTWARE;
                default -> tables(options, out, progress);
            };
        }
    }

    private static int tables(SimulatorOptions options, PrintStream out, Progress progress) throws IOException {
        List<Scenario> chosen = options.scenarios.stream().map(Scenarios::named).toList();
        if (options.svg != null) {
            for (Scenario scenario : chosen) {
                progress.now("drawing " + at(scenario, chosen));
                Timelines.write(scenario, options.strategies, options.seed, options.svg);
            }
        } else if (options.into != null) {
            for (Scenario scenario : chosen) {
                progress.now("simulating " + at(scenario, chosen));
                DocTables.write(Path.of(options.into), List.of(scenario), options.seed);
            }
        } else {
            for (Scenario scenario : chosen) {
                progress.now("simulating " + at(scenario, chosen));
                out.println(DocTables.block(scenario, options.seed));
            }
        }
        return ExitCode.OK;
    }

    private static String at(Scenario scenario, List<Scenario> chosen) {
        return scenario.name() + ", " + (chosen.indexOf(scenario) + 1) + " of " + chosen.size();
    }

    private static int noticed(SimulatorOptions options, PrintStream out) throws Exception {
        String block = Noticing.block();
        if (options.into != null) {
            DocTables.write(Path.of(options.into), Noticing.NAME, block);
        } else {
            out.println(block);
        }
        return ExitCode.OK;
    }

    private static int figures(int runs, PrintStream out, Progress progress) {
        boolean passed = true;
        for (FigureGroup group : FigureGroup.all()) {
            progress.now("measuring " + group.title());
            out.println("### " + group.title() + "\n");
            List<Figure> figures = group.measure(runs);
            out.println(Figure.table(figures));
            passed &= figures.stream().allMatch(Figure::passed);
        }
        return passed ? ExitCode.OK : ExitCode.SOFTWARE;
    }
}
