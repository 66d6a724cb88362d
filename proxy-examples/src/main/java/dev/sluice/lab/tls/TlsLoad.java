package dev.sluice.lab.tls;

import dev.sluice.lab.LabOptions;
import dev.sluice.lab.Progress;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.ExitCode;

/**
 * Opens a TLS connection for each request, while certificates are renewed, and beside many handshakes that are never
 * finished. Run it with {@code --help} for its options.
 *
 * <pre>{@code mvn -q compile -Ptls -Dexec.args="--seconds 60"}</pre>
 */
public final class TlsLoad {
    private TlsLoad() {}

    /** Runs the chosen parts and ends the JVM. The exit status is 1 if a check has failed. */
    public static void main(String[] args) {
        // Each refused file and each unfinished handshake would be a line of the log.
        System.getProperties().putIfAbsent("org.slf4j.simpleLogger.log.dev.sluice", "off");
        System.exit(LabOptions.run(new TlsOptions(), args, System.err::println, options -> run(options, System.out)));
    }

    private static int run(TlsOptions options, PrintStream console) throws Exception {
        try (Progress progress = Progress.open()) {
            return run(options, progress.beside(console), progress);
        }
    }

    private static int run(TlsOptions options, PrintStream out, Progress progress) throws Exception {
        out.println("seed " + options.seed + "; " + options.rate + " connections a second of " + options.clients
                + " clients; Java " + Runtime.version() + ", "
                + Runtime.getRuntime().availableProcessors() + " processors");
        List<String> problems = new ArrayList<>();
        if (options.parts.contains("reload")) {
            progress.now("reload: " + options.warmUp + " s to warm up, and " + options.seconds + " s");
            problems.addAll(reload(options, out));
        }
        if (options.parts.contains("half-done")) {
            progress.now("half-done: twice " + options.seconds + " s");
            problems.addAll(halfDone(options, out));
        }
        problems.forEach(each -> out.println("FAIL  " + each));
        return problems.isEmpty() ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private static List<String> reload(TlsOptions options, PrintStream out) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("tls-load");
        try {
            ReloadPart part = new ReloadPart(() -> Visits.forSeconds(options.warmUp));
            List<String> problems = part.run(folder, options.seed, options.reloads, traffic(options));
            out.println("\n## reload\n\n" + part.report());
            return problems;
        } finally {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(folder);
        }
    }

    private static List<String> halfDone(TlsOptions options, PrintStream out) throws IOException, InterruptedException {
        HalfDonePart part = new HalfDonePart(TimeSource.system());
        List<String> problems = part.run(options.halfDone, options.seed, traffic(options), () -> {});
        out.println("\n## half-done\n\n" + part.report());
        return problems;
    }

    private static Traffic traffic(TlsOptions options) {
        return new Traffic(options.rate, options.clients, () -> Visits.forSeconds(options.seconds));
    }
}
