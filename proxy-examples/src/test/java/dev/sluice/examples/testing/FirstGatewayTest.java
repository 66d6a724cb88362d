package dev.sluice.examples.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sluice.proxy.testing.gateway.Answer;
import dev.sluice.proxy.testing.junit.GatewayExtension;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class FirstGatewayTest {
    @RegisterExtension
    final GatewayExtension gateway = GatewayExtension.create();

    @Test
    void getsAnOrder() throws Exception {
        gateway.on("GET /orders/{id}").answers(Answer.json("{\"item\": \"tea\"}"));
        HttpRequest request = HttpRequest.newBuilder(gateway.uri("/orders/7")).build();
        String body = HttpClient.newHttpClient()
                .send(request, BodyHandlers.ofString())
                .body();
        assertEquals("{\"item\": \"tea\"}", body);
        gateway.verify("GET /orders/7");
    }
}
