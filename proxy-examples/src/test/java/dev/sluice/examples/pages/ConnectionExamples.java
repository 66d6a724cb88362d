package dev.sluice.examples.pages;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ThreadPoolExecutor;

/** What the examples of {@code connections.md} do. */
final class ConnectionExamples {
    private ConnectionExamples() {}

    static void theServerServes(Example example) throws Exception {
        assertThat(example.run().started().body("/a")).contains("GET /a");
    }

    static void theThreadsServe(Example example) throws Exception {
        assertThat(example.run().started().body("/a")).contains("GET /a");
        ThreadPoolExecutor threads = example.value("threads", ThreadPoolExecutor.class);
        assertThat(threads.getLargestPoolSize()).isPositive();
    }
}
