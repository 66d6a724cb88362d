package dev.sluice.clients.five;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.testing.gateway.Answer;
import dev.sluice.proxy.testing.gateway.FakeGateway;
import dev.sluice.proxy.testing.gateway.Fault;
import dev.sluice.proxy.testing.gateway.RequestMatch;
import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SluiceFiveTest {
    private final FakeGateway gateway = FakeGateway.start();
    private final Client client = new Client(gateway.uri().toString());

    @AfterEach
    void close() {
        gateway.close();
    }

    @Test
    void anOrderIsPlaced() throws Exception {
        gateway.on(RequestMatch.of("POST /orders").body("tea")).answers(201, "order 1");
        assertThat(client.post("/orders", "tea").body()).isEqualTo("order 1");
        gateway.verify(1, RequestMatch.of("POST /orders").header("X-Tenant", "7"));
    }

    @Test
    void aBusyServerIsAskedAgain() throws Exception {
        gateway.on("GET /orders/{id}").answers(Answer.of(503), Answer.of(503), Answer.ok("tea"));
        assertThat(client.patient("/orders/1")).isEqualTo("tea");
        gateway.verify(3, "GET /orders/1");
    }

    @Test
    void anAnswerThatBreaksOffIsAFailure() {
        gateway.on("GET /orders/{id}").answers(Answer.ok("tea").with(Fault.RESET.inBody(2)));
        assertThatThrownBy(() -> client.get("/orders/1")).isInstanceOf(IOException.class);
    }

    @Test
    void aSlowServerIsGivenUp() {
        gateway.on("GET /orders/{id}").answers(Answer.ok("tea").delay(Duration.ofSeconds(5)));
        assertThatThrownBy(() -> client.get("/orders/1")).isInstanceOf(HttpTimeoutException.class);
    }

    @Test
    void aRequestThatNobodyExpectsIsShown() throws Exception {
        gateway.on(RequestMatch.of("POST /orders").body("tea")).answers(201);
        client.post("/orders", "coffee");
        assertThatThrownBy(gateway::verifyMatched).hasMessageContaining("expected \"tea\", but was \"coffee\"");
    }
}
