package dev.sluice.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.ExchangeRecord;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.limit.Limits;
import dev.sluice.proxy.limit.Timeouts;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.route.Routes;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.RecordingListener;
import dev.sluice.proxy.testing.ScriptedOrigin;
import dev.sluice.proxy.time.Awaited;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.transport.jdk.JdkTransport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A running server, from raw bytes of a client to raw bytes at an origin and back. */
class ProxyServerTest {
    private static final String GET = "GET /x HTTP/1.1\r\nHost: a.test\r\n\r\n";
    private static final String LAST = "GET /x HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n";

    private final RecordingListener records = new RecordingListener();

    private ProxyServer.Builder to(ScriptedOrigin origin) {
        return ProxyServer.builder()
                .addRoute("/**", ReverseProxy.to(origin.uri().toString()))
                .addListener(records);
    }

    private static String exchange(ProxyServer server, String request) throws IOException {
        try (RawConnection client = RawConnection.connect(server.address())) {
            client.write(request);
            return client.readAll();
        }
    }

    private static boolean looksComplete(String response) {
        String head = response.substring(0, response.indexOf("\r\n\r\n") + 4).toLowerCase(java.util.Locale.ROOT);
        String body = response.substring(head.length());
        if (head.contains("transfer-encoding: chunked")) {
            return body.endsWith("0\r\n\r\n");
        }
        java.util.regex.Matcher length =
                java.util.regex.Pattern.compile("content-length: (\\d+)").matcher(head);
        return !length.find() || body.length() >= Integer.parseInt(length.group(1));
    }

    /** The JDK's client reads properties of the JVM at its first use, and other tests in this JVM need ours. */
    @BeforeAll
    static void setPropertiesOfTheJvm() {
        JdkTransport.hostHeaderAllowed();
    }

    @Test
    void aRequestPassesThroughAndItsAnswerPassesBack() throws Exception {
        try (ScriptedOrigin origin = ScriptedOrigin.start(c -> {
                    c.readHead();
                    c.write("HTTP/1.1 200 OK\r\nX-Own: 1\r\nContent-Length: 2\r\n\r\nok");
                });
                ProxyServer server = to(origin).build().start()) {
            String response = exchange(server, LAST);

            assertThat(response).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\nok");
            assertThat(response).containsIgnoringCase("X-Own: 1\r\n");
            assertThat(origin.requests().get(0))
                    .startsWith("GET /x HTTP/1.1\r\n")
                    .contains("X-Forwarded-For: 127.0.0.1");
            assertThat(records.awaitEnded(1))
                    .extracting(ExchangeRecord::outcome)
                    .containsExactly(Outcome.COMPLETED);
        }
    }

    @Test
    void thePreservedHostIsOnTheWire() throws Exception {
        try (ScriptedOrigin origin = ScriptedOrigin.start(c -> {
                    c.readHead();
                    c.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                });
                ProxyServer server = ProxyServer.builder()
                        .addRoute(
                                "/**",
                                ReverseProxy.builder(JdkTransport.shared().upstream("origin", origin.uri()))
                                        .preserveHost(true)
                                        .build())
                        .build()
                        .start()) {
            assertThat(exchange(server, LAST)).endsWith("ok");
            assertThat(origin.requests().get(0)).contains("Host: a.test\r\n").doesNotContain("127.0.0.1:");
        }
    }

    @Test
    void aTakenPortFailsTheStartWithTheAddressInTheMessage() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            ProxyServer server =
                    ProxyServer.builder().port(taken.getLocalPort()).build();

            assertThatThrownBy(server::start)
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageStartingWith("cannot listen at host localhost, port " + taken.getLocalPort() + ": ");
        }
    }

    @Test
    void aLimitAboveThatOfTheJdksServerFailsTheStart() {
        ProxyServer many = ProxyServer.builder()
                .transport(JdkTransport.shared())
                .limits(Limits.builder().headerCount(201).build())
                .build();
        ProxyServer large = ProxyServer.builder()
                .transport(JdkTransport.shared())
                .limits(Limits.builder().headerBytes(400_000).build())
                .build();

        assertThatThrownBy(many::start)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("headerCount is 201")
                .hasMessageContaining("-Dsun.net.httpserver.maxReqHeaders=201");
        assertThatThrownBy(large::start)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("headerBytes is 400000")
                .hasMessageContaining("-Dsun.net.httpserver.maxReqHeaderSize=400000");
        ProxyServer.builder()
                .transport(JdkTransport.shared())
                .limits(Limits.builder().exchanges(Integer.MAX_VALUE).build())
                .build()
                .start()
                .close();
    }

    @Test
    void badOptionsAreNamedWithTheirValues() {
        assertThatThrownBy(() -> ProxyServer.builder().port(70_000)).hasMessage("port must be 0 to 65535: 70000");
        assertThatThrownBy(() -> ProxyServer.builder().host("no such host")).hasMessageContaining("no such host");
        assertThatThrownBy(() -> ProxyServer.builder().drain(Duration.ofSeconds(-1)))
                .hasMessageContaining("-1 s");
        assertThatThrownBy(() -> ProxyServer.builder().tls(SSLContext.getInstance("TLS")))
                .hasMessageContaining("TLS context must be initialized");
        assertThatThrownBy(() -> ProxyServer.builder().addRoute("no-slash", r -> ProxyResponse.of(200)))
                .hasMessageContaining("no-slash");
        assertThatThrownBy(() -> ReverseProxy.to("ftp://x")).hasMessageContaining("ftp://x");
    }

    @Test
    void aServerIsStartedOnce() {
        ProxyServer server = ProxyServer.builder().build();
        assertThatThrownBy(server::address).isInstanceOf(IllegalStateException.class);
        server.start();
        assertThatThrownBy(server::start).isInstanceOf(IllegalStateException.class);
        server.close();
        server.close();
        assertThatThrownBy(server::start).hasMessageContaining("closed");
    }

    @Test
    void theServersResourcesAreClosedWithItEvenIfItWasNotStarted() {
        List<String> closed = new ArrayList<>();
        ProxyServer.builder()
                .addCloseable(() -> {
                    throw new IllegalStateException("for the log");
                })
                .addCloseable(() -> closed.add("never started"))
                .build()
                .close();
        ProxyServer.builder()
                .addCloseable(() -> closed.add("started"))
                .build()
                .start()
                .close();

        assertThat(closed).containsExactly("never started", "started");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\npart",
                "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\npart",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n40\r\npart",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\n0"
            })
    void anOriginThatDiesMidBodyNeverYieldsAResponseThatLooksComplete(String partial) throws Exception {
        for (boolean reset : new boolean[] {false, true}) {
            try (ScriptedOrigin origin = ScriptedOrigin.start(c -> {
                        c.readHead();
                        c.write(partial);
                        if (reset) {
                            c.reset();
                        }
                    });
                    ProxyServer server = to(origin).build().start()) {
                String response;
                try {
                    response = exchange(server, GET);
                } catch (IOException connectionReset) {
                    continue;
                }
                assertThat(response.startsWith("HTTP/1.1 502") || !looksComplete(response))
                        .as(response)
                        .isTrue();
            }
        }
        assertThat(records.awaitEnded(2)).extracting(ExchangeRecord::outcome).allMatch(Outcome::blamesUpstream);
    }

    @Test
    void aResetInACloseDelimitedBodyIsNotItsEnd() throws Exception {
        CountDownLatch passed = new CountDownLatch(1);
        try (ScriptedOrigin origin = ScriptedOrigin.start(c -> {
                    c.readHead();
                    c.write("HTTP/1.1 200 OK\r\n\r\npart");
                    passed.await(10, TimeUnit.SECONDS);
                    c.reset();
                });
                ProxyServer server = to(origin).build().start();
                RawConnection client = RawConnection.connect(server.address())) {
            client.write(GET);
            client.readHead();
            assertThat(client.readExactly(9)).isEqualTo("4\r\npart\r\n");
            passed.countDown();
            String rest;
            try {
                rest = client.readAll();
            } catch (IOException reset) {
                rest = "";
            }

            assertThat(rest).doesNotContain("0\r\n");
        }
    }

    @Test
    void eventsArriveOneByOneAsTheOriginSendsThem() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch second = new CountDownLatch(1);
        try (ScriptedOrigin origin = ScriptedOrigin.start(c -> {
                    c.readHead();
                    c.write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
                    c.write("9\r\ndata: 1\n\n\r\n");
                    first.await(10, TimeUnit.SECONDS);
                    c.write("9\r\ndata: 2\n\n\r\n");
                    second.await(10, TimeUnit.SECONDS);
                    c.write("0\r\n\r\n");
                });
                ProxyServer server = to(origin).build().start();
                RawConnection client = RawConnection.connect(server.address())) {
            client.write(LAST);
            assertThat(client.readHead()).startsWith("HTTP/1.1 200");
            assertThat(client.readExactly(14)).isEqualTo("9\r\ndata: 1\n\n\r\n");
            first.countDown();
            assertThat(client.readExactly(14)).isEqualTo("9\r\ndata: 2\n\n\r\n");
            second.countDown();

            assertThat(client.readAll()).isEqualTo("0\r\n\r\n");
        }
    }

    @Test
    void aRequestsBodyGoesOutWhileItArrives() throws Exception {
        CountDownLatch half = new CountDownLatch(1);
        try (ScriptedOrigin origin = ScriptedOrigin.start(c -> {
                    c.readHead();
                    assertThat(c.readExactly(10)).isEqualTo("5\r\nfirst\r\n");
                    half.countDown();
                    assertThat(c.readExactly(16)).isEqualTo("6\r\nsecond\r\n0\r\n\r\n");
                    c.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
                });
                ProxyServer server = to(origin).build().start();
                RawConnection client = RawConnection.connect(server.address())) {
            client.write("POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n");
            client.write("5\r\nfirst\r\n");
            assertThat(half.await(10, TimeUnit.SECONDS)).isTrue();
            client.write("6\r\nsecond\r\n0\r\n\r\n");

            assertThat(client.readAll()).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void aSilentOriginIsA504AfterTheHeadTimeout() throws Exception {
        ManualTime time = new ManualTime();
        CountDownLatch over = new CountDownLatch(1);
        try (ScriptedOrigin origin = ScriptedOrigin.start(c -> {
                    c.readHead();
                    over.await(10, TimeUnit.SECONDS);
                });
                ProxyServer server = ProxyServer.builder()
                        .time(time)
                        .timeouts(
                                Timeouts.builder().total(Duration.ofSeconds(5)).build())
                        .addRoute("/**", ReverseProxy.to(origin.uri().toString()))
                        .drain(Duration.ZERO)
                        .build()
                        .start();
                RawConnection client = RawConnection.connect(server.address())) {
            client.write(LAST);
            origin.awaitRequests(1);
            time.advance(Duration.ofSeconds(5));

            assertThat(client.readAll()).startsWith("HTTP/1.1 504").contains("504 Gateway Timeout");
            over.countDown();
        }
    }

    @Test
    void closingLetsExchangesFinish() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        try (ScriptedOrigin origin = ScriptedOrigin.start(c -> {
                    c.readHead();
                    asked.countDown();
                    go.await(10, TimeUnit.SECONDS);
                    c.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                });
                ProxyServer server = to(origin).build().start();
                RawConnection client = RawConnection.connect(server.address())) {
            client.write(GET);
            assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
            Signal closed = TimeSource.system().start("close", server::close);
            // The port is closed before the server waits for anything.
            Awaited.refusal(server.address());
            go.countDown();

            assertThat(client.readAll()).contains("HTTP/1.1 200").endsWith("ok");
            assertThat(TimeSource.system().await(closed, TimeSource.system().deadline(Duration.ofSeconds(10))))
                    .isTrue();
            assertThat(server.pipeline().inFlight()).isZero();
        }
    }

    @Test
    void closingAbortsWhatDoesNotFinishInTime() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        try (ScriptedOrigin origin = ScriptedOrigin.start(c -> {
                    c.readHead();
                    asked.countDown();
                    over.await(10, TimeUnit.SECONDS);
                });
                ProxyServer server = to(origin).build().start();
                RawConnection client = RawConnection.connect(server.address())) {
            client.write(GET);
            assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
            server.close(Duration.ZERO);

            assertThat(client.readAll())
                    .satisfiesAnyOf(
                            answer -> assertThat(answer).startsWith("HTTP/1.1 503"),
                            answer -> assertThat(answer).isEmpty());
            assertThat(records.awaitEnded(1))
                    .extracting(ExchangeRecord::outcome)
                    .containsExactly(Outcome.SHUT_DOWN);
            over.countDown();
        }
    }

    @Test
    void aBinaryBodyPassesUnchangedBothWays() throws Exception {
        byte[] bytes = new byte[300_000];
        new java.util.Random(7).nextBytes(bytes);
        try (ProxyServer origin = ProxyServer.builder()
                        .addRoute(
                                "/**",
                                request -> ProxyResponse.builder(200)
                                        .body(dev.sluice.proxy.Body.of(
                                                request.body().readAll(1 << 20)))
                                        .build())
                        .build()
                        .start();
                ProxyServer server = ProxyServer.builder()
                        .addRoute(
                                "/**",
                                ReverseProxy.to(
                                        "http://127.0.0.1:" + origin.address().getPort()))
                        .build()
                        .start()) {
            java.net.http.HttpResponse<byte[]> response = java.net.http.HttpClient.newHttpClient()
                    .send(
                            java.net.http.HttpRequest.newBuilder(java.net.URI.create("http://127.0.0.1:"
                                            + server.address().getPort() + "/"))
                                    .POST(java.net.http.HttpRequest.BodyPublishers.ofByteArray(bytes))
                                    .build(),
                            java.net.http.HttpResponse.BodyHandlers.ofByteArray());

            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).isEqualTo(bytes);
        }
    }

    @Test
    void aTableOfRoutesIsCheckedWhicheverWayItIsGiven() {
        ProxyServer jdk = ProxyServer.builder()
                .transport(JdkTransport.shared())
                .addRoute("/**", request -> ProxyResponse.of(200))
                .build();
        Routes before = jdk.pipeline().routes();
        Routes chat = Routes.of(Route.path("/chat").allowUpgrade("websocket").to(request -> ProxyResponse.of(200)));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> jdk.routes(chat))
                .withMessageContaining("/chat")
                .withMessageContaining("jdk");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> jdk.pipeline().routes(chat))
                .withMessageContaining("/chat")
                .withMessageContaining("jdk");
        assertThat(jdk.pipeline().routes()).isSameAs(before);
        jdk.close();
    }
}
