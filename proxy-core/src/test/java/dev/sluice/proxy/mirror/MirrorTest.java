package dev.sluice.proxy.mirror;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.ExchangeRecord;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Stage;
import dev.sluice.proxy.header.RequestId;
import dev.sluice.proxy.key.RequestKey;
import dev.sluice.proxy.mirror.Mirror.Counts;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.FakeUpstream.ReceivedRequest;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.RecordingListener;
import dev.sluice.proxy.testing.ScriptedOrigin;
import dev.sluice.proxy.testing.SimulatedTime;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestResponse;
import dev.sluice.proxy.transport.direct.Connector;
import dev.sluice.proxy.transport.direct.DirectTransport;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class MirrorTest {
    private final SimulatedTime time = new SimulatedTime();
    private final FakeUpstream origin = FakeUpstream.named("origin");
    private final FakeUpstream shadow = FakeUpstream.named("shadow");
    private final RecordingListener records = new RecordingListener();
    private final Mirror.Builder rules = Mirror.builder(shadow);

    private TestClient client(ProxyFilter mirror) {
        return TestClient.of(Pipeline.builder()
                .time(time)
                .addListener(records)
                .addFilter(mirror)
                .addRoute("/**", origin)
                .build());
    }

    /** Sends a request, and lets its copy go on until it waits. */
    private TestResponse send(Mirror mirror, String method, UnaryOperator<ProxyRequest.Builder> change)
            throws Exception {
        return time.run(() -> {
            TestResponse response = client(mirror).send(method, "/a?b", change);
            time.advance(Duration.ZERO);
            return response;
        });
    }

    private static UnaryOperator<ProxyRequest.Builder> body(String text, long length) {
        return request -> request.body(Body.of(new ByteArrayInputStream(text.getBytes(UTF_8)), length));
    }

    @Test
    void theOtherUpstreamGetsTheSameAndTheClientItsOwnAnswer() throws Exception {
        Mirror mirror = rules.build();
        TestResponse response = send(mirror, "GET", request -> request.addHeader("X-A", "1"));

        assertThat(response.text()).isEqualTo("origin");
        ReceivedRequest copy = shadow.requests().get(0);
        assertThat(copy.method()).isEqualTo("GET");
        assertThat(copy.target().toString()).isEqualTo("/a?b");
        assertThat(copy.target().authority()).hasToString("shadow.test:80");
        assertThat(copy.headers().first("X-A")).contains("1");
        assertThat(copy.headers().has("X-Forwarded-For")).isTrue();
        assertThat(mirror.counts()).hasToString("sent 1, answered 1, server errors 0, failed 0, skipped 0");
    }

    @Test
    void theClientDoesNotWaitForASlowCopyWhichIsGivenUp() throws Exception {
        shadow.hang();
        Mirror mirror = rules.timeout(Duration.ofSeconds(3)).build();
        time.run(() -> {
            assertThat(client(mirror).get("/").text()).isEqualTo("origin");
            assertThat(time.nanos()).isZero();
            time.advance(Duration.ofMillis(2999));
            assertThat(mirror.counts()).isEqualTo(new Counts(1, 0, 0, 0, 0));
            time.advance(Duration.ofMillis(1));
            assertThat(mirror.counts()).isEqualTo(new Counts(1, 0, 0, 1, 0));
            return null;
        });
        assertThat(records.records())
                .extracting(ExchangeRecord::purpose, ExchangeRecord::isClients, ExchangeRecord::outcome)
                .containsExactly(
                        tuple("exchange", true, Outcome.COMPLETED), tuple("mirror", false, Outcome.TOTAL_TIMEOUT));
    }

    @Test
    void whatFailsThereIsOnlyCounted() throws Exception {
        shadow.fail(Outcome.CONNECT_FAILED, Delivery.NOT_SENT);
        Mirror mirror = rules.build();
        assertThat(send(mirror, "GET", request -> request).text()).isEqualTo("origin");

        shadow.answer(500, "broken");
        assertThat(send(mirror, "GET", request -> request).text()).isEqualTo("origin");

        shadow.answer(request ->
                ProxyResponse.builder(200).body(Body.of(broken(), Body.UNKNOWN)).build());
        assertThat(send(mirror, "GET", request -> request).text()).isEqualTo("origin");

        assertThat(mirror.counts()).hasToString("sent 3, answered 1, server errors 1, failed 2, skipped 0");
    }

    private static InputStream broken() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("broken");
            }
        };
    }

    @Test
    void anAnswerWithoutAnEndIsBrokenOff() throws Exception {
        List<Integer> reads = new ArrayList<>();
        shadow.answer(request -> ProxyResponse.builder(200)
                .body(Body.of(
                        new InputStream() {
                            @Override
                            public int read() {
                                reads.add(1);
                                return 'x';
                            }
                        },
                        Body.UNKNOWN))
                .build());
        Mirror mirror = rules.build();
        send(mirror, "GET", request -> request);

        assertThat(reads.size()).isBetween(64 * 1024, 80 * 1024);
        assertThat(mirror.counts()).isEqualTo(new Counts(1, 1, 0, 0, 0));
    }

    @Test
    void aboveTheLimitInFlightTheNextAreSkipped() throws Exception {
        shadow.hang();
        Mirror mirror = rules.maxInFlight(2).build();
        time.run(() -> {
            TestClient client = client(mirror);
            for (int i = 0; i < 5; i++) {
                assertThat(client.get("/").text()).isEqualTo("origin");
            }
            time.advance(Duration.ZERO);
            assertThat(mirror.counts()).isEqualTo(new Counts(2, 0, 0, 0, 3));
            time.advance(Duration.ofSeconds(5));
            shadow.answer(200, "");
            client.get("/");
            time.advance(Duration.ZERO);
            assertThat(mirror.counts()).isEqualTo(new Counts(3, 1, 0, 2, 3));
            return null;
        });
    }

    @Test
    void aShareOfTheRequestsIsCopied() throws Exception {
        double[] chances = {0.0, 0.24, 0.25, 0.99};
        int[] next = {0};
        Mirror mirror = rules.share(0.25)
                .random(new RandomGenerator() {
                    @Override
                    public long nextLong() {
                        throw new UnsupportedOperationException();
                    }

                    @Override
                    public double nextDouble() {
                        return chances[next[0]++ % chances.length];
                    }
                })
                .build();
        for (int i = 0; i < 4; i++) {
            send(mirror, "GET", request -> request);
        }
        assertThat(shadow.requests()).hasSize(2);
        mirror.share(0);
        send(mirror, "GET", request -> request);
        assertThat(mirror.share()).isZero();
        assertThat(shadow.requests()).hasSize(2);
        assertThat(mirror.counts()).isEqualTo(new Counts(2, 2, 0, 0, 0));
    }

    @Test
    void onlyTheMethodsThatAreNamedAreCopied() throws Exception {
        Mirror mirror = rules.build();
        send(mirror, "HEAD", request -> request);
        send(mirror, "POST", body("x", 1));
        send(mirror, "GET", request -> request.upgrade("websocket"));
        assertThat(shadow.requests()).extracting(ReceivedRequest::method).containsExactly("HEAD");
        assertThat(mirror.counts()).isEqualTo(new Counts(1, 1, 0, 0, 0));

        send(rules.methods("POST").build(), "POST", body("x", 1));
        assertThat(shadow.requests()).extracting(ReceivedRequest::method).containsExactly("HEAD", "POST");
    }

    @Test
    void aShareByAKeyIsOfKeysAndAddsSomeWhenItGrows() throws Exception {
        Mirror mirror = rules.shareKey(RequestKey.header("X-User"))
                .random(() -> {
                    throw new UnsupportedOperationException();
                })
                .build();
        Set<String> before = Set.of();
        for (int percent : new int[] {0, 30, 60, 100}) {
            mirror.share(percent / 100.0);
            Set<String> copied = new HashSet<>();
            for (int turn = 0; turn < 2; turn++) {
                for (int user = 0; user < 200; user++) {
                    int sent = shadow.requests().size();
                    String name = "user " + user;
                    send(mirror, "GET", request -> request.addHeader("X-User", name));
                    boolean now = shadow.requests().size() > sent;
                    if (turn == 0 && now) {
                        copied.add(name);
                    }
                    assertThat(copied.contains(name)).isEqualTo(now);
                }
            }
            assertThat(copied).containsAll(before).hasSizeBetween(2 * percent - 25, 2 * percent + 25);
            before = copied;
        }
    }

    @Test
    void aRequestWithoutTheKeyIsCopiedByChance() throws Exception {
        double[] chance = {0.6};
        Mirror mirror = rules.shareKey(RequestKey.header("X-User"))
                .share(0.5)
                .random(new RandomGenerator() {
                    @Override
                    public long nextLong() {
                        throw new UnsupportedOperationException();
                    }

                    @Override
                    public double nextDouble() {
                        return chance[0];
                    }
                })
                .build();
        send(mirror, "GET", request -> request);
        assertThat(shadow.requests()).isEmpty();
        chance[0] = 0.4;
        send(mirror, "GET", request -> request.addHeader("X-User", ""));
        assertThat(shadow.requests()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(longs = {5, Body.UNKNOWN})
    void aBodyIsCopiedWhileItIsRead(long length) throws Exception {
        Mirror mirror = rules.methods("POST").maxBodyBytes(5).build();
        TestResponse response = send(mirror, "POST", body("12345", length));

        assertThat(response.text()).isEqualTo("origin");
        assertThat(origin.requests().get(0).text()).isEqualTo("12345");
        assertThat(shadow.requests().get(0).text()).isEqualTo("12345");
    }

    @ParameterizedTest
    @ValueSource(longs = {6, Body.UNKNOWN})
    void aBodyThatIsTooLongIsNotCopied(long length) throws Exception {
        Mirror mirror = rules.methods("POST").maxBodyBytes(5).maxInFlight(1).build();
        for (int i = 1; i <= 2; i++) {
            send(mirror, "POST", body("123456", length));
            assertThat(mirror.counts()).isEqualTo(new Counts(0, 0, 0, 0, i));
        }
        assertThat(origin.requests().get(1).text()).isEqualTo("123456");
    }

    @Test
    void aBodyThatIsNotReadWholeIsNotCopied() throws Exception {
        origin.fail(Outcome.CONNECT_FAILED, Delivery.NOT_SENT);
        Mirror mirror = rules.methods("POST").maxInFlight(1).build();
        for (int i = 1; i <= 2; i++) {
            assertThat(send(mirror, "POST", body("123", 3)).status()).isEqualTo(502);
            assertThat(mirror.counts()).isEqualTo(new Counts(0, 0, 0, 0, i));
        }
    }

    @Test
    void whatAnotherFilterRefusesIsNotCopied() throws Exception {
        ProxyFilter nobody = (request, next) -> {
            throw ProxyException.refused(Outcome.REFUSED, 401, "nobody");
        };
        Mirror mirror = rules.build();
        Pipeline pipeline = Pipeline.builder()
                .time(time)
                .addFilter(mirror)
                .addFilter(nobody)
                .addRoute("/**", origin)
                .build();
        time.run(() -> TestClient.of(pipeline).get("/"));

        assertThat(mirror.counts()).isEqualTo(new Counts(0, 0, 0, 0, 0));
    }

    @Test
    void onARouteTheCopyHasTheRoutesPathAndTheRequestsId() throws Exception {
        Mirror mirror = rules.build();
        Pipeline pipeline = Pipeline.builder()
                .time(time)
                .addFilter(RequestId.DEFAULT)
                .addRoute(Route.path("/api/**")
                        .stripPrefix("/api")
                        .addFilter(mirror)
                        .to(origin))
                .build();
        TestResponse response = time.run(() -> {
            TestResponse got = TestClient.of(pipeline).get("/api/a");
            time.advance(Duration.ZERO);
            return got;
        });

        assertThat(shadow.requests().get(0).target().path()).isEqualTo("/a");
        assertThat(shadow.requests().get(0).headers().all("X-Request-Id"))
                .isEqualTo(response.headers().all("X-Request-Id"));
    }

    @Test
    void aReverseProxyAsTargetChangesTheCopyOnly() throws Exception {
        Mirror mirror = Mirror.builder(ReverseProxy.builder(shadow)
                        .rewrite((incoming, copy) -> copy.removeHeader("Cookie").header("X-Mirrored", "yes"))
                        .build())
                .build();
        send(mirror, "GET", request -> request.addHeader("Cookie", "a=b"));

        assertThat(shadow.requests().get(0).headers().has("Cookie")).isFalse();
        assertThat(shadow.requests().get(0).headers().first("X-Mirrored")).contains("yes");
        assertThat(origin.requests().get(0).headers().first("Cookie")).contains("a=b");
        assertThat(origin.requests().get(0).headers().has("X-Mirrored")).isFalse();
    }

    @Test
    void theServersTransportOpensAUrl() throws Exception {
        try (DirectTransport transport = DirectTransport.builder()
                        .connector(Connector.builder()
                                .resolver(host -> List.of(InetAddress.getLoopbackAddress()))
                                .build())
                        .build();
                ScriptedOrigin real = ScriptedOrigin.start(connection -> {
                    connection.readHead();
                    connection.write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nreal");
                })) {
            Mirror mirror = Mirror.builder(
                            "http://only.this.transport.test:" + real.address().getPort())
                    .build();
            assertThat(mirror.stage()).isEqualTo(Stage.INNERMOST);
            try (ProxyServer server = ProxyServer.builder()
                            .transport(transport)
                            .addListener(records)
                            .addFilter(mirror)
                            .addRoute("/**", request -> ProxyResponse.of(200, "own"))
                            .build()
                            .start();
                    RawConnection client = RawConnection.connect(server.address())) {
                client.write("GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
                assertThat(client.readAll()).endsWith("own");
                records.awaitEnded(2);
                assertThat(real.requests().get(0)).startsWith("GET /x HTTP/1.1\r\n");
                assertThat(mirror.counts()).isEqualTo(new Counts(1, 1, 0, 0, 0));
            }
        }
    }

    @Test
    void whatIsOutOfRangeIsRefused() {
        Mirror mirror = rules.build();

        assertThatThrownBy(() -> rules.share(1.5)).hasMessage("share must be 0 to 1: 1.5");
        assertThatThrownBy(() -> mirror.share(-0.1)).hasMessage("share must be 0 to 1: -0.1");
        assertThatThrownBy(() -> rules.methods()).hasMessage("methods needs at least one value");
        assertThatThrownBy(() -> rules.methods("a b"))
                .hasMessage("methods has a name that is not a method to copy: \"a b\"");
        assertThatThrownBy(() -> rules.methods("GET", "post"))
                .hasMessage(
                        "methods are compared with case, and \"post\" is not one that clients send: write \"POST\"");
        assertThatThrownBy(() -> rules.methods("CONNECT"))
                .hasMessage("methods has a name that is not a method to copy: \"CONNECT\"");
        assertThatThrownBy(() -> rules.maxInFlight(0)).hasMessage("maxInFlight must be positive: 0");
        assertThatThrownBy(() -> rules.maxBodyBytes(-1)).hasMessage("maxBodyBytes must not be negative: -1");
        assertThatThrownBy(() -> rules.timeout(Duration.ZERO)).hasMessage("timeout must be positive: 0 s");
        assertThatThrownBy(() -> Mirror.builder("ftp://a.example")).isInstanceOf(IllegalArgumentException.class);
    }
}
