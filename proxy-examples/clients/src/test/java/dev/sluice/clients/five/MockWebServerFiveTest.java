package dev.sluice.clients.five;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.util.concurrent.TimeUnit;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MockWebServerFiveTest {
    private final MockWebServer server = new MockWebServer();
    private Client client;

    @BeforeEach
    void open() throws IOException {
        server.start();
        client = new Client(server.url("/").toString());
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void anOrderIsPlaced() throws Exception {
        server.enqueue(new MockResponse.Builder().code(201).body("order 1").build());
        assertThat(client.post("/orders", "tea").body()).isEqualTo("order 1");
        RecordedRequest request = server.takeRequest();
        assertThat(request.getRequestLine()).startsWith("POST /orders ");
        assertThat(request.getHeaders().get("X-Tenant")).isEqualTo("7");
        assertThat(request.getBody().utf8()).isEqualTo("tea");
    }

    @Test
    void aBusyServerIsAskedAgain() throws Exception {
        server.enqueue(new MockResponse.Builder().code(503).build());
        server.enqueue(new MockResponse.Builder().code(503).build());
        server.enqueue(new MockResponse.Builder().body("tea").build());
        assertThat(client.patient("/orders/1")).isEqualTo("tea");
        for (int i = 0; i < 3; i++) {
            assertThat(server.takeRequest().getRequestLine()).startsWith("GET /orders/1 ");
        }
    }

    @Test
    void anAnswerThatBreaksOffIsAFailure() {
        server.enqueue(new MockResponse.Builder().body("tea")
                .onResponseBody(new SocketEffect.CloseSocket()).build());
        assertThatThrownBy(() -> client.get("/orders/1")).isInstanceOf(IOException.class);
    }

    @Test
    void aSlowServerIsGivenUp() {
        server.enqueue(new MockResponse.Builder().body("tea").headersDelay(5, TimeUnit.SECONDS).build());
        assertThatThrownBy(() -> client.get("/orders/1")).isInstanceOf(HttpTimeoutException.class);
    }

    @Test
    void aRequestThatNobodyExpectsIsShown() throws Exception {
        server.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                boolean expected = request.getUrl().encodedPath().equals("/orders")
                        && request.getBody().utf8().equals("tea");
                return new MockResponse.Builder().code(expected ? 201 : 404)
                        .body(expected ? "" : "expected tea, but was " + request.getBody().utf8()).build();
            }
        });
        assertThat(client.post("/orders", "coffee").body()).isEqualTo("expected tea, but was coffee");
    }
}
