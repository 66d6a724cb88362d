package dev.sluice.examples.demo;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command line. If it is wrong, the demo ends with status 2 and one line before anything is started. */
@Command(
        name = "demo",
        sortOptions = false,
        description = {
            "A load-balancing proxy in front of three origins that are killed and started again.",
            "If URLs are given, it runs in front of those servers instead, and kills nothing.",
            ""
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:no request failed, or Ctrl-C ended it",
            "1:a request failed, or the demo could not start (for example, the port is in use)",
            "2:the command line is wrong"
        })
final class Options implements Callable<Integer> {
    private static final int MAX_CLIENTS = 1_000;

    @Option(names = "--port", paramLabel = "N", description = "The port; 0 for any free port. Default: 8080.")
    int port = 8080;

    @Option(
            names = "--page-port",
            paramLabel = "N",
            description = "The port of the live page; 0 for any free port. Default: 0.")
    int pagePort;

    @Option(
            names = "--clients",
            paramLabel = "N",
            description = "Number of the demo's own clients. Default: 20, or none if URLs are given.")
    @Nullable
    Integer clients;

    @Option(names = "--seconds", paramLabel = "N", description = "Ends after this time. Default: runs until Ctrl-C.")
    int seconds;

    @Option(names = "--no-chaos", description = "Does not kill origins.")
    boolean noChaos;

    @Option(names = "--help", usageHelp = true, description = "Shows this help.")
    boolean help;

    @Parameters(paramLabel = "URL", description = "A server to send requests to, such as http://127.0.0.1:9000.")
    List<String> upstreams = new ArrayList<>();

    private final Demonstration demonstration;

    private Options(Demonstration demonstration) {
        this.demonstration = demonstration;
    }

    /** Runs the demo with options that have been checked. */
    interface Demonstration {
        /**
         * Runs to the end.
         *
         * @return the exit status
         * @throws IllegalArgumentException if an option cannot be used after all; the message names it
         * @throws UncheckedIOException if it cannot start; the message says why
         */
        int run(Options options) throws Exception;
    }

    /**
     * Parses the command line and runs {@code demonstration}.
     *
     * @param complaints receives one line that says what is wrong
     * @return the exit status
     */
    static int run(String[] args, Consumer<String> complaints, Demonstration demonstration) {
        CommandLine line = new CommandLine(new Options(demonstration));
        line.setParameterExceptionHandler((wrong, given) -> {
            complaints.accept("demo: " + wrong.getMessage() + ". Try --help.");
            return ExitCode.USAGE;
        });
        line.setExecutionExceptionHandler((failure, command, given) -> {
            boolean usage = failure instanceof IllegalArgumentException;
            if (!usage && !(failure instanceof UncheckedIOException)) {
                throw failure;
            }
            complaints.accept("demo: " + failure.getMessage());
            return usage ? ExitCode.USAGE : ExitCode.SOFTWARE;
        });
        return line.execute(args);
    }

    /** The number of the demo's own clients. */
    int clients() {
        return clients != null ? clients : fronts() ? 0 : 20;
    }

    /** Returns whether it runs in front of given servers instead of its own. */
    boolean fronts() {
        return !upstreams.isEmpty();
    }

    @Override
    public Integer call() throws Exception {
        requireRange("--port", port, 0, 65_535);
        requireRange("--page-port", pagePort, 0, 65_535);
        requireRange("--clients", clients(), 0, MAX_CLIENTS);
        requireRange("--seconds", seconds, 0, Integer.MAX_VALUE);
        return demonstration.run(this);
    }

    private void requireRange(String option, int value, int from, int to) {
        if (value < from || value > to) {
            String range = to == Integer.MAX_VALUE ? from + " or more" : from + " to " + to;
            throw new IllegalArgumentException(option + " must be " + range + ": " + value);
        }
    }
}
