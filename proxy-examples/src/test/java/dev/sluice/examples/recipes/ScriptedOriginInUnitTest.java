package dev.sluice.examples.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.testing.ScriptedOrigin;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestResponse;
import org.junit.jupiter.api.Test;

/**
 * A recipe: test what your gateway does with a server that misbehaves. The script runs on each connection, byte by
 * byte, over a real socket.
 */
class ScriptedOriginInUnitTest {
    @Test
    void aTruncatedResponseIsNotComplete() throws Exception {
        try (ScriptedOrigin origin = ScriptedOrigin.start(connection -> {
            connection.readHead();
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this");
            // The connection is closed when the script ends.
        })) {
            TestResponse response = gateway(origin).get("/report");

            assertThat(response.text()).isEqualTo("only this");
            assertThat(response.failure()).isNotNull();
        }
    }

    @Test
    void aMalformedResponseGives502() throws Exception {
        try (ScriptedOrigin origin = ScriptedOrigin.start(connection -> {
            connection.readHead();
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxy");
        })) {
            TestResponse response = gateway(origin).get("/report");

            assertThat(response.status()).isEqualTo(502);
            assertThat(response.record().outcome()).isEqualTo(Outcome.BAD_RESPONSE);
        }
    }

    @Test
    void theServerGetsExactlyTheseBytes() throws Exception {
        try (ScriptedOrigin origin = ScriptedOrigin.start(connection -> {
            connection.readHead();
            connection.write("HTTP/1.1 204 No Content\r\n\r\n");
        })) {
            gateway(origin).get("/report?year=2026");

            assertThat(origin.requests())
                    .singleElement()
                    .asString()
                    .startsWith("GET /report?year=2026 HTTP/1.1\r\n")
                    .contains("\r\nX-Forwarded-For: 127.0.0.1\r\n");
        }
    }

    private static TestClient gateway(ScriptedOrigin origin) {
        Pipeline pipeline = Pipeline.builder()
                .addRoute("/**", ReverseProxy.to(origin.uri().toString()))
                .build();
        return TestClient.of(pipeline);
    }
}
