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
                Long.parseLong(require(REQUESTS, said).group(1)),
                Double.parseDouble(require(RATE, said).group(1)),
                micros(require(P50, said)),
                micros(require(P99, said)),
                errors(said));
    }

    private static String errors(String said) {
        StringBuilder errors = new StringBuilder();
        Matcher sockets = SOCKETS.matcher(said);
        if (sockets.find()) {
            append(errors, sockets.group(1), "not connected");
            append(errors, sockets.group(2), "reads failed");
            append(errors, sockets.group(3), "writes failed");
            append(errors, sockets.group(4), "timeouts");
        }
        Matcher status = STATUS.matcher(said);
        if (status.find()) {
            append(errors, status.group(1), "not 2xx");
        }
        return errors.toString();
    }

    private static void append(StringBuilder errors, String count, String what) {
        if (!count.equals("0")) {
            errors.append(errors.isEmpty() ? "" : ", ")
                    .append(count)
                    .append(' ')
                    .append(what);
        }
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

    private static MatchResult require(Pattern pattern, String said) {
        Matcher matcher = pattern.matcher(said);
        if (!matcher.find()) {
            throw new IllegalStateException("wrk said: " + said.strip());
        }
        return matcher;
    }
}
