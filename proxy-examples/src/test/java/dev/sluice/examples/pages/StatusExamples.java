package dev.sluice.examples.pages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.status.StatusPage;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.TestClient;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** What the examples of {@code status.md} do. */
final class StatusExamples {
    private StatusExamples() {}

    static void thePageListens(Example example) throws Exception {
        example.replace("listen(9901)", "listen(0)").run();
        boolean named = example.has("local");
        ProxyServer listening = example.value(named ? "local" : "page", ProxyServer.class);
        assertThat(read(listening, "/")).contains("<!DOCTYPE html>");
        assertThat(read(listening, "/data")).contains("\"pools\":[{\"name\":\"pool\"");
    }

    private static String read(ProxyServer server, String path) throws Exception {
        try (InputStream stream = server.uri().resolve(path).toURL().openStream()) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    static void thePageIsGuarded(Example example) throws Exception {
        ExampleClient client = example.run().running();
        client.body("/a");
        assertThat(client.get("/status/")).startsWith("HTTP/1.1 401 ");
        TestClient staff = TestClient.of(example.value("page", StatusPage.class));
        String data = staff.send("GET", "/status/data", Headers.of("Host", "ops.example.com"), new byte[0])
                .text();
        assertThat(data).contains("\"title\":\"shop gateway\"", "\"requests\":2", "\"name\":\"origins\"");
    }

    static void aMemberIsDrained(Example example) throws Exception {
        TestClient viewer = TestClient.of(example.run().value("page", StatusPage.class));
        String data = viewer.send("GET", "/data", Headers.of("Host", "localhost"), new byte[0])
                .text();
        String token = data.replaceAll(".*\"token\":\"(\\w+)\".*", "$1");
        String member = data.replaceAll(".*\"members\":\\[\\{\"id\":\"([^\"]+)\".*", "$1");
        assertThat(viewer.send(
                                "POST",
                                "/action",
                                Headers.of("Host", "localhost", "X-Sluice-Token", token),
                                ("action=drain&pool=pool&member=" + member).getBytes(StandardCharsets.UTF_8))
                        .text())
                .isEqualTo("{\"done\":\"pool pool: " + member + " is drained\"}");
    }
}
