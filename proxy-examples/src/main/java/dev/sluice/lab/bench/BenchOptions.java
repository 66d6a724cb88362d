package dev.sluice.lab.bench;

import dev.sluice.lab.LabOptions;
import dev.sluice.lab.Programs;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line. If it is wrong, the benchmark ends with status 2 and one line before anything is started. */
@Command(
        name = "bench",
        sortOptions = false,
        description = {"Loads proxies in turn and prints medians. docs/benchmarks.md explains the scenarios.", ""},
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:all rows are valid",
            "1:a row has errors, or something could not be started",
            "2:the command line is wrong"
        })
final class BenchOptions extends LabOptions {
    @Option(
            names = "--scenario",
            split = ",",
            paramLabel = "NAME",
            description =
                    "${COMPLETION-CANDIDATES}; engine for connections, latency, tls, start and idle. Default: small.",
            completionCandidates = Scenarios.Names.class)
    List<String> scenarios = List.of("small");

    @Option(
            names = "--proxies",
            split = ",",
            paramLabel = "NAME",
            description = "nginx, haproxy, undertow, bare, or LISTENER/UPSTREAM, each jdk or direct; add @FLAG for each"
                    + " flag of this proxy's JVM. One that this machine has not is left out."
                    + " Default: nginx, haproxy, undertow, bare, direct/direct, jdk/jdk.")
    List<String> proxies = List.of("nginx", "haproxy", "undertow", "bare", "direct/direct", "jdk/jdk");

    @Option(names = "--connections", paramLabel = "N", description = "Connections of small. Default: 64.")
    int connections = 64;

    @Option(names = "--rounds", paramLabel = "N", description = "Number of rounds; their median is shown. Default: 5.")
    int rounds = 5;

    @Option(names = "--seconds", paramLabel = "N", description = "Length of one load. Default: 5.")
    int seconds = 5;

    @Option(names = "--warmup", paramLabel = "N", description = "Seconds of load before the rounds. Default: 10.")
    int warmup = 10;

    @Option(
            names = "--jdk",
            paramLabel = "PATH",
            description = "Home or java of the JDK for the proxies. Default: the running JDK.")
    @Nullable
    String jdk;

    @Option(
            names = "--jvm",
            paramLabel = "FLAGS",
            description = "Flags of the proxies' JVM, separated by spaces. Default: ${DEFAULT-VALUE}.")
    String jvm = "-XX:+UseSerialGC -Xmx512m -Xmn64m";

    @Option(names = "--origin", paramLabel = "KIND", description = "nginx or embedded. Default: nginx if installed.")
    String origin = Programs.has("nginx") ? "nginx" : "embedded";

    @Option(names = "--load", paramLabel = "KIND", description = "wrk or embedded. Default: wrk if installed.")
    String load = Programs.has("wrk") ? "wrk" : "embedded";

    @Option(
            names = "--svg",
            paramLabel = "FOLDER",
            description = "Also draws each table into this folder, a file for each.")
    @Nullable
    Path svg;

    @Option(
            names = "--page",
            paramLabel = "FILE",
            description =
                    "Measures nothing, and draws the tables of this page that are marked, into the folder of --svg.")
    @Nullable
    Path page;

    @Option(names = "--profile", description = "Writes a profile of each proxy's JVM to the working directory.")
    boolean profile;

    @Override
    protected void check() {
        requirePositive("--connections", connections);
        requirePositive("--rounds", rounds);
        requirePositive("--seconds", seconds);
        requirePositive("--warmup", warmup);
        if (page != null && svg == null) {
            throw new IllegalArgumentException("--page needs --svg, the folder of the pictures: " + page);
        }
        requireOneOf("--origin", origin, List.of("nginx", "embedded"));
        requireOneOf("--load", load, List.of("wrk", "embedded"));
        for (String scenario : scenarios) {
            requireOneOf("--scenario", scenario, Scenarios.names());
        }
        for (String proxy : proxies) {
            requireOneOf("--proxies", Subject.kind(proxy), Subject.NAMES);
            if (!Subject.isJava(proxy) && !Subject.NATIVE.contains(proxy)) {
                throw new IllegalArgumentException(
                        "--proxies: " + Subject.kind(proxy) + " has no JVM to take a flag: " + proxy);
            }
        }
    }
}
