package dev.sluice.lab.bench;

import dev.sluice.lab.Programs;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The load generator of nghttp2: requests of HTTP/2, without TLS, on a number of streams of each connection; or of HTTP/1.1. */
final class H2load {
    private static final Pattern RATE = Pattern.compile("(?m)^finished in [^,]+, ([\\d.]+) req/s");

    private static final Pattern REQUESTS =
            Pattern.compile("(?m)^requests: .* (\\d+) done, (\\d+) succeeded, (\\d+) failed, (\\d+) errored");

    private static final Pattern STATUS =
            Pattern.compile("(?m)^status codes: \\d+ 2xx, (\\d+) 3xx, (\\d+) 4xx, (\\d+) 5xx");

    private static final Pattern TIMES =
            Pattern.compile("(?m)^time for request: +([\\d.]+)(us|ms|s) +([\\d.]+)(us|ms|s) ");

    private H2load() {}

    /** Loads the server at this port of 127.0.0.1 for this time. There are no percentiles. */
    static LoadResult run(int port, String path, int connections, int streams, int seconds) throws IOException {
        return parse(output(
                port,
                path,
                "--clients=" + connections,
                "--max-concurrent-streams=" + streams,
                "--duration=" + seconds));
    }

    /**
     * Makes this number of requests at once on the streams of one connection.
     *
     * @param options more options of h2load
     */
    static Burst burst(int port, String path, int requests, String... options) throws IOException {
        List<String> all = new ArrayList<>(List.of(options));
        all.addAll(List.of("--clients=1", "--max-concurrent-streams=" + requests, "--requests=" + requests));
        return parseBurst(requests, output(port, path, all.toArray(String[]::new)));
    }

    /**
     * The times of requests that began together.
     *
     * @param fastest the seconds from the start until the end of the first response
     * @param slowest the same of the last one
     * @param errors as in {@link LoadResult}
     */
    record Burst(int requests, double fastest, double slowest, String errors) {
        /** The same as a load, without percentiles. */
        LoadResult load() {
            return new LoadResult(requests, requests / slowest, Double.NaN, Double.NaN, errors);
        }
    }

    private static String output(int port, String path, String... options) throws IOException {
        List<String> command =
                new ArrayList<>(List.of(Programs.require("h2load").toString()));
        command.addAll(List.of(options));
        // Large enough that the client's windows are not what is measured.
        command.addAll(List.of("--window-bits=24", "--connection-window-bits=24", "http://127.0.0.1:" + port + path));
        return Programs.output(command.toArray(String[]::new));
    }

    /**
     * @throws IllegalStateException if the text is not the output of h2load; the message shows the text
     */
    static LoadResult parse(String said) {
        return new LoadResult(
                Long.parseLong(require(REQUESTS, said).group(2)),
                Double.parseDouble(require(RATE, said).group(1)),
                Double.NaN,
                Double.NaN,
                errors(said));
    }

    /** The same for {@link #burst}. */
    static Burst parseBurst(int asked, String said) {
        String errors = errors(said);
        MatchResult times = require(TIMES, said);
        return new Burst(asked, seconds(times, 1), seconds(times, 3), errors);
    }

    private static double seconds(MatchResult times, int group) {
        double number = Double.parseDouble(times.group(group));
        return switch (times.group(group + 1)) {
            case "us" -> number / 1e6;
            case "ms" -> number / 1e3;
            default -> number;
        };
    }

    private static String errors(String said) {
        MatchResult requests = require(REQUESTS, said);
        MatchResult status = require(STATUS, said);
        StringBuilder errors = new StringBuilder();
        ToolOutput.append(errors, requests.group(3), "failed");
        ToolOutput.append(errors, requests.group(4), "errored");
        ToolOutput.append(errors, status.group(1), "with 3xx");
        ToolOutput.append(errors, status.group(2), "with 4xx");
        ToolOutput.append(errors, status.group(3), "with 5xx");
        return errors.toString();
    }

    private static MatchResult require(Pattern pattern, String said) {
        return ToolOutput.require("h2load", pattern, said);
    }
}
