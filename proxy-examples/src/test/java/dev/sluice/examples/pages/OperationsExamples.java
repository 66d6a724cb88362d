package dev.sluice.examples.pages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.server.ProxyServer;
import java.io.IOException;
import java.io.UncheckedIOException;

/** What the examples of {@code operations.md} do. */
final class OperationsExamples {
    private OperationsExamples() {}

    static void theProbesKnowOfALameDuck(Example example) throws Exception {
        ExampleClient client =
                example.replace("\"0.0.0.0\"", "\"127.0.0.1\"").run().running();
        ProxyServer server = example.value("server", ProxyServer.class);
        ExampleClient probes =
                new ExampleClient(example.value("probes", ProxyServer.class).address());
        assertThat(client.body("/a")).contains("GET /a");
        assertThat(probes.get("/live")).startsWith("HTTP/1.1 200 ");
        // A busy machine may not have asked a condition within its time.
        LimitExamples.await(() -> isReady(probes));
        assertThat(probes.body("/ready?verbose")).isEqualTo("ready\nwarm-up: met\nshop: met\nserver: met\n");
        Thread closing = new Thread(server::close);
        closing.start();
        while (server.ready()) {
            Thread.onSpinWait();
        }
        assertThat(probes.get("/ready")).startsWith("HTTP/1.1 503 ").endsWith("not ready: server\n");
        assertThat(probes.get("/live")).startsWith("HTTP/1.1 200 ");
        assertThat(client.body("/a")).contains("GET /a");
        // Ends the lame-duck time.
        closing.interrupt();
        closing.join(20_000);
        assertThat(closing.isAlive()).isFalse();
    }

    private static boolean isReady(ExampleClient probes) {
        try {
            return probes.get("/ready").startsWith("HTTP/1.1 200 ");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    static void aProbeNeedsNoPassword(Example example) throws Exception {
        ExampleClient client = example.run().started();
        assertThat(client.body("/live")).isEqualTo("alive\n");
        assertThat(client.body("/ready")).isEqualTo("ready\n");
        assertThat(client.get("/a")).startsWith("HTTP/1.1 401 ");
    }

    static void theLogIsWithoutProbes(Example example) throws Exception {
        String pool = "UpstreamPool pool = UpstreamPool.builder().addMember(\""
                + example.origin("http://pool").url() + "\").build();\n";
        ExampleProcess program = example.runAsProcess(pool);
        ExampleClient client = program.client();
        assertThat(client.body("/ready")).isEqualTo("ready\n");
        client.get("/first");
        assertThat(program.await("{")).contains("/first");
    }
}
