package dev.sluice.proxy.testing.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.SimulatedTime;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestResponse;
import dev.sluice.proxy.time.Signal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is on the wire, and the same without a socket. */
@Timeout(60)
class AnswerTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String LAST = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    private static final String OLD = "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";

    private final ManualTime time = new ManualTime();
    private final FakeGateway gateway = FakeGateway.builder().time(time).start();

    @AfterEach
    void close() {
        gateway.close();
    }

    private RawConnection ask(String request) throws IOException {
        RawConnection raw = RawConnection.connect(gateway.address());
        raw.write(request);
        return raw;
    }

    private String raw(String request) throws IOException {
        try (RawConnection raw = ask(request)) {
            return raw.readAll();
        }
    }

    private String raw(Answer answer) throws IOException {
        gateway.on("/").answers(answer);
        return raw(LAST);
    }

    private TestResponse inMemory(Answer answer) throws Exception {
        try (FakeGateway without = FakeGateway.withoutSocket()) {
            without.on("/").answers(answer);
            return TestClient.of(ReverseProxy.to(without.upstream("a"))).get("/");
        }
    }

    private void assertFails(Answer answer, String problem) throws IOException {
        assertThat(raw(answer)).startsWith("HTTP/1.1 500 ").contains("\r\n\r\nthe answer failed: ");
        assertThatThrownBy(gateway::verifyMatched)
                .isInstanceOf(AssertionError.class)
                .hasMessageMatching("(?s)the answer to #\\d GET / failed: .*")
                .hasMessageContaining(problem);
    }

    @Test
    void textAndJsonHaveTheirTypes() throws Exception {
        assertThat(raw(Answer.ok("é")))
                .isEqualTo("HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 2\r\n"
                        + "Connection: close\r\n\r\n\u00c3\u00a9");
        assertThat(raw(Answer.json("{}")))
                .isEqualTo("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n"
                        + "Connection: close\r\n\r\n{}");
        assertThat(raw(Answer.json(201, "{}")))
                .isEqualTo("HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 2\r\n"
                        + "Connection: close\r\n\r\n{}");
        assertThatThrownBy(() -> Answer.json(100, "{}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("status must be 200 to 999: 100");
    }

    @Test
    void aFileIsReadAtOnce(@TempDir Path folder) throws Exception {
        Path file = Files.write(folder.resolve("a.json"), new byte[] {'{', '}'});
        Answer answer = Answer.file(file);
        Files.delete(file);
        assertThat(raw(answer)).contains("Content-Length: 2\r\n").endsWith("\r\n\r\n{}");
        assertThatThrownBy(() -> Answer.file(file))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageStartingWith("cannot read " + file + ": ");
    }

    @Test
    void aRedirectHasItsStatus() throws Exception {
        assertThat(raw(Answer.redirect("/b"))).startsWith("HTTP/1.1 302 Found\r\nLocation: /b\r\n");
        assertThat(raw(Answer.redirect(308, "/b"))).startsWith("HTTP/1.1 308 Permanent Redirect\r\nLocation: /b\r\n");
        assertThatThrownBy(() -> Answer.redirect(200, "/b"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("200");
        assertThatThrownBy(() -> Answer.redirect("/b\r\nSet-Cookie: a")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void trailersComeBehindChunks() throws Exception {
        assertThat(raw(Answer.ok("hi").trailer("A", "1").trailer("A", "2")))
                .endsWith(
                        "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n2\r\nhi\r\n0\r\nA: 1\r\nA: 2\r\n\r\n");
        assertThat(inMemory(Answer.ok("hi").trailer("A", "1")).text()).isEqualTo("hi");
    }

    @Test
    void anHttp10ClientGetsNeitherTrailersNorInterimResponses() throws Exception {
        gateway.on("/").answers(Answer.ok("hi").trailer("A", "1").interim(103, "Link", "</a>"));
        assertThat(raw(OLD))
                .isEqualTo("HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\nhi");
    }

    @Test
    void interimResponsesComeFirst() throws Exception {
        Answer answer = Answer.of(204).interim(102).interim(103, "Link", "</a>", "Link", "</b>");
        assertThat(raw(answer))
                .isEqualTo("HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\nLink: </b>\r\n\r\n"
                        + "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
        assertThat(inMemory(answer).interim()).containsExactly(102, 103);
        assertThatThrownBy(() -> Answer.ok().interim(101))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("101");
    }

    @Test
    void aDelayLastsUntilTheTestTurnsTheClock() throws Exception {
        gateway.on("/").answers(Answer.of(204).delay(Duration.ofHours(1)));
        try (RawConnection raw = ask(LAST)) {
            time.awaitWaiters(1);
            time.advance(Duration.ofMinutes(59));
            time.awaitWaiters(1);
            time.advance(Duration.ofMinutes(1));
            assertThat(raw.readAll()).startsWith("HTTP/1.1 204 ");
        }
    }

    @Test
    void aRateIsOneOfTheClock() throws Exception {
        gateway.on("/").answers(Answer.ok("abc").rate(1));
        try (RawConnection raw = ask(LAST)) {
            assertThat(raw.readHead()).contains("Content-Length: 3\r\n");
            assertThat(raw.readExactly(1)).isEqualTo("a");
            for (String next : new String[] {"b", "c"}) {
                time.awaitWaiters(1);
                time.advance(Duration.ofSeconds(1));
                assertThat(raw.readExactly(1)).isEqualTo(next);
            }
            assertThat(raw.readAll()).isEmpty();
        }
    }

    @Test
    void aRateCountsBytesHoweverTheyCome() throws Exception {
        SimulatedTime virtual = new SimulatedTime();
        BodyFeed feed = new BodyFeed();
        for (int i = 0; i < 100; i++) {
            feed.write("x");
        }
        feed.end();
        try (FakeGateway without = FakeGateway.withoutSocket()) {
            without.on("/small").answers(Answer.ok().body(feed).rate(100_000));
            without.on("/large").answers(Answer.ok().body(new byte[10_000_000]).rate(10_000_000));
            TestClient client = TestClient.of(ReverseProxy.to(without.upstream("a")), virtual);
            virtual.run(() -> client.get("/small"));
            assertThat(Duration.ofNanos(virtual.nanos())).isLessThan(Duration.ofMillis(2));
            virtual.run(() -> client.get("/large"));
            assertThat(Duration.ofNanos(virtual.nanos())).isBetween(Duration.ofMillis(990), Duration.ofMillis(1_010));
        }
    }

    @Test
    void whatIsWrittenAtOnceIsOneChunk() throws Exception {
        BodyFeed feed = new BodyFeed().write("x".repeat(20_000));
        feed.end();
        gateway.on("/").answers(Answer.ok().body(feed));
        assertThat(raw(LAST)).contains("\r\n\r\n4e20\r\nxx").endsWith("xx\r\n0\r\n\r\n");
    }

    @Test
    void whatAWebSocketOrAnAnswerWithoutABodyCannotHaveIsRefused() throws Exception {
        Answer webSocket = Answer.webSocket();
        for (Answer answer : new Answer[] {
            webSocket.body("x"), webSocket.trailer("A", "1"), webSocket.rate(1), webSocket.bodyAfter(new Signal())
        }) {
            gateway.on("/").answers(answer);
            assertThat(raw("GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade, close\r\n"
                            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"))
                    .startsWith("HTTP/1.1 500 ")
                    .contains("a WebSocket has no body, and so no trailers, rate or bodyAfter");
            assertThatThrownBy(gateway::verifyMatched).isInstanceOf(AssertionError.class);
        }
        gateway.reset();
        assertFails(Answer.of(204).trailer("A", "1"), "status 204 has no body, and so no trailers");
    }

    @Test
    void withoutASocketAFaultBehindTheEndOfAFeedIsHeardOf() throws Exception {
        BodyFeed feed = new BodyFeed().write("hello");
        feed.end();
        FakeGateway without = FakeGateway.withoutSocket();
        without.on("/").answers(Answer.ok().body(feed).with(Fault.CLOSE.inBody(100)));
        TestClient.of(ReverseProxy.to(without.upstream("a"))).get("/");
        assertThatThrownBy(without::close)
                .hasMessageContaining("CLOSE after 100 bytes of the body did not happen: the body ended before");
    }

    @Test
    void aClockThatIsTurnedFarLetsAllGoThatIsDue() throws Exception {
        gateway.on("/").answers(Answer.ok("x".repeat(1_000)).rate(100));
        try (RawConnection raw = ask(LAST)) {
            raw.readHead();
            time.awaitWaiters(1);
            time.advance(Duration.ofSeconds(10));
            assertThat(raw.readAll()).hasSize(1_000);
        }
    }

    @Test
    void aClockInWhichOnlyTasksCanWaitIsRefused() {
        assertThatThrownBy(() -> FakeGateway.builder().time(new SimulatedTime()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("time cannot be a SimulatedTime, in which only its own tasks can wait:"
                        + " use withoutSocket(), or a ManualTime");
    }

    static Stream<Answer> lengths() {
        Answer five = Answer.ok("hello");
        return Stream.of(
                five,
                five.with(Fault.RESET.inBody(2)),
                five.with(Fault.CLOSE.inBody(2)),
                five.with(Fault.SILENT.inBody(2)),
                five.with(Fault.RESET.afterBody()),
                five.with(Fault.LENGTH_TOO_LONG),
                five.with(Fault.LENGTH_TOO_SHORT),
                five.with(Fault.UNFINISHED_CHUNKS),
                five.header("Content-Length", "5"),
                five.header("Content-Length", "4"),
                five.header("Transfer-Encoding", "chunked"),
                five.trailer("A", "1"),
                five.gzip(),
                Answer.ok());
    }

    /** A pool mends what has a length, so it must be the same. */
    @ParameterizedTest
    @MethodSource("lengths")
    void theLengthIsTheSameWithoutASocket(Answer answer) throws Exception {
        gateway.on("/").answers(answer);
        long told = Body.UNKNOWN;
        try (RawConnection raw = ask("GET / HTTP/1.1\r\nHost: a\r\n\r\n")) {
            Matcher length = Pattern.compile("Content-Length: (\\d+)").matcher(raw.readHead());
            told = length.find() ? Long.parseLong(length.group(1)) : told;
        }
        try (FakeGateway without = FakeGateway.withoutSocket()) {
            without.on("/").answers(answer);
            long[] length = new long[1];
            TestClient client = TestClient.of(request -> {
                ProxyResponse response = without.handler().handle(request);
                length[0] = response.body().length();
                return ProxyResponse.of(200, "");
            });
            client.get("/");
            assertThat(length[0]).isEqualTo(told);
        }
    }

    @Test
    void withoutASocketDelayAndRateAreOfVirtualTime() throws Exception {
        SimulatedTime virtual = new SimulatedTime();
        try (FakeGateway without = FakeGateway.withoutSocket()) {
            without.on("/")
                    .answers(Answer.ok("abcd").delay(Duration.ofSeconds(10)).rate(1));
            TestClient proxy = TestClient.of(ReverseProxy.to(without.upstream("a")), virtual);
            assertThat(virtual.run(() -> proxy.get("/")).text()).isEqualTo("abcd");
            assertThat(virtual.nanos()).isEqualTo(Duration.ofSeconds(13).toNanos());
        }
    }

    @Test
    void aBodyWaitsForASignal() throws Exception {
        Signal signal = new Signal();
        gateway.on("/").answers(Answer.ok("hi").bodyAfter(signal));
        try (RawConnection raw = ask(LAST)) {
            raw.readHead();
            time.awaitWaiters(1);
            signal.fire();
            assertThat(raw.readAll()).isEqualTo("hi");
        }
    }

    @Test
    void aLengthThatFitsKeepsTheConnection() throws Exception {
        gateway.on("/").answers(Answer.ok("hello").header("Content-Length", "5"));
        try (RawConnection raw = ask(GET)) {
            assertThat(raw.readHead()).doesNotContain("Connection");
            assertThat(raw.readExactly(5)).isEqualTo("hello");
            raw.write(LAST);
            assertThat(raw.readAll()).endsWith("hello");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"4", "6", "none"})
    void aLengthThatDoesNotFitIsSentAsItIsAndTheConnectionEnds(String length) throws Exception {
        gateway.on("/").answers(Answer.ok("hello").header("Content-Length", length));
        assertThat(raw(GET))
                .isEqualTo("HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: " + length
                        + "\r\nConnection: close\r\n\r\nhello");
    }

    @Test
    void withoutASocketALengthThatDoesNotFitIsWhatATransportSees() throws Exception {
        assertThat(inMemory(Answer.ok("hello").header("Content-Length", "5")).text())
                .isEqualTo("hello");
        assertThat(inMemory(Answer.ok("hello").header("Content-Length", "4")).text())
                .isEqualTo("hell");
        TestResponse tooLong = inMemory(Answer.ok("hello").header("Content-Length", "6"));
        assertThat(tooLong.text()).isEqualTo("hello");
        assertThat(tooLong.failure().outcome()).isEqualTo(Outcome.BODY_FAILED);
        assertThatThrownBy(() -> inMemory(Answer.ok("hello").header("Content-Length", "none")))
                .hasMessageContaining("Content-Length is not a number of bytes");
    }

    @Test
    void aTransferEncodingByHandIsSentAsItIs() throws Exception {
        gateway.on("/").answers(Answer.ok("hello").header("Transfer-Encoding", "gzip, chunked"));
        assertThat(raw(LAST))
                .endsWith("Transfer-Encoding: gzip, chunked\r\nConnection: close\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
        gateway.on("/").answers(Answer.ok("hello").header("Transfer-Encoding", "gzip"));
        assertThat(raw(GET)).endsWith("Transfer-Encoding: gzip\r\nConnection: close\r\n\r\nhello");
        assertThat(inMemory(Answer.ok("hello").header("Transfer-Encoding", "chunked"))
                        .text())
                .isEqualTo("hello");
    }

    @Test
    void aBodyThatAStatusCannotHaveIsToldAtTheEnd() throws Exception {
        assertFails(
                Answer.of(204, "hello"), "status 204 has no body (RFC 9110 §6.4.1), but the answer has one of 5 bytes");
    }

    @Test
    void aFeedThatAStatusCannotHaveIsToldAtTheEnd() throws Exception {
        assertFails(
                Answer.of(304).body(new BodyFeed()),
                "status 304 has no body (RFC 9110 §6.4.1), but the answer has one");
    }

    @Test
    void trailersBesideALengthAreToldAtTheEnd() throws Exception {
        assertFails(
                Answer.ok("hi").header("Content-Length", "2").trailer("A", "1"),
                "trailers come behind chunks, but the answer sets Content-Length");
    }

    @Test
    void aFunctionThatThrowsIsToldAtTheEnd() throws Exception {
        assertFails(
                Answer.by(request -> {
                    throw new IOException("broken");
                }),
                "java.io.IOException: broken");
    }

    @Test
    void aFunctionThatFailsWithAnErrorIsToldAtTheEnd() throws Exception {
        assertFails(
                Answer.by(request -> {
                    throw new StackOverflowError("deep");
                }),
                "java.lang.StackOverflowError: deep");
    }

    @Test
    void aFunctionWithoutAnAnswerIsToldAtTheEnd() throws Exception {
        assertFails(Answer.by(request -> null), "the function returned null instead of an answer");
    }

    @Test
    void aKeyThatThrowsIsToldAtTheEnd() throws Exception {
        gateway.on("/").answers(Answer.ok()).per(request -> request.header("X").orElseThrow());
        assertThat(raw(LAST)).startsWith("HTTP/1.1 500 ");
        assertThatThrownBy(gateway::verifyMatched)
                .hasMessageContaining("the answer to #1 GET / failed: java.util.NoSuchElementException");
    }

    @Test
    void eachClientHasTheSequenceForItself() throws Exception {
        gateway.on("/").answers(Answer.of(503), Answer.of(200)).per(request -> request.header("X-Client"));
        assertThat(status("anna")).isEqualTo(503);
        assertThat(status("bob")).isEqualTo(503);
        assertThat(status("anna")).isEqualTo(200);
        assertThat(status("bob")).isEqualTo(200);
    }

    @Test
    void eachConnectionHasTheSequenceForItself() throws Exception {
        gateway.on("/").fails(1, Fault.CLOSE).then("hello").per(ReceivedRequest::connection);
        assertThat(raw(GET)).isEmpty();
        assertThat(raw(GET)).isEmpty();
    }

    private int status(String client) throws IOException {
        return Integer.parseInt(
                raw("GET / HTTP/1.1\r\nHost: a\r\nX-Client: " + client + "\r\nConnection: close\r\n\r\n")
                        .substring(9, 12));
    }

    @Test
    void answersRotate() throws Exception {
        gateway.on("/").rotates(Answer.of(201), Answer.of(202));
        assertThat(new int[] {status("a"), status("a"), status("a")}).containsExactly(201, 202, 201);
    }
}
