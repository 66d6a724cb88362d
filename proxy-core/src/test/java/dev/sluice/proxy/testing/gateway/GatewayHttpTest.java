package dev.sluice.proxy.testing.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.gateway.Seen.End;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProxySelector;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP on a connection of a gateway, byte by byte. */
@Timeout(60)
class GatewayHttpTest {
    private static final String HELLO = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
    private static final String LAST = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello";

    private static Answer hello() {
        return Answer.ok().body("hello");
    }

    private static FakeGateway started() {
        FakeGateway gateway = FakeGateway.start();
        gateway.otherwise(hello());
        return gateway;
    }

    private static void assertComes(RawConnection raw, String expected) throws Exception {
        assertThat(raw.readExactly(expected.length())).isEqualTo(expected);
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() throws Exception {
        try (FakeGateway gateway = started();
                RawConnection raw = RawConnection.connect(gateway.address())) {
            gateway.on("GET /2").answers(Answer.ok().body("two"));
            String first = "POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc";
            String second = "GET /2 HTTP/1.1\r\nHost: a\r\n\r\n";
            raw.write(first + second + first);
            assertComes(raw, HELLO + "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\ntwo" + HELLO);
            assertThat(gateway.received())
                    .extracting(request -> new String(request.bytes(), StandardCharsets.US_ASCII))
                    .containsExactly(first, second, first);
            assertThat(gateway.received()).extracting(ReceivedRequest::number).containsExactly(1, 2, 3);
        }
    }

    @Test
    void requestsAreNotedByConnection() throws Exception {
        try (FakeGateway gateway = started();
                RawConnection one = RawConnection.connect(gateway.address());
                RawConnection two = RawConnection.connect(gateway.address())) {
            for (RawConnection each : new RawConnection[] {two, one, two}) {
                each.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
                assertComes(each, HELLO);
            }
            assertThat(gateway.received())
                    .extracting(ReceivedRequest::connection)
                    .containsExactly(2, 1, 2);
            assertThat(gateway.received().get(1).client()).isEqualTo(one.address());
        }
    }

    @Test
    void whenARequestCameIsOfTheGatewaysClock() throws Exception {
        ManualTime time = new ManualTime();
        try (FakeGateway gateway = FakeGateway.builder().time(time).start();
                RawConnection raw = RawConnection.connect(gateway.address())) {
            gateway.otherwise(hello());
            for (int i = 0; i < 2; i++) {
                raw.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
                assertComes(raw, HELLO);
                time.advance(Duration.ofSeconds(30));
            }
            assertThat(gateway.received())
                    .extracting(ReceivedRequest::at)
                    .containsExactly(time.now().minusSeconds(60), time.now().minusSeconds(30));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "HTTP/1.1, , ",
        "HTTP/1.1, keep-alive, ",
        "HTTP/1.1, close, close",
        "HTTP/1.0, , close",
        "HTTP/1.0, keep-alive, keep-alive"
    })
    void aConnectionStaysOpenUnlessOneSideSaysOtherwise(String version, String asked, String answered)
            throws Exception {
        try (FakeGateway gateway = started();
                RawConnection raw = RawConnection.connect(gateway.address())) {
            String request = "GET / " + version + "\r\n" + (asked == null ? "" : "Connection: " + asked + "\r\n")
                    + "Host: a\r\n\r\n";
            raw.write(request);
            String expected = answered == null ? HELLO : LAST.replace("Connection: close", "Connection: " + answered);
            assertComes(raw, expected);
            if ("close".equals(answered)) {
                raw.write(request);
                assertThat(Seen.end(raw)).isEqualTo(End.FIN);
            } else {
                raw.write(request);
                assertComes(raw, expected);
            }
        }
    }

    @Test
    void anAnswerMayCloseTheConnection() throws Exception {
        try (FakeGateway gateway = FakeGateway.start();
                RawConnection raw = RawConnection.connect(gateway.address())) {
            gateway.on("GET /").answers(hello().header("Connection", "close"));
            raw.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(raw.readAll()).endsWith("hello").contains("Connection: close\r\n");
        }
    }

    @Test
    void whoeverStillSendsGetsTheLastAnswerWhole() throws Exception {
        try (FakeGateway gateway = FakeGateway.start();
                RawConnection raw = RawConnection.connect(gateway.address())) {
            String large = "x".repeat(300_000);
            gateway.on("GET /").answers(Answer.ok().body(large));
            raw.write("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
            raw.write("y".repeat(300_000));
            assertThat(raw.readAll()).endsWith("\r\n\r\n" + large);
        }
    }

    @Test
    void aClientOfHttp10GetsNoChunksAndNoInterimResponses() throws Exception {
        try (FakeGateway gateway = FakeGateway.start();
                RawConnection raw = RawConnection.connect(gateway.address())) {
            gateway.on("GET /").answers(hello().trailer("X-Sum", "1").interim(103, "Link", "</a>"));
            raw.write("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
            assertThat(raw.readAll()).isEqualTo("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello");
            assertThat(gateway.next().version()).isEqualTo(HttpVersion.HTTP_1_0);
        }
    }

    @Test
    void anEndOverTlsIsTold() throws Exception {
        ByteArrayOutputStream records = new ByteArrayOutputStream();
        try (FakeGateway gateway = FakeGateway.start();
                Socket plain = new Copying(records)) {
            gateway.on("GET /").answers(hello().trailer("X-Sum", "1"));
            plain.connect(gateway.address());
            SSLSocket over = (SSLSocket) gateway.clientTls()
                    .getSocketFactory()
                    .createSocket(plain, "a.test", gateway.address().getPort(), true);
            over.setEnabledProtocols(new String[] {"TLSv1.2"});
            over.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(over.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .endsWith("\r\n\r\nhello");
        }
        assertThat(lastRecord(records.toByteArray())).as("an alert").isEqualTo(21);
    }

    /** The type of the last record (RFC 5246 §6.2.1). */
    private static int lastRecord(byte[] records) {
        int type = 0;
        for (int at = 0; at < records.length; ) {
            type = records[at];
            at += 5 + ((records[at + 3] & 0xff) << 8 | (records[at + 4] & 0xff));
        }
        return type;
    }

    /** Keeps what it receives. */
    private static final class Copying extends Socket {
        private final ByteArrayOutputStream received;

        Copying(ByteArrayOutputStream received) {
            this.received = received;
        }

        @Override
        public InputStream getInputStream() throws IOException {
            return new FilterInputStream(super.getInputStream()) {
                @Override
                public int read(byte[] target, int offset, int length) throws IOException {
                    int n = super.read(target, offset, length);
                    received.write(target, offset, Math.max(n, 0));
                    return n;
                }
            };
        }
    }

    @Test
    void interimResponsesAndTrailersComeInTheirPlaces() throws Exception {
        try (FakeGateway gateway = FakeGateway.start();
                RawConnection raw = RawConnection.connect(gateway.address())) {
            gateway.on("GET /").answers(hello().trailer("X-Sum", "1").interim(103, "Link", "</a>"));
            raw.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertComes(
                    raw,
                    "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
                            + "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n");
        }
    }

    @Test
    void thereIsNoBodyWhereNoneMayBe() throws Exception {
        try (FakeGateway gateway = started();
                RawConnection raw = RawConnection.connect(gateway.address())) {
            gateway.on("GET /204").answers(Answer.of(204));
            gateway.on("GET /304").answers(Answer.of(304));
            raw.write("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertComes(raw, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
            raw.write("GET /204 HTTP/1.1\r\nHost: a\r\n\r\nGET /304 HTTP/1.1\r\nHost: a\r\n\r\n");
            assertComes(raw, "HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 304 Not Modified\r\n\r\n");
            raw.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertComes(raw, HELLO);
        }
    }

    @Test
    void anAnswerToHeadWithoutABodyTellsNoLengthThatGetMayNotHave() throws Exception {
        try (FakeGateway gateway = started();
                RawConnection raw = RawConnection.connect(gateway.address())) {
            gateway.on("/").answers(200);
            raw.write("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertComes(raw, "HTTP/1.1 200 OK\r\n\r\n");
            raw.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertComes(raw, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        }
    }

    @Test
    void aClientThatWaitsForItIsToldToGoOn() throws Exception {
        try (FakeGateway gateway = started();
                RawConnection raw = RawConnection.connect(gateway.address())) {
            raw.write("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
            assertComes(raw, "HTTP/1.1 100 Continue\r\n\r\n");
            raw.write("abc");
            assertComes(raw, HELLO);
            assertThat(gateway.next().text()).isEqualTo("abc");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc",
                "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 0\r\n\r\n"
            })
    void aClientThatDoesNotWaitIsToldNothing(String request) throws Exception {
        try (FakeGateway gateway = started();
                RawConnection raw = RawConnection.connect(gateway.address())) {
            raw.write(request);
            assertThat(raw.readHead()).startsWith("HTTP/1.1 200 OK");
        }
    }

    @Test
    void aClientOfHttp10IsNotToldToGoOn() throws Exception {
        try (FakeGateway gateway = started();
                RawConnection raw = RawConnection.connect(gateway.address())) {
            raw.write("POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
            raw.shutdownOutput();
            assertThat(raw.readHead()).startsWith("HTTP/1.1 400 ");
        }
    }

    @Test
    void aTargetMayHaveEveryForm() throws Exception {
        try (FakeGateway gateway = FakeGateway.start();
                RawConnection raw = RawConnection.connect(gateway.address())) {
            gateway.on("GET /users/{id}?x=1").answers(hello());
            gateway.on("OPTIONS *").answers(hello());
            gateway.on("CONNECT a.test:443").answers(Answer.of(403).body("hello"));
            raw.write("GET http://a.test/users/7?x=1 HTTP/1.1\r\nHost: a.test\r\n\r\n");
            assertComes(raw, HELLO);
            raw.write("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n");
            assertComes(raw, HELLO);
            raw.write("CONNECT a.test:443 HTTP/1.1\r\nHost: a.test:443\r\n\r\n");
            assertComes(raw, HELLO.replace("200 OK", "403 Forbidden"));
            assertThat(gateway.received())
                    .extracting(ReceivedRequest::target)
                    .containsExactly("http://a.test/users/7?x=1", "*", "a.test:443");
            gateway.verify("CONNECT a.test:443");
            gateway.verify(0, "CONNECT a.test:80");
        }
    }

    @Test
    void theGatewayIsAProxyAndTheServerBehindItsTunnel() throws Exception {
        try (FakeGateway gateway = FakeGateway.start()) {
            gateway.on("CONNECT a.test:443").answers(200);
            gateway.on("GET /users").answers("Anna");
            HttpClient client = HttpClient.newBuilder()
                    .proxy(ProxySelector.of(gateway.address()))
                    .sslContext(gateway.clientTls())
                    .build();
            assertThat(client.send(
                                    HttpRequest.newBuilder(URI.create("https://a.test/users"))
                                            .build(),
                                    BodyHandlers.ofString())
                            .body())
                    .isEqualTo("Anna");
            gateway.verifyOrder("CONNECT a.test:443", "GET /users");
            assertThat(gateway.received().get(1).serverName()).isEqualTo("a.test");
        }
    }

    @Test
    void whatFollowsAConnectAtOnceIsInTheTunnel() throws Exception {
        try (FakeGateway gateway = started();
                RawConnection raw = RawConnection.connect(gateway.address())) {
            gateway.on("CONNECT a.test:80").answers(200);
            raw.write("CONNECT a.test:80 HTTP/1.1\r\nHost: a.test\r\n\r\nGET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
            assertComes(raw, "HTTP/1.1 200 OK\r\n\r\n" + HELLO);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'GET / HTTP/1.1\r\nHost : a\r\n\r\n', white space between a field name and its colon",
        "'GET  / HTTP/1.1\r\n\r\n', no request target",
        "'GET / HTTP/3.0\r\n\r\n', HTTP/3.0 is not supported here",
        "'\0\1\2\3\r\n\r\n', does not begin with a method",
        "'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n', ",
        "'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n', "
    })
    void aMalformedRequestIsNotedWithItsBytesAndAnsweredWith400(String request, String why) throws Exception {
        try (FakeGateway gateway = started();
                RawConnection raw = RawConnection.connect(gateway.address())) {
            gateway.allowUnmatched();
            raw.write(request);
            assertThat(raw.readAll()).startsWith("HTTP/1.1 400 Bad Request\r\n").contains("Connection: close\r\n");
            ReceivedRequest received = gateway.next();
            assertThat(received.malformed()).contains(why == null ? "" : why);
            assertThat(received.bytes()).isEqualTo(request.getBytes(StandardCharsets.ISO_8859_1));
            assertThat(received.method()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'GET / HT', the client left within the head",
        "'POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc', the client left after 3 bytes of the body of POST /a",
        "'POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab', the client left after 2 bytes of the body of POST /a"
    })
    void aClientThatLeavesWithinARequestIsNoted(String half, String why) throws Exception {
        try (FakeGateway gateway = started()) {
            try (RawConnection raw = RawConnection.connect(gateway.address())) {
                raw.write(half);
                raw.shutdownOutput();
                assertThat(raw.readAll()).startsWith("HTTP/1.1 400 ").endsWith(why);
            }
            try (RawConnection raw = RawConnection.connect(gateway.address())) {
                raw.write(half);
                raw.reset();
            }
            for (int i = 0; i < 2; i++) {
                ReceivedRequest left = gateway.next();
                assertThat(left.malformed()).isEqualTo(why);
                if (i == 0) {
                    assertThat(left.bytes()).isEqualTo(half.getBytes(StandardCharsets.ISO_8859_1));
                }
            }
        }
    }

    @Test
    void aLargeBodyComesWhole() throws Exception {
        byte[] body = new byte[10_000_000];
        for (int i = 0; i < body.length; i++) {
            body[i] = (byte) (i * 31);
        }
        String head = "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: " + body.length + "\r\n\r\n";
        try (FakeGateway gateway = started();
                RawConnection raw = RawConnection.connect(gateway.address())) {
            raw.write(head);
            raw.write(body);
            assertComes(raw, HELLO);
            ReceivedRequest request = gateway.next();
            assertThat(request.body()).isEqualTo(body);
            assertThat(request.bytes())
                    .startsWith(head.getBytes(StandardCharsets.US_ASCII))
                    .endsWith(body);
            assertThat(request.bytes()).hasSize(head.length() + body.length);
        }
    }

    @Test
    void aBodyInChunksComesWithItsTrailersAndItsBytes() throws Exception {
        String request = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "3;a=b\r\nabc\r\n1\r\nd\r\n0\r\nX-Sum: 4\r\n\r\n";
        try (FakeGateway gateway = started();
                RawConnection raw = RawConnection.connect(gateway.address())) {
            raw.write(request + "GET /next HTTP/1.1\r\nHost: a\r\n\r\n");
            assertComes(raw, HELLO + HELLO);
            ReceivedRequest received = gateway.next();
            assertThat(received.text()).isEqualTo("abcd");
            assertThat(received.trailers().first("X-Sum")).hasValue("4");
            assertThat(received.bytes()).isEqualTo(request.getBytes(StandardCharsets.US_ASCII));
            assertThat(gateway.next().target()).isEqualTo("/next");
        }
    }

    @Test
    void delayAndRateAreOfTheGatewaysClock() throws Exception {
        ManualTime time = new ManualTime();
        try (FakeGateway gateway = FakeGateway.builder().time(time).start();
                RawConnection raw = RawConnection.connect(gateway.address())) {
            gateway.on("GET /")
                    .answers(
                            Answer.ok().body("abc").delay(Duration.ofSeconds(5)).rate(1));
            raw.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            time.awaitWaiters(1);
            time.advance(Duration.ofMillis(4_999));
            time.awaitWaiters(1);
            time.advance(Duration.ofMillis(1));
            assertThat(raw.readHead()).startsWith("HTTP/1.1 200 OK");
            for (char next = 'a'; next < 'c'; next++) {
                assertComes(raw, String.valueOf(next));
                time.awaitWaiters(1);
                time.advance(Duration.ofSeconds(1));
            }
            gateway.on("GET /").answers(hello());
            raw.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertComes(raw, "c" + HELLO);
        }
    }

    @Test
    void aFaultInASlowBodyComesInItsTime() throws Exception {
        ManualTime time = new ManualTime();
        try (FakeGateway gateway = FakeGateway.builder().time(time).start();
                RawConnection raw = RawConnection.connect(gateway.address())) {
            gateway.on("GET /").answers(Answer.ok().body("abc").rate(1).with(Fault.CLOSE.inBody(2)));
            raw.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(raw.readHead()).contains("Content-Length: 3\r\n");
            assertComes(raw, "a");
            time.awaitWaiters(1);
            time.advance(Duration.ofSeconds(1));
            assertComes(raw, "b");
            assertThat(Seen.end(raw)).isEqualTo(End.FIN);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/fixed, 'RESET after 10 bytes of the body', whose body is whole with 5 bytes",
        "/whole, 'CLOSE after 5 bytes of the body', whose body is whole with 5 bytes",
        "/head, 'SILENT after 1000 bytes of the head', whose head has 38 bytes",
        "/204, 'RESET after 0 bytes of the body', which has no body",
        "/told, LENGTH_TOO_LONG, whose length is not written by itself",
        "/empty, LENGTH_TOO_SHORT, which has no byte to leave out",
        "/closing, STALE, behind which the connection ends",
        "/toldchunks, UNFINISHED_CHUNKS, whose body is not in chunks"
    })
    void aFaultThatCannotHappenFailsTheTest(String path, String fault, String why) throws Exception {
        FakeGateway gateway = FakeGateway.start();
        gateway.on("/fixed").answers(hello().with(Fault.RESET.inBody(10)));
        gateway.on("/whole").answers(hello().with(Fault.CLOSE.inBody(5)));
        gateway.on("/head").answers(hello().with(Fault.SILENT.inHead(1_000)));
        gateway.on("/204").answers(Answer.of(204).with(Fault.RESET.inBody(0)));
        gateway.on("/told").answers(hello().header("Content-Length", "5").with(Fault.LENGTH_TOO_LONG));
        gateway.on("/empty").answers(Answer.ok().with(Fault.LENGTH_TOO_SHORT));
        gateway.on("/closing").answers(hello().header("Connection", "close").with(Fault.STALE));
        gateway.on("/toldchunks").answers(hello().header("Content-Length", "5").with(Fault.UNFINISHED_CHUNKS));
        try (RawConnection raw = RawConnection.connect(gateway.address())) {
            raw.write("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(raw.readHead()).startsWith("HTTP/1.1 500 ");
        }
        assertThatThrownBy(gateway::close)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(fault + " cannot happen to the answer to #1 GET " + path + ", " + why);
    }

    @Test
    void anEmptyLineBehindABodyIsNoRequest() throws Exception {
        FakeGateway gateway = started();
        try (RawConnection raw = RawConnection.connect(gateway.address())) {
            raw.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc\r\n");
            raw.shutdownOutput();
            assertThat(raw.readAll()).isEqualTo(HELLO);
        }
        assertThat(gateway.received()).hasSize(1);
        gateway.close();
    }

    @Test
    void anErrorOfAConditionIsHeardOf() throws Exception {
        FakeGateway gateway = started();
        gateway.on(RequestMatch.of("GET /").when("broken", request -> {
                    throw new NoClassDefFoundError("Missing");
                }))
                .answers("never");
        try (RawConnection raw = RawConnection.connect(gateway.address())) {
            raw.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(raw.readAll()).isEmpty();
        }
        assertThatThrownBy(gateway::close)
                .hasMessageContaining("connection 1 failed: java.lang.NoClassDefFoundError: Missing");
    }
}
