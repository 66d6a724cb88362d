package dev.sluice.lab.cache;

import dev.sluice.lab.LabOptions;
import dev.sluice.lab.Progress;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.ExitCode;

/**
 * Kills a process in the middle of its writes to a cache on a disk, starts it again, and looks for anything damaged,
 * foreign, lost or come back. Run it with {@code --help} for its options.
 *
 * <pre>{@code mvn -q compile -Pcache -Dexec.args="--kills 100"}</pre>
 */
public final class CacheCrash {
    private CacheCrash() {}

    /** Runs the chosen parts and ends the JVM. The exit status is 1 if a check has failed. */
    public static void main(String[] args) {
        System.exit(LabOptions.run(
                new CacheCrashOptions(), args, System.err::println, options -> run(options, System.out)));
    }

    private static int run(CacheCrashOptions options, PrintStream console) throws Exception {
        try (Progress progress = Progress.open()) {
            return run(options, progress.beside(console), progress);
        }
    }

    private static int run(CacheCrashOptions options, PrintStream out, Progress progress) throws Exception {
        out.println("seed " + options.seed + "; Java " + Runtime.version() + ", "
                + Runtime.getRuntime().availableProcessors() + " processors");
        List<String> problems = new ArrayList<>();
        if (options.parts.contains("kill")) {
            Path folder = Files.createTempDirectory("cache-kill");
            try (KillPart part = new KillPart(folder, options.seed)) {
                progress.now(() -> "kill: " + part.kills() + " of " + options.kills + " kills");
                problems.addAll(part.run(options.kills, options.steps));
                out.println("\n## kill\n\n" + part.report());
            } finally {
                delete(folder);
            }
        }
        if (options.parts.contains("index")) {
            Path folder = Files.createTempDirectory("cache-index");
            try {
                IndexPart part = new IndexPart(folder);
                progress.now("index: " + options.starts + " starts with " + options.entries + " entries");
                problems.addAll(part.run(options.entries, options.starts));
                out.println("\n## index\n\n" + part.report());
            } finally {
                delete(folder);
            }
        }
        problems.stream().limit(20).forEach(each -> out.println("FAIL  " + each));
        return problems.isEmpty() ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    /** Deletes a folder with all that is in it. */
    static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
