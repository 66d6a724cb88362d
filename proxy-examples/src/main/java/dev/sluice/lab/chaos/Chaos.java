package dev.sluice.lab.chaos;

import dev.sluice.lab.LabOptions;
import dev.sluice.lab.Progress;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.ExitCode;

/**
 * Kills, slows, replaces and reconfigures the servers behind a proxy under a steady load. It checks that clients see
 * only the failures that cannot be avoided. Run it with {@code --help} for its options. It sends signals with {@code
 * /bin/kill}.
 *
 * <pre>{@code mvn -q compile -Pchaos -Dexec.args="--seconds 60"}</pre>
 */
public final class Chaos {
    private static final List<Phase> PHASES = List.of(
            new ChaosPhase(),
            HarmPhase.errors(),
            HarmPhase.resets(),
            HarmPhase.stops(),
            new DeployPhase(),
            new UpdatePhase());

    private Chaos() {}

    /** Runs the chosen phases and ends the JVM. The exit status is 1 if a check has failed. */
    public static void main(String[] args) {
        // The report has all that the log would say about members and failures.
        System.getProperties().putIfAbsent("org.slf4j.simpleLogger.log.dev.sluice", "off");
        System.exit(LabOptions.run(new ChaosOptions(), args, System.err::println, options -> run(options, System.out)));
    }

    /** Runs the phases. Returns the exit status. */
    static int run(ChaosOptions options, PrintStream console) throws Exception {
        try (Progress progress = Progress.open()) {
            return run(options, progress.beside(console), progress);
        }
    }

    private static int run(ChaosOptions options, PrintStream out, Progress progress) throws Exception {
        out.println("seed " + options.seed + "; " + options.rate + " requests a second of " + options.clients
                + " clients; Java " + Runtime.version() + ", "
                + Runtime.getRuntime().availableProcessors() + " processors");
        out.println("pool: " + options.pool.described(options));
        List<Check> checks = new ArrayList<>();
        for (Phase phase : PHASES) {
            if (options.phases.contains(phase.name())) {
                out.println("\n## " + phase.name() + "\n");
                checks.addAll(run(phase, options, out, progress));
            }
        }
        return checks.stream().allMatch(Check::passed) ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private static List<Check> run(Phase phase, ChaosOptions options, PrintStream out, Progress progress)
            throws Exception {
        try (Stage stage = Stage.open(options, out)) {
            progress.now(() -> phase.name() + ", phase " + (options.phases.indexOf(phase.name()) + 1) + " of "
                    + options.phases.size() + ": " + stage.tally().requests() + " requests");
            List<Check> checks = new ArrayList<>(phase.run(stage));
            stage.endLoad();
            checks.addAll(Verification.of(stage, phase.toll()));
            out.println("\n" + stage.tally().table());
            stage.tally().failuresByDetail().forEach((what, count) -> out.println(count + " x " + what));
            out.println(stage.exchanges().summary() + "\n");
            checks.forEach(out::println);
            Verification.explanations(stage, phase.toll()).forEach(each -> out.println("\n" + each));
            return checks;
        }
    }
}
