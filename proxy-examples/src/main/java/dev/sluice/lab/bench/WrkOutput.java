package dev.sluice.lab.bench;

import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what {@code wrk --latency} prints. */
final class WrkOutput {
    private static final Pattern REQUESTS = Pattern.compile("(?m)^ *(\\d+) requests in ");
    private static final Pattern RATE = Pattern.compile("(?m)^Requests/sec: +([\\d.]+)$");
    private static final Pattern P50 = Pattern.compile("(?m)^ +50% +([\\d.]+)([a-z]+) *$");
    private static final Pattern P99 = Pattern.compile("(?m)^ +99% +([\\d.]+)([a-z]+) *$");
    private static final Pattern SOCKETS =
            Pattern.compile("Socket errors: connect (\\d+), read (\\d+), write (\\d+), timeout (\\d+)");
    private static final Pattern STATUS = Pattern.compile("Non-2xx or 3xx responses: (\\d+)");

    private WrkOutput() {}

    /**
     * @throws IllegalStateException if the text is not the output of wrk; the message shows the text
     */
    static LoadResult parse(String said) {
        return new LoadResult(
                Long.parseLong(ToolOutput.require("wrk", REQUESTS, said).group(1)),
                Double.parseDouble(ToolOutput.require("wrk", RATE, said).group(1)),
                micros(ToolOutput.require("wrk", P50, said)),
                micros(ToolOutput.require("wrk", P99, said)),
                errors(said));
    }

    private static String errors(String said) {
        StringBuilder errors = new StringBuilder();
        Matcher sockets = SOCKETS.matcher(said);
        if (sockets.find()) {
            ToolOutput.append(errors, sockets.group(1), "not connected");
            ToolOutput.append(errors, sockets.group(2), "reads failed");
            ToolOutput.append(errors, sockets.group(3), "writes failed");
            ToolOutput.append(errors, sockets.group(4), "timeouts");
        }
        Matcher status = STATUS.matcher(said);
        if (status.find()) {
            ToolOutput.append(errors, status.group(1), "not 2xx");
        }
        return errors.toString();
    }

    private static double micros(MatchResult time) {
        double value = Double.parseDouble(time.group(1));
        return switch (time.group(2)) {
            case "us" -> value;
            case "ms" -> value * 1e3;
            case "s" -> value * 1e6;
            case "m" -> value * 60e6;
            default -> throw new IllegalStateException("not a unit of time: " + time.group());
        };
    }
}
