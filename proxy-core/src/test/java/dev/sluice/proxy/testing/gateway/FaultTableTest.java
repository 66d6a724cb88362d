package dev.sluice.proxy.testing.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.limit.Timeouts;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.SimulatedTime;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.gateway.Seen.End;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.transport.direct.DirectTransport;
import dev.sluice.proxy.transport.jdk.JdkTransport;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each fault is what a client sees: the bytes and the end of the connection, the exception, and the outcome. */
@Timeout(60)
class FaultTableTest {
    private static final String HEAD = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n";
    private static final String CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static final String GARBAGE = "\0\1\2 this is no HTTP \3\r\n\r\n";
    private static final String NO_BYTES = "HTTP/1.1 header parser received no bytes";
    private static final String WHOLE = "200 0123456789";

    private static final Answer FIXED = Answer.ok().body("0123456789");
    private static final Answer IN_CHUNKS = FIXED.header("Transfer-Encoding", "chunked");

    /**
     * A fault of an answer.
     *
     * @param bytes what comes
     * @param end how the connection ends then; null if only with the gateway
     * @param jdk what the JDK's client says; empty if it may lose what came before a reset
     */
    record Row(
            Fault fault,
            Answer answer,
            String bytes,
            @Nullable End end,
            String jdk) {
        @Override
        public String toString() {
            return fault + (answer.equals(IN_CHUNKS) ? ", in chunks" : "");
        }

        FakeGateway start() {
            FakeGateway gateway = FakeGateway.start();
            gateway.on("GET /").answers(answer.with(fault));
            return gateway;
        }
    }

    private static Row fixed(Fault fault, String bytes, @Nullable End end, String jdk) {
        return new Row(fault, FIXED, bytes, end, jdk);
    }

    private static Row chunked(Fault fault, String bytes, @Nullable End end, String jdk) {
        return new Row(fault, IN_CHUNKS, bytes, end, jdk);
    }

    static Stream<Row> rows() {
        return Stream.of(
                fixed(Fault.RESET, "", End.RESET, "Connection reset"),
                fixed(Fault.RESET.inHead(9), "HTTP/1.1 ", End.RESET, "Connection reset"),
                fixed(Fault.RESET.inBody(0), HEAD, End.RESET, "Connection reset"),
                fixed(Fault.RESET.inBody(4), HEAD + "0123", End.RESET, "Connection reset"),
                chunked(Fault.RESET.inBody(4), CHUNKED + "a\r\n0123", End.RESET, "Connection reset"),
                fixed(Fault.RESET.afterBody(), HEAD + "0123456789", End.RESET, ""),
                fixed(Fault.CLOSE, "", End.FIN, NO_BYTES),
                fixed(Fault.CLOSE.inHead(9), "HTTP/1.1 ", End.FIN, "parser"),
                fixed(Fault.CLOSE.inBody(0), HEAD, End.FIN, "bytes received: 0"),
                fixed(Fault.CLOSE.inBody(4), HEAD + "0123", End.FIN, "bytes received: 4"),
                chunked(Fault.CLOSE.inBody(0), CHUNKED, End.FIN, "chunked transfer encoding"),
                chunked(Fault.CLOSE.inBody(4), CHUNKED + "a\r\n0123", End.FIN, "chunked transfer encoding"),
                chunked(Fault.CLOSE.inBody(10), CHUNKED + "a\r\n0123456789\r\n", End.FIN, "chunked transfer encoding"),
                fixed(Fault.CLOSE.afterBody(), HEAD + "0123456789", End.FIN, WHOLE),
                chunked(Fault.CLOSE.afterBody(), CHUNKED + "a\r\n0123456789\r\n0\r\n\r\n", End.FIN, WHOLE),
                fixed(Fault.SILENT, "", null, "timed out"),
                fixed(Fault.SILENT.inHead(9), "HTTP/1.1 ", null, "timed out"),
                fixed(Fault.SILENT.inBody(4), HEAD + "0123", null, "200 0123 and nothing more"),
                chunked(Fault.SILENT.inBody(4), CHUNKED + "a\r\n0123", null, "200 0123 and nothing more"),
                fixed(Fault.SILENT.afterBody(), HEAD + "0123456789", null, WHOLE),
                fixed(Fault.GARBAGE, GARBAGE, End.FIN, "Invalid status line"),
                new Row(
                        Fault.UNFINISHED_CHUNKS,
                        FIXED,
                        CHUNKED + "a\r\n0123456789\r\n",
                        End.FIN,
                        "chunked transfer encoding"),
                fixed(
                        Fault.LENGTH_TOO_LONG,
                        HEAD.replace("10", "11") + "0123456789",
                        End.FIN,
                        "fixed content-length: 11, bytes received: 10"),
                fixed(Fault.LENGTH_TOO_SHORT, HEAD.replace("10", "9") + "0123456789", End.FIN, "200 012345678"),
                fixed(Fault.STALE, HEAD + "0123456789", null, WHOLE));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void aRawClientGetsTheseBytesAndThisEnd(Row row) throws Exception {
        try (FakeGateway gateway = row.start();
                RawConnection raw = RawConnection.connect(gateway.address())) {
            raw.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(raw.readExactly(row.bytes().length())).isEqualTo(row.bytes());
            if (row.end() == null) {
                Seen.end(gateway);
                Seen.end(raw);
            } else {
                assertThat(Seen.end(raw)).isEqualTo(row.end());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("rows")
    void theJdksClientSaysThis(Row row) throws Exception {
        try (FakeGateway gateway = row.start()) {
            HttpClient client = HttpClient.newHttpClient();
            HttpRequest.Builder request = HttpRequest.newBuilder(gateway.uri());
            if (row.fault().outcome() == Outcome.HEAD_TIMEOUT) {
                request.timeout(Duration.ofMillis(200));
            }
            String seen;
            try {
                if (row.fault().outcome() == Outcome.BODY_TIMEOUT) {
                    seen = silence(client.send(request.build(), BodyHandlers.ofInputStream()), gateway);
                } else {
                    HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
                    seen = response.statusCode() + " " + response.body();
                }
            } catch (IOException failure) {
                seen = Seen.words(failure);
            }
            assertThat(seen).contains(row.jdk());
        }
    }

    /** The JDK's client has no timeout for a body, which ends with the gateway. */
    private static String silence(HttpResponse<InputStream> response, FakeGateway gateway) throws IOException {
        String text = new String(response.body().readNBytes(4), StandardCharsets.US_ASCII);
        Seen.end(gateway);
        assertThatThrownBy(() -> response.body().read()).isInstanceOf(IOException.class);
        return response.statusCode() + " " + text + " and nothing more";
    }

    @ParameterizedTest
    @MethodSource("rows")
    void everyTransportReportsTheOutcome(Row row) throws Exception {
        try (FakeGateway gateway = row.start();
                DirectTransport direct = DirectTransport.builder().build();
                JdkTransport jdk = JdkTransport.builder().build()) {
            for (URI uri : new URI[] {gateway.uri(), gateway.httpsUri()}) {
                assertOutcome(row.fault(), direct.upstream("direct " + uri, uri, Seen.tls(gateway, uri)));
                assertOutcomeByJdk(row.fault(), jdk.upstream("jdk " + uri, uri, Seen.tls(gateway, uri)));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("rows")
    void withoutASocketTheOutcomeIsTheSame(Row row) throws Exception {
        try (FakeGateway gateway = FakeGateway.withoutSocket()) {
            gateway.on("GET /").answers(row.answer().with(row.fault()));
            SimulatedTime time = new SimulatedTime();
            assertThat(time.run(() -> outcome(row.fault(), gateway.upstream("memory"), time)))
                    .isEqualTo(row.fault().outcome());
        }
    }

    @Test
    void aResetComesBehindAllBytesBeforeIt() throws Exception {
        try (FakeGateway gateway = FakeGateway.start();
                RawConnection raw = RawConnection.connect(gateway.address())) {
            gateway.on("GET /").answers(Answer.ok().body(new byte[60_000]).with(Fault.RESET.inBody(50_000)));
            raw.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(raw.readHead()).contains("Content-Length: 60000\r\n");
            assertThat(raw.readExactly(50_000)).hasSize(50_000);
            assertThat(Seen.end(raw)).isEqualTo(End.RESET);
        }
    }

    @Test
    void aStaleConnectionIsResetWithTheNextRequest() throws Exception {
        try (FakeGateway gateway = FakeGateway.start();
                RawConnection raw = RawConnection.connect(gateway.address())) {
            gateway.on("GET /").answers(FIXED.with(Fault.STALE));
            raw.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(raw.readExactly(HEAD.length() + 10)).isEqualTo(HEAD + "0123456789");
            raw.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(Seen.end(raw)).isEqualTo(End.RESET);
            gateway.verify(1, "GET /");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "https"})
    void theJdksClientSendsAGetAgainThatMeetsAStaleConnectionButNoPost(String scheme) throws Exception {
        try (FakeGateway gateway = FakeGateway.start()) {
            gateway.on("/").answers(FIXED.with(Fault.STALE), FIXED.with(Fault.STALE), FIXED);
            URI uri = scheme.equals("http") ? gateway.uri() : gateway.httpsUri();
            HttpClient client =
                    HttpClient.newBuilder().sslContext(gateway.clientTls()).build();
            HttpRequest get = HttpRequest.newBuilder(uri.resolve("/")).build();
            assertThat(client.send(get, BodyHandlers.ofString()).body()).isEqualTo("0123456789");
            assertThat(client.send(get, BodyHandlers.ofString()).body()).isEqualTo("0123456789");
            HttpRequest post = HttpRequest.newBuilder(uri.resolve("/"))
                    .POST(BodyPublishers.ofString("a"))
                    .build();
            assertThatThrownBy(() -> client.send(post, BodyHandlers.ofString())).isInstanceOf(IOException.class);
            assertThat(gateway.received())
                    .extracting(ReceivedRequest::connection)
                    .containsExactly(1, 2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "https"})
    void ourTransportSendsAGetAgainThatMeetsAStaleConnectionButNoPost(String scheme) throws Exception {
        ManualTime time = new ManualTime();
        try (FakeGateway gateway = FakeGateway.start();
                DirectTransport direct = DirectTransport.builder().build()) {
            gateway.on("/").answers(FIXED.with(Fault.STALE));
            URI uri = scheme.equals("http") ? gateway.uri() : gateway.httpsUri();
            Upstream upstream = direct.upstream("direct", uri, Seen.tls(gateway, uri));
            TestClient client = TestClient.of(ReverseProxy.to(upstream), time);
            assertThat(client.get("/").text()).isEqualTo("0123456789");
            assertThat(client.get("/").text()).isEqualTo("0123456789");
            assertThatThrownBy(() -> client.send("POST", "/", Headers.empty(), new byte[0]))
                    .isInstanceOfSatisfying(ProxyException.class, failure -> {
                        assertThat(failure.outcome()).isEqualTo(Outcome.HEAD_FAILED);
                        assertThat(failure.delivery()).isEqualTo(Delivery.SENT_UNKNOWN);
                    });
            assertThat(client.get("/").text()).isEqualTo("0123456789");
            // After a second it takes no kept connection for a POST.
            time.advance(Duration.ofSeconds(2));
            assertThat(client.send("POST", "/", Headers.empty(), new byte[0]).text())
                    .isEqualTo("0123456789");
            assertThat(gateway.received())
                    .extracting(ReceivedRequest::connection)
                    .containsExactly(1, 2, 3, 4);
        }
    }

    private static void assertOutcome(Fault fault, Upstream upstream) throws Exception {
        assertThat(outcome(fault, upstream, TimeSource.system()))
                .as(upstream.id())
                .isEqualTo(fault.outcome());
    }

    /** The JDK's client may hear of a reset before it has read what came first, as it reads and decrypts on two threads. */
    private static void assertOutcomeByJdk(Fault fault, Upstream upstream) throws Exception {
        if (fault.kind() == Fault.Kind.RESET && fault.outcome() != Outcome.HEAD_FAILED) {
            assertThat(outcome(fault, upstream, TimeSource.system())).isIn(fault.outcome(), Outcome.HEAD_FAILED);
        } else {
            assertOutcome(fault, upstream);
        }
    }

    /** Only a fault that is silence has a short timeout, so that a slow machine meets none. */
    private static @Nullable Outcome outcome(Fault fault, Upstream upstream, TimeSource time) throws Exception {
        Timeouts timeouts = switch (fault.outcome()) {
            case HEAD_TIMEOUT -> Seen.HASTY_FOR_HEAD;
            case BODY_TIMEOUT -> Seen.HASTY_FOR_BODY;
            default -> Timeouts.DEFAULT;
        };
        return Seen.outcome(upstream, time, timeouts);
    }

    @Test
    void aConnectionThatEndsAnywayCannotBeStale() throws Exception {
        FakeGateway gateway = FakeGateway.start();
        gateway.on("GET /").answers(FIXED.with(Fault.STALE));
        try (RawConnection raw = RawConnection.connect(gateway.address())) {
            raw.write("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            assertThat(raw.readAll()).contains("500");
        }
        assertThatThrownBy(gateway::close)
                .hasMessageContaining("STALE cannot happen")
                .hasMessageContaining("behind which the connection ends");
    }

    @Test
    void behindAWebSocketOrInATunnelThereIsNoNextRequest() throws Exception {
        FakeGateway gateway = FakeGateway.start();
        gateway.on("GET /chat").answers(Answer.webSocketEcho().with(Fault.STALE));
        gateway.on("CONNECT a.test:80").answers(Answer.of(200).with(Fault.STALE));
        try (RawConnection raw = RawConnection.connect(gateway.address())) {
            raw.write("GET /chat HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
            assertThat(raw.readHead()).contains("500");
        }
        try (RawConnection raw = RawConnection.connect(gateway.address())) {
            raw.write("CONNECT a.test:80 HTTP/1.1\r\nHost: a.test\r\n\r\n");
            assertThat(raw.readHead()).contains("500");
        }
        assertThatThrownBy(gateway::close)
                .hasMessageContainingAll(
                        "STALE cannot happen to the answer to #1 GET /chat, behind which the connection is a WebSocket",
                        "STALE cannot happen to the answer to #2 CONNECT a.test:80,"
                                + " behind which the connection is a tunnel");
    }
}
