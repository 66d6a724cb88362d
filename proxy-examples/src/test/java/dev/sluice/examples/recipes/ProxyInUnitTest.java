package dev.sluice.examples.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestResponse;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;

/** A recipe: a gateway inside a unit test, with a fake for the service behind it. */
class ProxyInUnitTest {
    private final FakeUpstream service = FakeUpstream.named("service");

    /** Without sockets, on the test's own thread. */
    @Test
    void theGatewayTellsTheServiceTheClientsAddress() throws Exception {
        service.answer(200, "hello");
        Pipeline gateway =
                Pipeline.builder().addRoute("/**", ReverseProxy.to(service)).build();

        TestResponse response = TestClient.of(gateway).get("/greeting");

        assertThat(response.text()).isEqualTo("hello");
        assertThat(service.requests()).singleElement().satisfies(received -> {
            assertThat(received.target().path()).isEqualTo("/greeting");
            assertThat(received.headers().first("X-Forwarded-For")).contains("127.0.0.1");
        });
    }

    @Test
    void aServiceThatIsGoneGives502() throws Exception {
        service.fail(Outcome.CONNECT_FAILED, Delivery.NOT_SENT);
        Pipeline gateway =
                Pipeline.builder().addRoute("/**", ReverseProxy.to(service)).build();

        TestResponse response = TestClient.of(gateway).get("/greeting");

        assertThat(response.status()).isEqualTo(502);
        assertThat(response.record().outcome()).isEqualTo(Outcome.CONNECT_FAILED);
    }

    /** Over a real socket, for code under test that has its own HTTP client. */
    @Test
    void theCodeUnderTestUsesAFakeGateway() throws Exception {
        service.answer(200, "hello");
        try (ProxyServer gateway = ProxyServer.builder()
                .addRoute("/**", ReverseProxy.to(service))
                .build()
                .start()) {
            URI uri = gateway.uri().resolve("/greeting");
            HttpRequest request = HttpRequest.newBuilder(uri).build();
            String answer = HttpClient.newHttpClient()
                    .send(request, BodyHandlers.ofString())
                    .body();

            assertThat(answer).isEqualTo("hello");
        }
        assertThat(service.requests()).hasSize(1);
    }
}
