package dev.sluice.lab.bench;

import dev.sluice.lab.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The load generator wrk, with a thread for each processor, but at least two. */
final class Wrk implements Load {
    /** wrk counts slower answers as errors. The value is high, because the latency shows slow answers anyway. */
    private static final String TIMEOUT = "30s";

    /** Puts a number behind each path that no other request has: of the load, of the thread, of the request. */
    private static final String NUMBERED = """
            local threads = 0
            function setup(thread) thread:set("id", threads) threads = threads + 1 end
            function init(args) prefix = wrk.path .. args[1] .. "-" .. id .. "-" count = 0 end
            function request() count = count + 1 return wrk.format("GET", prefix .. count) end
            """;

    private final String scheme;

    /** Loads over {@code http} or {@code https}; it trusts every certificate. */
    Wrk(String scheme) {
        this.scheme = scheme;
    }

    @Override
    public LoadResult run(int port, String path, int connections, int seconds) throws IOException {
        int threads = Math.min(connections, Math.max(2, Runtime.getRuntime().availableProcessors()));
        List<String> command = new ArrayList<>(List.of(
                Programs.require("wrk").toString(),
                "--threads",
                String.valueOf(threads),
                "--connections",
                String.valueOf(connections),
                "--duration",
                seconds + "s",
                "--timeout",
                TIMEOUT,
                "--latency"));
        String url = scheme + "://127.0.0.1:" + port + path;
        if (!path.endsWith(NUMBER)) {
            command.add(url);
            return WrkOutput.parse(Programs.output(command.toArray(String[]::new)));
        }
        Path script = Files.writeString(Files.createTempFile("sluice-bench", ".lua"), NUMBERED);
        try {
            command.addAll(List.of("--script", script.toString(), url, "--", String.valueOf(System.nanoTime())));
            return WrkOutput.parse(Programs.output(command.toArray(String[]::new)));
        } finally {
            Files.delete(script);
        }
    }
}
