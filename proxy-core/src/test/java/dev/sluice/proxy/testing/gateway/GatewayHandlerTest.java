package dev.sluice.proxy.testing.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.SimulatedTime;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestResponse;
import dev.sluice.proxy.testing.TestServer;
import dev.sluice.proxy.time.Signal;
import java.io.ByteArrayInputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A gateway behind handlers and upstreams, without a socket. */
@Timeout(60)
class GatewayHandlerTest {
    private final SimulatedTime time = new SimulatedTime();
    private final FakeGateway gateway = FakeGateway.withoutSocket();

    private TestResponse get(ProxyHandler handler, String path) throws Exception {
        return time.run(() -> TestClient.of(handler, time).get(path));
    }

    @Test
    void aHandlerAnswersAsTheStubsSay() throws Exception {
        gateway.on("GET /users/{id}").answersBy(request -> Answer.json("{\"id\": " + request.variable("id") + "}"));
        TestResponse response = get(gateway.handler(), "/users/7");
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.text()).isEqualTo("{\"id\": 7}");
        assertThat(response.headers().first("Content-Type")).hasValue("application/json");
        gateway.verify(1, "GET /users/7");
    }

    @Test
    void aHandlerIsARouteOfAServer() throws Exception {
        gateway.on("GET /").answers("hello");
        try (ProxyServer server = TestServer.start(gateway.handler())) {
            HttpRequest request = HttpRequest.newBuilder(server.uri()).build();
            assertThat(HttpClient.newHttpClient()
                            .send(request, BodyHandlers.ofString())
                            .body())
                    .isEqualTo("hello");
        }
        gateway.verify("GET /");
    }

    @Test
    void interimResponsesAndTrailersComeThrough() throws Exception {
        gateway.on("GET /")
                .answers(Answer.ok("hello")
                        .interim(103, "Link", "</a.css>")
                        .interim(102)
                        .trailer("Checksum", "7"));
        for (ProxyHandler handler : new ProxyHandler[] {gateway.handler(), ReverseProxy.to(gateway.upstream("a"))}) {
            TestResponse response = time.run(
                    () -> TestClient.of(handler, time).send("GET", "/", request -> request.acceptsTrailers(true)));
            assertThat(response.interim()).containsExactly(103, 102);
            assertThat(response.text()).isEqualTo("hello");
            assertThat(response.trailers()).isEqualTo(Headers.of("Checksum", "7"));
        }
    }

    @Test
    void aBodyOfUnknownLengthAndItsTrailersAreReceived() throws Exception {
        gateway.on("POST /").answers(201);
        Body body =
                Body.of(new ByteArrayInputStream(new byte[100_000]), Body.UNKNOWN, () -> Headers.of("Checksum", "7"));
        time.run(() -> TestClient.of(gateway.handler(), time).send("POST", "/", request -> request.body(body)));
        ReceivedRequest received = gateway.next();
        assertThat(received.body()).hasSize(100_000);
        assertThat(received.trailers()).isEqualTo(Headers.of("Checksum", "7"));
    }

    @Test
    void aBodyWaitsForTheTestsSignal() throws Exception {
        Signal ready = new Signal();
        gateway.on("GET /").answers(Answer.ok("hello").bodyAfter(ready));
        time.schedule(Duration.ofSeconds(20), ready::fire);
        assertThat(get(gateway.handler(), "/").text()).isEqualTo("hello");
        assertThat(Duration.ofNanos(time.nanos())).isEqualTo(Duration.ofSeconds(20));
    }

    @Test
    void aFaultIsWhatATransportWouldMakeOfIt() {
        gateway.on("GET /").fails(Fault.RESET);
        assertThatThrownBy(() -> get(gateway.handler(), "/"))
                .isInstanceOfSatisfying(
                        ProxyException.class,
                        failure -> assertThat(failure.outcome()).isEqualTo(Outcome.HEAD_FAILED));
    }

    @Test
    void anUpstreamIsNoHandler() {
        gateway.on("GET /").answers("hello");
        assertThatThrownBy(() -> get(gateway.upstream("a")::send, "/"))
                .isInstanceOf(ProxyException.class)
                .hasMessageContaining("upstream a was used as a handler");
        gateway.verify(0, "GET /");
    }

    @Test
    void anUpstreamHasAHost() throws Exception {
        gateway.on(RequestMatch.of("GET /").header("Host", "a.test")).answers("hello");
        assertThat(get(ReverseProxy.to(gateway.upstream("a")), "/").text()).isEqualTo("hello");
    }

    @Test
    void whatAHandlerOfYourOwnReceivesIsRecorded() throws Exception {
        gateway.on("GET /stubbed").answers("stub");
        ProxyHandler recording = gateway.recording(request -> ProxyResponse.of(
                200,
                new String(request.body().open().readAllBytes(), StandardCharsets.UTF_8)
                        + request.body().trailers().size()));
        TestClient client = TestClient.of(recording, time);
        assertThat(time.run(() -> client.post("/a", "text")).text()).isEqualTo("text0");
        assertThat(time.run(() -> client.get("/b")).text()).isEqualTo("0");
        assertThat(time.run(() -> client.get("/stubbed")).text()).isEqualTo("stub");
        Body body =
                Body.of(new ByteArrayInputStream(new byte[] {'c'}), Body.UNKNOWN, () -> Headers.of("Checksum", "7"));
        assertThat(time.run(() -> client.send("PUT", "/c", request -> request.body(body)))
                        .text())
                .isEqualTo("c1");
        gateway.verify(RequestMatch.of("POST /a").body("text"));
        assertThat(gateway.received())
                .extracting(ReceivedRequest::stub)
                .containsExactly(
                        "the recorded handler", "the recorded handler", "GET /stubbed", "the recorded handler");
        gateway.close();
    }

    @Test
    void faultsOfConnectionsHappenBeforeAHandlerOfYourOwn() throws Exception {
        gateway.connection(2).fails(Fault.RESET);
        gateway.connections().fails(1, Fault.REFUSE).thenFails(1, Fault.SILENT);
        gateway.serverName("recording.test").fails(1, Fault.WRONG_NAME);
        ProxyHandler recording = gateway.recording(request -> ProxyResponse.of(200, "own"));
        Outcome[] expected = {Outcome.CONNECT_FAILED, Outcome.HEAD_FAILED, Outcome.HEAD_TIMEOUT, Outcome.TLS_FAILED};
        for (Outcome each : expected) {
            assertThatThrownBy(() -> get(recording, "/"))
                    .isInstanceOfSatisfying(
                            ProxyException.class,
                            failure -> assertThat(failure.outcome()).isEqualTo(each));
        }
        assertThat(gateway.received()).isEmpty();
        assertThat(get(recording, "/").text()).isEqualTo("own");
        gateway.refuse();
        assertThatThrownBy(() -> get(recording, "/")).hasMessageContaining("REFUSE");
        gateway.listen();
        assertThat(get(recording, "/").text()).isEqualTo("own");
        gateway.verify(2, "GET /");
    }

    @Test
    void whatAHandlerOfYourOwnThrowsComesThrough() {
        ProxyHandler recording = gateway.recording(request -> {
            throw new IllegalStateException("broken");
        });
        assertThatThrownBy(() -> get(recording, "/"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("broken");
        gateway.verify(1, "GET /");
        gateway.close();
    }

    @Test
    void whenARequestCameIsOfTheClockOfTheExchange() throws Exception {
        gateway.on("GET /").answers("hello");
        get(gateway.handler(), "/");
        time.run(() -> {
            time.advance(Duration.ofHours(1));
            return TestClient.of(ReverseProxy.to(gateway.upstream("a")), time).get("/");
        });
        List<ReceivedRequest> received = gateway.received();
        assertThat(Duration.between(received.get(0).at(), received.get(1).at())).isEqualTo(Duration.ofHours(1));
        assertThat(received).extracting(ReceivedRequest::scheme).containsOnly("http");
    }
}
