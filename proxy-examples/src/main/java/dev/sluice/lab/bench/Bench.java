package dev.sluice.lab.bench;

import dev.sluice.lab.LabOptions;
import dev.sluice.lab.Table;
import java.io.IOException;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.ExitCode;

/**
 * Compares proxies: starts an origin and each proxy in its own process, loads them in turn, round after round, and
 * prints medians as Markdown tables. Run it with {@code --help} for its options. It reads {@code /proc}, so it runs
 * only on Linux.
 */
public final class Bench {
    private Bench() {}

    /** Runs the chosen scenarios and ends the JVM. The exit status is 1 if a row of a table is not valid. */
    public static void main(String[] args) {
        System.exit(LabOptions.run(new BenchOptions(), args, System.err::println, options -> run(options, System.out)));
    }

    private static int run(BenchOptions options, PrintStream out) throws IOException, InterruptedException {
        boolean valid = true;
        try (Workspace workspace = Workspace.open()) {
            Map<Scenario, Lab> labs = new LinkedHashMap<>();
            for (Scenario scenario : Scenarios.chosen(options)) {
                labs.put(scenario, new Lab(options, workspace, scenario::isFor, System.err::println));
            }
            out.println(Environment.describe(options));
            for (Map.Entry<Scenario, Lab> each : labs.entrySet()) {
                Table table = each.getKey().run(each.getValue());
                out.println("## " + each.getKey().title() + "\n\n" + table.markdown());
                valid &= each.getValue().valid();
            }
        }
        return valid ? ExitCode.OK : ExitCode.SOFTWARE;
    }
}
