package dev.sluice.proxy.testing.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FakeGatewayTest {
    private final HttpClient client = HttpClient.newHttpClient();

    private HttpResponse<String> get(URI uri) throws Exception {
        return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> get(FakeGateway gateway, String path) throws Exception {
        return get(gateway.uri().resolve(path));
    }

    @Test
    void aStubAnswersTheRequestsThatItMatches() throws Exception {
        try (FakeGateway gateway = FakeGateway.start()) {
            gateway.on("GET /users/{id}").answers("Anna");
            gateway.on("GET /users/9").answers(404, "nobody");
            assertThat(get(gateway, "/users/7").body()).isEqualTo("Anna");
            assertThat(get(gateway, "/users/9").statusCode()).isEqualTo(404);
            gateway.verify("GET /users/7");
            gateway.verify(2, "GET /users/{id}");
        }
    }

    @Test
    void anAnswerMayBeAFunctionOfTheRequest() throws Exception {
        try (FakeGateway gateway = FakeGateway.start()) {
            gateway.on("/users/{id}").answersBy(request -> Answer.ok("user " + request.variable("id")));
            assertThat(get(gateway, "/users/a%20b").body()).isEqualTo("user a b");
        }
    }

    @Test
    void aSequenceFailsAndThenAnswers() throws Exception {
        try (FakeGateway gateway = FakeGateway.start()) {
            gateway.on("GET /").fails(2, Fault.CLOSE.inHead(9)).then("hello");
            assertThatThrownBy(() -> get(gateway, "/")).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> get(gateway, "/")).isInstanceOf(IOException.class);
            assertThat(get(gateway, "/").body()).isEqualTo("hello");
        }
    }

    @Test
    void theSamePortSpeaksHttps() throws Exception {
        try (FakeGateway gateway = FakeGateway.start()) {
            gateway.on("GET /").answers("hello");
            HttpClient trusting =
                    HttpClient.newBuilder().sslContext(gateway.clientTls()).build();
            HttpResponse<String> response = trusting.send(
                    HttpRequest.newBuilder(gateway.httpsUri().resolve("/")).build(), BodyHandlers.ofString());
            assertThat(response.body()).isEqualTo("hello");
            assertThat(get(gateway, "/").body()).isEqualTo("hello");
        }
    }

    @Test
    void aRequestThatNoStubMatchesFailsTheTestAtItsEnd() throws Exception {
        FakeGateway gateway = FakeGateway.start();
        gateway.on(RequestMatch.of("POST /users").body("Anna")).answers(201);
        assertThat(get(gateway, "/users").statusCode()).isEqualTo(404);
        assertThatThrownBy(gateway::close)
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("no stub answers #1 GET /users\n")
                .hasMessageEndingWith("""
                        The nearest stub is POST /users, body "Anna":
                          method: expected POST, but was GET
                          body: expected "Anna", but was ""

                        Received:
                          #1 GET /users (no stub)\
                        """);
    }
}
