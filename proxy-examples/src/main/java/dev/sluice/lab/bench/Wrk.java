package dev.sluice.lab.bench;

import dev.sluice.lab.Programs;

/** The load generator wrk, with a thread for each processor, but at least two. */
final class Wrk implements Load {
    /** wrk counts slower answers as errors. The value is high, because the latency shows slow answers anyway. */
    private static final String TIMEOUT = "30s";

    @Override
    public LoadResult run(int port, String path, int connections, int seconds) {
        int threads = Math.min(connections, Math.max(2, Runtime.getRuntime().availableProcessors()));
        String said = Programs.output(
                Programs.require("wrk").toString(),
                "--threads",
                String.valueOf(threads),
                "--connections",
                String.valueOf(connections),
                "--duration",
                seconds + "s",
                "--timeout",
                TIMEOUT,
                "--latency",
                "http://127.0.0.1:" + port + path);
        return WrkOutput.parse(said);
    }
}
