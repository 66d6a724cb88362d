package dev.sluice.lab.bench;

import dev.sluice.lab.LabOptions;
import dev.sluice.lab.Progress;
import dev.sluice.lab.Table;
import dev.sluice.lab.picture.TablePicture;
import java.io.IOException;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
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
        if (options.page != null) {
            return PagePictures.write(options.page, Objects.requireNonNull(options.svg));
        }
        try (Progress progress = Progress.open();
                Workspace workspace = Workspace.open()) {
            return measure(options, workspace, progress, progress.beside(out)) ? ExitCode.OK : ExitCode.SOFTWARE;
        }
    }

    private static boolean measure(BenchOptions options, Workspace workspace, Progress progress, PrintStream out)
            throws IOException, InterruptedException {
        Map<Scenario, Lab> labs = new LinkedHashMap<>();
        for (Scenario scenario : Scenarios.chosen(options)) {
            labs.put(scenario, new Lab(options, workspace, scenario::isFor, progress));
        }
        out.println(Environment.describe(options));
        boolean valid = true;
        for (Map.Entry<Scenario, Lab> each : labs.entrySet()) {
            String title = each.getKey().title();
            Table table = each.getKey().run(each.getValue());
            out.println("## " + title + "\n\n" + table.markdown());
            valid &= each.getValue().valid();
            if (options.svg != null) {
                TablePicture.of(table.markdown()).write(title, options.svg.resolve(PagePictures.fileName(title)));
            }
        }
        return valid;
    }
}
