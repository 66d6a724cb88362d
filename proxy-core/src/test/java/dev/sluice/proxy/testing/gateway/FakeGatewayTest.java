package dev.sluice.proxy.testing.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.testing.RawConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
    void whatNobodyCanMeanIsRefused() {
        try (FakeGateway without = FakeGateway.withoutSocket()) {
            for (String id : new String[] {"", "a b", "ü", "a.", ".a"}) {
                assertThatThrownBy(() -> without.upstream(id))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("id must be a part of a host name: \"" + id + "\"");
            }
            for (String name : new String[] {"*.test", "a b", "a/b", "http://x"}) {
                assertThatThrownBy(() -> without.serverName(name)).isInstanceOf(IllegalArgumentException.class);
            }
            assertThatThrownBy(() -> without.next(Duration.ofMillis(-5)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("timeout");
            Stub stub = without.on("/").answers(200);
            assertThatThrownBy(() -> stub.answers(Answer.ok(), (Answer) null))
                    .isInstanceOf(NullPointerException.class)
                    .hasMessage("answer");
        }
        assertThat(FakeGateway.withoutSocket()).hasToString("FakeGateway[without a socket, 0 received]");
        FakeGateway gateway = FakeGateway.start();
        for (String path : new String[] {"/a#f", "/ü"}) {
            assertThatThrownBy(() -> gateway.uri(path))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("path must have no fragment (#), and escapes for what is not ASCII: \"" + path + "\"");
        }
        gateway.close();
        assertThat(gateway).hasToString("FakeGateway[closed, 0 received]");
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

    @Test
    void aRequestThatIsNoHttpFailsTheTestAtItsEnd() throws Exception {
        FakeGateway gateway = FakeGateway.start();
        gateway.otherwise(Answer.ok());
        try (RawConnection client = RawConnection.connect(gateway.address())) {
            client.write("G(T / HTTP/1.1\r\n\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 400 ");
        }
        String received = gateway.received().get(0).toString();
        assertThat(received).startsWith("#1 malformed: ");
        assertThatThrownBy(gateway::close)
                .isInstanceOf(AssertionError.class)
                .hasMessage("the gateway received " + received + "\n  \"G(T / HTTP/1.1\\r\\n\\r\\n\"\n\nReceived:\n  "
                        + received + " (no stub)");
    }

    @Test
    void aRequestThatIsNoHttpMayBeAllowed() throws Exception {
        try (FakeGateway gateway = FakeGateway.start();
                RawConnection client = RawConnection.connect(gateway.address())) {
            gateway.allowUnmatched();
            client.write("G(T / HTTP/1.1\r\n\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 400 ");
        }
    }

    @Test
    void aResetEndsWhatWasAllowedAndKeepsWhatWentWrong() throws Exception {
        FakeGateway gateway = FakeGateway.start();
        get(gateway, "/before");
        gateway.on("GET /begun");
        gateway.allowUnmatched();
        get(gateway, "/allowed");
        gateway.reset();
        get(gateway, "/after");
        assertThatThrownBy(gateway::close)
                .isInstanceOf(AssertionError.class)
                .hasMessageContainingAll(
                        "no stub answers #1 GET /before\n",
                        "the stub GET /begun has no answer",
                        "no stub answers #3 GET /after\n")
                .hasMessageNotContaining("/allowed");
    }

    @Test
    void aGatewayThatIsClosedOpensNoPort() {
        FakeGateway gateway = new FakeGateway(FakeGateway.builder()) {};
        gateway.close();
        for (ThrowingCallable each :
                new ThrowingCallable[] {gateway::address, gateway::uri, gateway::clientTls, gateway::refuse}) {
            assertThatThrownBy(each)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("this gateway was closed before it had an address");
        }
        gateway.listen();
        assertThat(gateway).hasToString("FakeGateway[closed, 0 received]");
    }

    @Test
    void aClientThatLeavesWithinItsRequestDoesNotFailTheTest() throws Exception {
        try (FakeGateway gateway = FakeGateway.start()) {
            gateway.on("POST /").answers(201);
            try (RawConnection client = RawConnection.connect(gateway.address())) {
                client.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf");
                client.shutdownOutput();
                client.readAll();
            }
            gateway.verify(0, "POST /");
            assertThat(gateway.next()).hasToString("#1 malformed: the client left after 4 bytes of the body of POST /");
        }
    }

    @Test
    void eachConnectionHasItsRequests() throws Exception {
        try (FakeGateway gateway = FakeGateway.start();
                RawConnection one = RawConnection.connect(gateway.address());
                RawConnection two = RawConnection.connect(gateway.address())) {
            gateway.on("/**").answers(204);
            for (RawConnection client : new RawConnection[] {one, two, one}) {
                client.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
                client.readHead();
            }
            assertThat(gateway.received())
                    .extracting(ReceivedRequest::connection)
                    .containsExactly(1, 2, 1);
            gateway.verify(2, RequestMatch.any().connection(1));
            assertThat(gateway.received(RequestMatch.any().connection(2))).hasToString("[#2 GET /]");
            assertThat(gateway).hasToString("FakeGateway[" + gateway.uri() + ", 3 received]");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "http://a.test,          /,  ",
        "http://a.test/,         /,  ",
        "http://a.test?b=1,      /,  b=1",
        "http://a.test?b=/c,     /,  b=/c",
        "http://a.test/b?c=/d,   /b, c=/d",
        "http://a.test/b,        /b, ",
        "/b?c=http://d.test/e,   /b, c=http://d.test/e"
    })
    void aTargetMayBeAUrl(String target, String path, String query) throws Exception {
        try (FakeGateway gateway = FakeGateway.start();
                RawConnection client = RawConnection.connect(gateway.address())) {
            gateway.otherwise(Answer.of(204));
            client.write("GET " + target + " HTTP/1.1\r\nHost: a.test\r\n\r\n");
            client.readHead();
            ReceivedRequest request = gateway.next();
            assertThat(request.target()).isEqualTo(target);
            assertThat(request.path()).isEqualTo(path);
            assertThat(request.query()).isEqualTo(query);
        }
    }

    @Test
    void anAddressMayHaveAPath() {
        try (FakeGateway gateway = FakeGateway.start()) {
            String address = gateway.uri().getAuthority();
            assertThat(gateway.uri("/a%20b?x=1&y")).hasToString("http://" + address + "/a%20b?x=1&y");
            assertThat(gateway.httpsUri("//a")).hasToString("https://" + address + "//a");
            assertThat(gateway.webSocketUri("/chat")).hasToString("ws://" + address + "/chat");
            assertThat(gateway.secureWebSocketUri("/")).hasToString("wss://" + address + "/");
        }
    }

    @Test
    void aPathOfAnotherFormIsRefused() {
        try (FakeGateway gateway = FakeGateway.start()) {
            for (String path : new String[] {"users", "", "http://a/"}) {
                assertThatThrownBy(() -> gateway.uri(path))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("path must begin with a slash: \"" + path + "\"");
            }
            assertThatThrownBy(() -> gateway.webSocketUri("/a b"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("path must be that of a URI, with escapes where it needs them: \"/a b\" (");
        }
    }

    @Test
    void theTestMayNameThePort() throws Exception {
        FakeGateway first = FakeGateway.start();
        int port = first.address().getPort();
        first.close();
        try (FakeGateway gateway = FakeGateway.builder().port(port).start()) {
            gateway.on("GET /").answers("hello");
            assertThat(gateway.address().getPort()).isEqualTo(port);
            assertThat(Seen.body(gateway, gateway.uri())).isEqualTo("hello");
            gateway.refuse();
            gateway.listen();
            assertThat(Seen.body(gateway, gateway.uri())).isEqualTo("hello");
        }
    }

    @Test
    void aPortThatIsTakenIsNamed() throws Exception {
        try (FakeGateway gateway = FakeGateway.start();
                ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            for (int taken : new int[] {gateway.address().getPort(), other.getLocalPort()}) {
                FakeGateway.Builder settings = FakeGateway.builder().port(taken);
                assertThatThrownBy(settings::start)
                        .isInstanceOf(UncheckedIOException.class)
                        .hasMessageStartingWith("cannot listen at port " + taken
                                + " of the loopback interface: java.net.BindException");
            }
        }
        assertThatThrownBy(() -> FakeGateway.builder().port(65_536))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("port must be 0 to 65535: 65536");
    }
}
