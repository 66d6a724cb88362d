package dev.sluice.lab.bench;

import dev.sluice.lab.Programs;
import java.io.IOException;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The load generator of nghttp2: requests of HTTP/2, without TLS, on a number of streams of each connection. */
final class H2load {
    private static final Pattern RATE = Pattern.compile("(?m)^finished in [^,]+, ([\\d.]+) req/s");

    private static final Pattern REQUESTS =
            Pattern.compile("(?m)^requests: .* (\\d+) done, (\\d+) succeeded, (\\d+) failed, (\\d+) errored");

    private static final Pattern STATUS =
            Pattern.compile("(?m)^status codes: \\d+ 2xx, (\\d+) 3xx, (\\d+) 4xx, (\\d+) 5xx");

    private H2load() {}

    /** Loads the server at this port of 127.0.0.1 for this time. There are no percentiles. */
    static LoadResult run(int port, String path, int connections, int streams, int seconds) throws IOException {
        return parse(Programs.output(
                Programs.require("h2load").toString(),
                "--clients=" + connections,
                "--max-concurrent-streams=" + streams,
                "--duration=" + seconds,
                // Large enough that the client's windows are not what is measured.
                "--window-bits=24",
                "--connection-window-bits=24",
                "http://127.0.0.1:" + port + path));
    }

    /**
     * @throws IllegalStateException if the text is not the output of h2load; the message shows the text
     */
    static LoadResult parse(String said) {
        MatchResult requests = require(REQUESTS, said);
        MatchResult status = require(STATUS, said);
        StringBuilder errors = new StringBuilder();
        ToolOutput.append(errors, requests.group(3), "failed");
        ToolOutput.append(errors, requests.group(4), "errored");
        ToolOutput.append(errors, status.group(1), "with 3xx");
        ToolOutput.append(errors, status.group(2), "with 4xx");
        ToolOutput.append(errors, status.group(3), "with 5xx");
        return new LoadResult(
                Long.parseLong(requests.group(2)),
                Double.parseDouble(require(RATE, said).group(1)),
                Double.NaN,
                Double.NaN,
                errors.toString());
    }

    private static MatchResult require(Pattern pattern, String said) {
        return ToolOutput.require("h2load", pattern, said);
    }
}
