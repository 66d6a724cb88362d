package dev.sluice.lab.bench;

import dev.sluice.lab.LabOptions;
import dev.sluice.lab.Table;
import java.io.IOException;
import java.io.PrintStream;
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
        out.println(Environment.describe(options));
        boolean valid = true;
        try (Workspace workspace = Workspace.open()) {
            for (Scenario scenario : Scenarios.chosen(options)) {
                Lab lab = new Lab(options, workspace, System.err::println);
                Table table = scenario.run(lab);
                out.println("## " + scenario.title() + "\n\n" + table.markdown());
                valid &= lab.valid();
            }
        }
        return valid ? ExitCode.OK : ExitCode.SOFTWARE;
    }
}
