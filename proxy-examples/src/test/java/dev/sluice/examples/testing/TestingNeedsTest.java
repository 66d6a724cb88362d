package dev.sluice.examples.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.balancer.Member;
import dev.sluice.balancer.UpstreamPool;
import dev.sluice.balancer.retry.RetryPolicy;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.cache.Cache;
import dev.sluice.proxy.limit.RateLimit;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.SimulatedTime;
import dev.sluice.proxy.testing.TestAuthority;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestServer;
import dev.sluice.proxy.testing.gateway.Answer;
import dev.sluice.proxy.testing.gateway.BodyFeed;
import dev.sluice.proxy.testing.gateway.FakeGateway;
import dev.sluice.proxy.testing.gateway.Fault;
import dev.sluice.proxy.testing.gateway.ReceivedRequest;
import dev.sluice.proxy.testing.gateway.Recording;
import dev.sluice.proxy.testing.gateway.RequestMatch;
import dev.sluice.proxy.testing.junit.GatewayExtension;
import dev.sluice.proxy.tls.TlsSettings;
import dev.sluice.proxy.tls.TlsSettings.ClientCertificate;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.zip.GZIPInputStream;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The tests that {@code docs/testing.md} shows, word by word. */
@Timeout(60)
class TestingNeedsTest {
    @RegisterExtension
    final GatewayExtension gateway = GatewayExtension.create();

    private final HttpClient client = HttpClient.newHttpClient();

    private HttpResponse<String> get(URI uri) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(20)).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return get(gateway.uri(path));
    }

    private HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(gateway.uri(path))
                .header("X-Tenant", "7")
                .POST(BodyPublishers.ofString(body))
                .build();
        return client.send(request, BodyHandlers.ofString());
    }

    @Test
    void answersAndVerifies() throws Exception {
        gateway.on("GET /users/7").answers("Anna");
        assertThat(get("/users/7").body()).isEqualTo("Anna");
        gateway.verify("GET /users/7");
    }

    @Test
    void matchesByQueryFieldAndBody() throws Exception {
        gateway.on(RequestMatch.of("POST /orders?express")
                        .header("X-Tenant", "7")
                        .body("tea"))
                .answers(201, "order 1");
        assertThat(post("/orders?express=true", "tea").body()).isEqualTo("order 1");
    }

    @Test
    void refusesATokenThatHasExpired() throws Exception {
        gateway.on("GET /me").answers(Answer.json(401, "{\"error\": \"expired\"}"));
        gateway.on(RequestMatch.of("GET /me").header("Authorization", "Bearer new"))
                .answers("Anna");
        assertThat(get("/me").statusCode()).isEqualTo(401);
        HttpRequest renewed = HttpRequest.newBuilder(gateway.uri("/me"))
                .header("Authorization", "Bearer new")
                .build();
        assertThat(client.send(renewed, BodyHandlers.ofString()).body()).isEqualTo("Anna");
    }

    @Test
    void answersByAFunction() throws Exception {
        gateway.on("GET /users/{id}").answersBy(request -> Answer.json("{\"id\": " + request.variable("id") + "}"));
        assertThat(get("/users/7").body()).isEqualTo("{\"id\": 7}");
    }

    @Test
    void failsTwiceAndThenAnswers() throws Exception {
        gateway.on("GET /orders").fails(2, Fault.CLOSE.inHead(9)).then("tea");
        assertThatThrownBy(() -> get("/orders")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> get("/orders")).isInstanceOf(IOException.class);
        assertThat(get("/orders").body()).isEqualTo("tea");
    }

    @Test
    void countsForEachClient() throws Exception {
        gateway.on("GET /{client}/quota")
                .answers(Answer.ok("first"), Answer.of(429))
                .per(request -> request.path());
        assertThat(get("/anna/quota").statusCode()).isEqualTo(200);
        assertThat(get("/ben/quota").statusCode()).isEqualTo(200);
        assertThat(get("/anna/quota").statusCode()).isEqualTo(429);
    }

    @Test
    void compresses() throws Exception {
        gateway.on("GET /users").answers(Answer.json("[]").gzip());
        HttpResponse<InputStream> response =
                client.send(HttpRequest.newBuilder(gateway.uri("/users")).build(), BodyHandlers.ofInputStream());
        assertThat(response.headers().firstValue("Content-Encoding")).hasValue("gzip");
        assertThat(new GZIPInputStream(response.body())).hasContent("[]");
    }

    @Test
    void refusesAnUploadBeforeItIsRead() throws Exception {
        gateway.on("POST /upload").afterBodyBytes(0).answers(413);
        HttpRequest upload = HttpRequest.newBuilder(gateway.uri("/upload"))
                .expectContinue(true)
                .POST(BodyPublishers.ofByteArray(new byte[10_000_000]))
                .build();
        assertThat(client.send(upload, BodyHandlers.discarding()).statusCode()).isEqualTo(413);
        assertThat(gateway.next().body()).isEmpty();
    }

    @Test
    void isSlow() {
        gateway.on("GET /slow").answers(Answer.ok("late").delay(Duration.ofHours(1)));
        HttpRequest request = HttpRequest.newBuilder(gateway.uri("/slow"))
                .timeout(Duration.ofMillis(100))
                .build();
        assertThatThrownBy(() -> client.send(request, BodyHandlers.ofString()))
                .isInstanceOf(HttpTimeoutException.class);
    }

    @Test
    void isSlowOnTheTestsClock() throws Exception {
        ManualTime time = new ManualTime();
        try (FakeGateway slow = FakeGateway.builder().time(time).start()) {
            slow.on("GET /slow").answers(Answer.ok("late").delay(Duration.ofHours(1)));
            CompletableFuture<HttpResponse<String>> answer =
                    client.sendAsync(HttpRequest.newBuilder(slow.uri("/slow")).build(), BodyHandlers.ofString());
            time.awaitWaiters(1);
            time.advance(Duration.ofHours(1));
            assertThat(answer.get().body()).isEqualTo("late");
        }
    }

    @Test
    void breaksOff() {
        gateway.on("GET /report").answers(Answer.ok("0123456789").with(Fault.RESET.inBody(4)));
        assertThatThrownBy(() -> get("/report")).isInstanceOf(IOException.class);
    }

    @Test
    void breaksOffAnUpload() {
        gateway.on("POST /upload").afterBodyBytes(1_000).fails(Fault.RESET);
        assertThatThrownBy(() -> post("/upload", "x".repeat(10_000))).isInstanceOf(IOException.class);
        assertThat(gateway.next().body()).hasSize(1_000);
    }

    @Test
    void refusesConnections() throws Exception {
        gateway.on("GET /").answers("well again");
        gateway.refuse();
        assertThatThrownBy(() -> get("/")).isInstanceOf(ConnectException.class);
        gateway.listen();
        assertThat(get("/").body()).isEqualTo("well again");
    }

    @Test
    void closesAConnectionThatTheClientKeeps() throws Exception {
        gateway.on("GET /").answers(Answer.ok("first").with(Fault.STALE), Answer.ok("second"));
        assertThat(get("/").body()).isEqualTo("first");
        assertThat(get("/").body()).isEqualTo("second");
        assertThat(gateway.received().get(1).connection()).isEqualTo(2);
    }

    @Test
    void speaksTls() throws Exception {
        HttpClient trusting =
                HttpClient.newBuilder().sslContext(gateway.clientTls()).build();
        HttpRequest request = HttpRequest.newBuilder(gateway.httpsUri()).build();
        gateway.connection(1).fails(Fault.EXPIRED_CERTIFICATE);
        gateway.on("GET /").answers("hello");
        assertThatThrownBy(() -> trusting.send(request, BodyHandlers.ofString()))
                .isInstanceOf(SSLHandshakeException.class);
        assertThat(trusting.send(request, BodyHandlers.ofString()).body()).isEqualTo("hello");
    }

    @Test
    void asksForACertificate() throws Exception {
        FakeGateway.Builder strict = FakeGateway.builder().clientCertificate(ClientCertificate.REQUIRED);
        try (FakeGateway bank = strict.start()) {
            bank.on("GET /").answers("hello");
            TestAuthority authority = bank.authority();
            TlsSettings anna = authority.client().toBuilder()
                    .addCertificate(authority.certificate("anna"))
                    .build();
            HttpClient known =
                    HttpClient.newBuilder().sslContext(anna.context()).build();
            known.send(HttpRequest.newBuilder(bank.httpsUri("/")).build(), BodyHandlers.discarding());
            assertThat(bank.next().certificate().getSubjectX500Principal()).hasToString("CN=anna");
        }
    }

    @Test
    void waitsForWhatComesLater() {
        gateway.on("POST /events").answers(202);
        client.sendAsync(
                HttpRequest.newBuilder(gateway.uri("/events"))
                        .POST(BodyPublishers.ofString("started"))
                        .build(),
                BodyHandlers.discarding());
        assertThat(gateway.next().text()).isEqualTo("started");
    }

    @Test
    void seesTheOrder() throws Exception {
        gateway.on("/**").answers(200);
        get("/login");
        post("/orders", "tea");
        get("/logout");
        gateway.verifyOrder("GET /login", "POST /orders", "GET /logout");
        gateway.verify(0, "DELETE /**");
    }

    @Test
    void seesThePauseBetweenTwoAttempts() throws Exception {
        ManualTime time = new ManualTime();
        try (FakeGateway busy = FakeGateway.builder().time(time).start()) {
            busy.on("GET /").answers(Answer.of(503), Answer.ok("tea"));
            get(busy.uri("/"));
            time.advance(Duration.ofSeconds(2));
            get(busy.uri("/"));
            List<ReceivedRequest> received = busy.received();
            assertThat(Duration.between(received.get(0).at(), received.get(1).at()))
                    .hasSeconds(2);
        }
    }

    @Test
    void tellsWhatIsWrong() throws Exception {
        gateway.on(RequestMatch.of("POST /orders").body("tea")).answers(201);
        post("/orders", "coffee");
        assertThatThrownBy(gateway::verifyMatched)
                .hasMessageContaining("The nearest stub is POST /orders, body \"tea\"")
                .hasMessageContaining("body: expected \"tea\", but was \"coffee\"");
    }

    @Test
    void sendsEventsOneByOne() throws Exception {
        BodyFeed feed = new BodyFeed();
        gateway.on("GET /events").answers(Answer.events(feed));
        HttpRequest request = HttpRequest.newBuilder(gateway.uri("/events")).build();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                client.send(request, BodyHandlers.ofInputStream()).body()))) {
            feed.event("one");
            assertThat(lines.readLine()).isEqualTo("data: one");
            feed.end();
        }
    }

    @Test
    void sendsEventsAgainAfterABreak() throws Exception {
        BodyFeed first = new BodyFeed().event(null, "1", "one");
        first.fail(Fault.CLOSE);
        gateway.on("GET /events").answers(Answer.events(first));
        gateway.on(RequestMatch.of("GET /events").header("Last-Event-ID", "1")).answers(Answer.events("two"));
        assertThatThrownBy(() -> get("/events")).isInstanceOf(IOException.class);
        HttpRequest again = HttpRequest.newBuilder(gateway.uri("/events"))
                .header("Last-Event-ID", "1")
                .build();
        assertThat(client.send(again, BodyHandlers.ofString()).body()).isEqualTo("data: two\n\n");
    }

    @Test
    void speaksWebSocket() throws Exception {
        gateway.on("GET /chat").answers(Answer.webSocket(socket -> {
            assertThat(socket.receiveText()).isEqualTo("hello");
            socket.close(1000, "bye");
        }));
        WebSocket socket = client.newWebSocketBuilder()
                .buildAsync(gateway.webSocketUri("/chat"), new WebSocket.Listener() {})
                .get();
        socket.sendText("hello", true).get();
        assertThat(gateway.webSockets().get(0).awaitClosed()).isEqualTo(1000);
    }

    @Test
    void passesTheRestOn() throws Exception {
        try (FakeGateway real = FakeGateway.start()) {
            real.on("GET /users/7").answers("Anna");
            gateway.otherwise(Answer.upstream(real.uri().toString()));
            gateway.on("GET /orders").answers(503);
            assertThat(get("/users/7").body()).isEqualTo("Anna");
            assertThat(get("/orders").statusCode()).isEqualTo(503);
        }
    }

    @Test
    void recordsAndReplays(@TempDir Path folder) throws Exception {
        try (FakeGateway real = FakeGateway.start()) {
            real.on("GET /users/7").answers("Anna");
            gateway.otherwise(Recording.of(folder).record(real.uri().toString()));
            get("/users/7");
        }
        gateway.otherwise(Recording.of(folder).replay());
        assertThat(get("/users/7").body()).isEqualTo("Anna");
    }

    @Test
    void retriesOnSimulatedTime() throws Exception {
        SimulatedTime time = new SimulatedTime();
        FakeGateway origin = FakeGateway.withoutSocket();
        origin.on("GET /").fails(2, Fault.RESET).then("hello");
        UpstreamPool pool = UpstreamPool.builder()
                .addMember(Member.of(origin.upstream("a")))
                .retry(RetryPolicy.builder().maxAttempts(3).build())
                .time(time)
                .build();
        TestClient proxied = TestClient.of(ReverseProxy.to(pool), time);
        assertThat(time.run(() -> proxied.get("/")).text()).isEqualTo("hello");
        origin.verify(3, "GET /");
    }

    @Test
    void yearsPassInACache() throws Exception {
        SimulatedTime time = new SimulatedTime();
        gateway.on("GET /").answers(Answer.ok("fresh").header("Cache-Control", "max-age=31536000"));
        Route route =
                Route.path("/**").cache(Cache.builder().time(time).build()).to(gateway.upstream("a"));
        TestClient proxied =
                TestClient.of(Pipeline.builder().time(time).addRoute(route).build());
        time.run(() -> {
            proxied.get("/");
            time.advance(Duration.ofDays(364));
            return proxied.get("/");
        });
        gateway.verify(1, "GET /");
    }

    @Test
    void aRateLimitRefusesTheThird() throws Exception {
        SimulatedTime time = new SimulatedTime();
        gateway.on("GET /").answers("hello");
        TestClient proxied = TestClient.of(Pipeline.builder()
                .time(time)
                .addFilter(RateLimit.of(2, Duration.ofMinutes(1)))
                .addRoute("/**", gateway.upstream("a"))
                .build());
        assertThat(time.together(3, () -> proxied.get("/").status())).containsExactlyInAnyOrder(200, 200, 429);
    }

    @Test
    void closesAtOnceThoughAnUpstreamHangs() throws Exception {
        gateway.on("GET /").fails(Fault.SILENT);
        try (ProxyServer server = TestServer.start(ReverseProxy.to(gateway.uri().toString()))) {
            client.sendAsync(HttpRequest.newBuilder(server.uri()).build(), BodyHandlers.ofString());
            gateway.next();
        }
    }

    @Test
    void recordsWhatAHandlerGot() throws Exception {
        FakeGateway notes = FakeGateway.withoutSocket();
        TestClient own = TestClient.of(notes.recording(request -> ProxyResponse.of(200, "mine")));
        assertThat(own.get("/a?b=1").text()).isEqualTo("mine");
        notes.verify("GET /a?b=1");
    }
}
