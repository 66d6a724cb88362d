package dev.sluice.lab.chaos;

import dev.sluice.lab.LabOptions;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line. If it is wrong, the benchmark ends with status 2 and one line before anything is started. */
@Command(
        name = "chaos",
        sortOptions = false,
        description = {
            "Checks what the clients of a pool see. The pool has three origins, each its own process. They are"
                    + " killed, stopped, slowed, restarted and made to reset requests at random (chaos); one answers"
                    + " with 500 (errors); all reset a tenth of the requests (resets); one stops for 3 s (stops);"
                    + " they are replaced one by one (deploy); or the topology is updated all the time (updates).",
            ""
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:all checks have passed", "1:a check has failed", "2:the command line is wrong"})
final class ChaosOptions extends LabOptions {
    private static final List<String> PHASES = List.of("chaos", "errors", "resets", "stops", "deploy", "updates");

    @Option(
            names = "--phases",
            split = ",",
            paramLabel = "NAME",
            description = "chaos, errors, resets, stops, deploy, updates. Default: all.")
    List<String> phases = PHASES;

    @Option(
            names = "--pool",
            paramLabel = "NAME",
            description =
                    "The pool's settings: chaos, made for such faults, or those of the README: fifteen_lines, balancer."
                            + " Default: chaos.")
    PoolSetup pool = PoolSetup.CHAOS;

    @Option(names = "--seconds", paramLabel = "N", description = "Length of the chaos. Default: 300.")
    int seconds = 300;

    @Option(
            names = "--harm-seconds",
            paramLabel = "N",
            description = "Length of errors, resets and stops; each happens at least once. Default: 60.")
    int harmSeconds = 60;

    @Option(
            names = "--harm",
            paramLabel = "MS",
            description =
                    "How long the errors or resets last each time, in milliseconds; a stop lasts 3 s. Default: 10000.")
    int harmMillis = 10_000;

    @Option(
            names = "--deploy-seconds",
            paramLabel = "N",
            description = "Length of deploy: all three origins are replaced repeatedly, at least once. Default: 60.")
    int deploySeconds = 60;

    @Option(names = "--update-seconds", paramLabel = "N", description = "Length of the updates. Default: 60.")
    int updateSeconds = 60;

    @Option(names = "--updates", paramLabel = "N", description = "Updates of the topology per second. Default: 100.")
    int updates = 100;

    @Option(names = "--rate", paramLabel = "N", description = "Requests per second. Default: 400.")
    int rate = 400;

    @Option(names = "--clients", paramLabel = "N", description = "Clients, each with one connection. Default: 64.")
    int clients = 64;

    @Option(
            names = "--slow-start",
            paramLabel = "MS",
            description = "Length of the slow start of a member that has come back, in milliseconds. Default: 5000.")
    int slowStartMillis = 5_000;

    @Option(
            names = "--settle",
            paramLabel = "MS",
            description =
                    "Time without an event of the pool before shares are counted. It must be longer than an earlier"
                            + " request or probe can take to fail. Default: 2000.")
    int settleMillis = 2_000;

    @Option(
            names = "--share-requests",
            paramLabel = "N",
            description = "Requests after each recovery that are counted for the shares. Default: 2000.")
    int shareRequests = 2_000;

    @Option(names = "--no-hedge", description = "Switches hedging off, so that only retries help against slow origins.")
    boolean noHedge;

    @Option(names = "--seed", paramLabel = "N", description = "Seed of the random choices. Default: random.")
    long seed = ThreadLocalRandom.current().nextInt(1_000_000);

    @Option(names = "--events", description = "Prints the pool's events too.")
    boolean events;

    @Override
    protected void check() {
        for (String phase : phases) {
            requireOneOf("--phases", phase, PHASES);
        }
        requirePositive("--seconds", seconds);
        requirePositive("--harm-seconds", harmSeconds);
        requirePositive("--harm", harmMillis);
        requirePositive("--deploy-seconds", deploySeconds);
        requirePositive("--update-seconds", updateSeconds);
        requirePositive("--updates", updates);
        requirePositive("--rate", rate);
        requirePositive("--clients", clients);
        requirePositive("--slow-start", slowStartMillis);
        requirePositive("--settle", settleMillis);
        requirePositive("--share-requests", shareRequests);
    }
}
