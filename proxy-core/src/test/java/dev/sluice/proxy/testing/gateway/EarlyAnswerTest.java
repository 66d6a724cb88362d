package dev.sluice.proxy.testing.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.SimulatedTime;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.gateway.Seen.End;
import dev.sluice.proxy.time.Awaited;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers before the body of a request is whole. */
@Timeout(60)
class EarlyAnswerTest {
    private static final String POST = "POST /upload HTTP/1.1\r\nHost: a\r\n";
    private static final String NEXT = "GET /next HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String TOO_LARGE = "HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n";
    private static final String HELLO = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

    @TempDir
    private Path folder;

    private final FakeGateway gateway = FakeGateway.start();

    @AfterEach
    void close() {
        gateway.close();
    }

    private RawConnection connect() throws Exception {
        gateway.on("GET /next").answers(Answer.ok().body("hello"));
        return RawConnection.connect(gateway.address());
    }

    private static void assertComes(RawConnection raw, String expected) throws Exception {
        assertThat(raw.readExactly(expected.length())).isEqualTo(expected);
    }

    @Test
    void theHeadAloneIsAnsweredAndTheConnectionGoesOnBehindTheBody() throws Exception {
        gateway.on("POST /upload").afterBodyBytes(0).answers(413);
        try (RawConnection raw = connect()) {
            raw.write(POST + "Content-Length: 5\r\n\r\n");
            assertComes(raw, TOO_LARGE);
            raw.write("abcde" + NEXT);
            assertComes(raw, HELLO);
        }
        assertThat(gateway.received()).extracting(ReceivedRequest::text).containsExactly("", "");
        assertThat(gateway.received()).extracting(ReceivedRequest::number).containsExactly(1, 2);
        assertThat(gateway.received().get(0).stub()).isEqualTo("POST /upload, after 0 bytes of the body");
    }

    @Test
    void soManyBytesOfTheBodyAreReceived() throws Exception {
        gateway.on("POST /upload").afterBodyBytes(3).answers(413);
        try (RawConnection raw = connect()) {
            raw.write(POST + "Content-Length: 8\r\n\r\nabcdefgh" + NEXT);
            assertComes(raw, TOO_LARGE + HELLO);
        }
        ReceivedRequest upload = gateway.received().get(0);
        assertThat(upload.text()).isEqualTo("abc");
        assertThat(new String(upload.bytes(), StandardCharsets.US_ASCII))
                .isEqualTo(POST + "Content-Length: 8\r\n\r\nabc");
        assertThat(new String(gateway.received().get(1).bytes(), StandardCharsets.US_ASCII))
                .isEqualTo(NEXT);
    }

    @Test
    void aBodyThatIsShorterIsAnsweredAtItsEnd() throws Exception {
        gateway.on("POST /upload").afterBodyBytes(100).answers(413);
        try (RawConnection raw = connect()) {
            raw.write(POST + "Content-Length: 3\r\n\r\nabc");
            assertComes(raw, TOO_LARGE);
            raw.write(POST + "\r\n" + NEXT);
            assertComes(raw, TOO_LARGE + HELLO);
        }
        assertThat(gateway.received("POST /upload"))
                .extracting(ReceivedRequest::text)
                .containsExactly("abc", "");
    }

    @Test
    void aBodyInChunksIsAnsweredBeforeItsLastChunk() throws Exception {
        gateway.on("POST /upload").afterBodyBytes(4).answers(413);
        try (RawConnection raw = connect()) {
            raw.write(POST + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n3\r\nd");
            assertComes(raw, TOO_LARGE);
            raw.write("ef\r\n0\r\nChecksum: 7\r\n\r\n" + NEXT);
            assertComes(raw, HELLO);
        }
        assertThat(gateway.received().get(0).text()).isEqualTo("abcd");
        assertThat(gateway.received().get(0).trailers()).isEqualTo(Headers.empty());
    }

    @Test
    void whoeverExpectsTheHundredGetsTheAnswerInsteadAndTheEnd() throws Exception {
        gateway.on("POST /upload").afterBodyBytes(0).answers(413);
        try (RawConnection raw = connect()) {
            raw.write(POST + "Expect: 100-continue\r\nContent-Length: 5\r\n\r\n");
            assertComes(raw, TOO_LARGE.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n"));
            assertThat(Seen.end(raw)).isEqualTo(End.FIN);
        }
    }

    @Test
    void whoeverExpectsTheHundredGetsItIfAByteIsWaitedFor() throws Exception {
        gateway.on("POST /upload").afterBodyBytes(1).answers(413);
        try (RawConnection raw = connect()) {
            raw.write(POST + "Expect: 100-continue\r\nContent-Length: 5\r\n\r\n");
            assertComes(raw, "HTTP/1.1 100 Continue\r\n\r\n");
            raw.write("a");
            assertComes(raw, TOO_LARGE);
            raw.write("bcde" + NEXT);
            assertComes(raw, HELLO);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anUploadBreaksOffInItsMiddle(boolean reset) throws Exception {
        gateway.on("POST /upload").afterBodyBytes(3).fails(reset ? Fault.RESET : Fault.CLOSE);
        try (RawConnection raw = connect()) {
            raw.write(POST + "Content-Length: 8\r\n\r\nabc");
            assertThat(Seen.end(raw)).isEqualTo(reset ? End.RESET : End.FIN);
        }
        assertThat(gateway.next().text()).isEqualTo("abc");
    }

    @Test
    void afterSilenceInTheMiddleNothingComesUntilTheClientLeaves() throws Exception {
        gateway.on("POST /upload").afterBodyBytes(3).fails(Fault.SILENT);
        try (RawConnection raw = connect()) {
            raw.write(POST + "Content-Length: 8\r\n\r\nabc");
            assertThat(gateway.next().text()).isEqualTo("abc");
            raw.write("defgh" + NEXT);
            raw.shutdownOutput();
            assertThat(Seen.end(raw)).isEqualTo(End.FIN);
        }
        gateway.verify(0, "GET /next");
    }

    @Test
    void anAnswerThatEndsTheConnectionArrivesThoughTheClientStillSends() throws Exception {
        String large = "x".repeat(300_000);
        gateway.on("POST /upload")
                .afterBodyBytes(0)
                .answers(Answer.of(413).body(large).header("Connection", "close"));
        try (RawConnection raw = connect()) {
            raw.write(POST + "Content-Length: 1000000\r\n\r\n");
            raw.write("y".repeat(1_000_000));
            assertThat(raw.readAll()).startsWith("HTTP/1.1 413 ").endsWith("\r\n\r\n" + large);
        }
    }

    @Test
    void aClientMayReadOnlyOnceItHasSentEverything() throws Exception {
        byte[] large = new byte[30_000_000];
        gateway.on("POST /upload").afterBodyBytes(1).answers(Answer.ok().body(large));
        try (RawConnection raw = connect()) {
            raw.write(POST + "Content-Length: " + large.length + "\r\n\r\n");
            raw.write(large);
            assertThat(raw.readHead()).startsWith("HTTP/1.1 200 ");
            assertThat(raw.readExactly(large.length)).hasSize(large.length);
            raw.write(NEXT);
            assertComes(raw, HELLO);
        }
    }

    @Test
    void stubsThatWaitForLessAreAskedFirstAndOfThoseTheLastOne() throws Exception {
        gateway.on(RequestMatch.of("POST /upload").header("X-Early"))
                .afterBodyBytes(0)
                .answers("early");
        gateway.on("POST /upload").afterBodyBytes(5).answers("first of five");
        gateway.on("POST /upload").afterBodyBytes(5).answers("last of five");
        gateway.on("POST /upload").afterBodyBytes(7).answers("seven");
        gateway.on("POST /upload").answers("whole");
        gateway.on("POST /other").answers("other");
        assertThat(answer(POST + "X-Early: 1\r\nContent-Length: 9\r\n")).isEqualTo("early");
        assertThat(answer(POST + "Content-Length: 9\r\n")).isEqualTo("last of five");
        assertThat(answer("POST /other HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n"))
                .isEqualTo("other");
        assertThat(gateway.received()).extracting(ReceivedRequest::text).containsExactly("", "12345", "123456789");
        assertThat(gateway.received()).extracting(ReceivedRequest::number).containsExactly(1, 2, 3);
    }

    private String answer(String head) throws Exception {
        try (RawConnection raw = RawConnection.connect(gateway.address())) {
            raw.write(head + "Connection: close\r\n\r\n123456789");
            String answer = raw.readAll();
            return answer.substring(answer.indexOf("\r\n\r\n") + 4);
        }
    }

    @Test
    void aConditionOfTheTestsOwnSeesWhatHasCome() throws Exception {
        gateway.on(RequestMatch.any().when("no GIF", request -> !request.text().startsWith("GIF")))
                .afterBodyBytes(3)
                .answers("refused");
        gateway.on("POST /upload").answers("taken");
        String head = "POST /upload HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 6\r\n\r\n";
        for (String[] each : new String[][] {{"GIF89a", "taken"}, {"PNG123", "refused"}}) {
            try (RawConnection raw = RawConnection.connect(gateway.address())) {
                raw.write(head + each[0]);
                assertThat(raw.readAll()).endsWith("\r\n\r\n" + each[1]);
            }
        }
    }

    @Test
    void aStubThatMatchesTheWholeButNotWhatHadComeIsToldAsTheNearest() throws Exception {
        gateway.on(RequestMatch.any().when("ending", request -> request.text().endsWith("c")))
                .afterBodyBytes(2)
                .answers(413);
        gateway.allowUnmatched();
        try (RawConnection raw = RawConnection.connect(gateway.address())) {
            raw.write(POST + "Content-Length: 3\r\n\r\nabc");
            raw.shutdownOutput();
            assertThat(raw.readAll())
                    .endsWith("The nearest stub is any request, ending, after 2 bytes of the body,"
                            + " which did not match what had come by then.");
        }
    }

    @Test
    void aConditionOnTheBodyIsRefused() {
        for (RequestMatch match : new RequestMatch[] {
            RequestMatch.any().body("a"),
            RequestMatch.any().body(new byte[1]),
            RequestMatch.any().json(text -> text, "a"),
            RequestMatch.any().form("a", "b").header("C")
        }) {
            Stub stub = gateway.on(match);
            assertThatThrownBy(() -> stub.afterBodyBytes(1))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("the stub " + match
                            + " has a condition on the body, so it cannot answer before the body is whole");
            stub.answers(200);
        }
        assertThatThrownBy(() -> gateway.on("GET /next").answers(200).afterBodyBytes(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("bytes must be at least 0");
    }

    @Test
    void aClientNeedNotSendTheRest() throws Exception {
        gateway.on("POST /upload").afterBodyBytes(0).answers(413);
        for (String length :
                new String[] {"Content-Length: 8\r\n\r\nabc", "Transfer-Encoding: chunked\r\n\r\n8\r\na"}) {
            try (RawConnection raw = RawConnection.connect(gateway.address())) {
                raw.write(POST + length);
                assertComes(raw, TOO_LARGE);
                raw.shutdownOutput();
                assertThat(Seen.end(raw)).isEqualTo(End.FIN);
            }
        }
        gateway.verifyMatched();
    }

    @Test
    void aRestThatIsMalformedIsHeardOf() throws Exception {
        gateway.on("POST /upload").afterBodyBytes(0).answers(413);
        try (RawConnection raw = RawConnection.connect(gateway.address())) {
            raw.write(POST + "Transfer-Encoding: chunked\r\n\r\nzz\r\n");
            assertComes(raw, TOO_LARGE);
            assertThat(Seen.end(raw)).isEqualTo(End.FIN);
        }
        assertThatThrownBy(gateway::verifyMatched)
                .hasMessageStartingWith(
                        "the rest of #1 POST /upload, behind what the answer waited for, is malformed: ");
    }

    @Test
    void aFeedIsSentWhileTheUploadGoesOnAndSeesTheClientLeave() throws Exception {
        BodyFeed feed = new BodyFeed();
        gateway.on("POST /upload").afterBodyBytes(1).answers(Answer.events(feed));
        try (RawConnection raw = connect()) {
            raw.write(POST + "Content-Length: 5\r\n\r\na");
            raw.readHead();
            feed.event("one");
            assertComes(raw, "b\r\ndata: one\n\n\r\n");
            raw.write("bc");
            feed.event("two");
            assertComes(raw, "b\r\ndata: two\n\n\r\n");
            assertThat(feed.left()).isZero();
        }
        feed.awaitLeft(1);
    }

    @Test
    void aClientThatSendsOnBehindARestWithoutAnEndHasNotLeft() throws Exception {
        BodyFeed feed = new BodyFeed();
        gateway.on("POST /upload").afterBodyBytes(0).answers(Answer.events(feed));
        try (RawConnection raw = connect()) {
            raw.write(POST + "Transfer-Encoding: chunked\r\n\r\nzz\r\n");
            raw.readHead();
            Awaited.isTrue(() -> isMalformed(gateway));
            feed.event("one");
            assertComes(raw, "b\r\ndata: one\n\n\r\n");
            assertThat(feed.left()).isZero();
        }
        feed.awaitLeft(1);
    }

    private static boolean isMalformed(FakeGateway gateway) {
        try {
            gateway.verifyMatched();
            return false;
        } catch (AssertionError told) {
            return true;
        }
    }

    @Test
    void refusingLetsAClientFinishTheBodyBehindItsAnswer() throws Exception {
        byte[] half = new byte[4_000_000];
        gateway.on("POST /upload").afterBodyBytes(0).answers(413);
        try (RawConnection raw = connect()) {
            raw.write(POST + "Content-Length: " + 2 * half.length + "\r\n\r\n");
            assertComes(raw, TOO_LARGE);
            gateway.refuse();
            raw.write(half);
            raw.write(half);
            assertThat(Seen.end(raw)).isEqualTo(End.FIN);
        }
    }

    @Test
    void aStubThatComesWhileABodyIsOnItsWayAnswersAtItsEnd() throws Exception {
        gateway.on("POST /upload").answers("whole");
        try (RawConnection raw = connect()) {
            raw.write(POST + "Expect: 100-continue\r\nContent-Length: 5\r\n\r\n");
            assertComes(raw, "HTTP/1.1 100 Continue\r\n\r\n");
            gateway.on("POST /upload").afterBodyBytes(2).answers(413);
            raw.write("abcde" + NEXT);
            assertComes(raw, TOO_LARGE + HELLO);
        }
        assertThat(gateway.received().get(0).text()).isEqualTo("abcde");
    }

    @Test
    void aStubIsAskedOnce() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        gateway.on(RequestMatch.any().when("never", request -> asked.incrementAndGet() < 0))
                .afterBodyBytes(2)
                .answers(413);
        gateway.on("POST /upload").answers("whole");
        assertThat(answer(POST + "Content-Length: 9\r\n")).isEqualTo("whole");
        assertThat(asked).hasValue(1);
    }

    @Test
    void requestsAreNumberedOnceTheirStubIsFound() throws Exception {
        gateway.on("POST /upload").afterBodyBytes(3).answers(413);
        try (RawConnection slow = connect();
                RawConnection fast = connect()) {
            slow.write(POST + "Expect: 100-continue\r\nContent-Length: 5\r\n\r\n");
            assertComes(slow, "HTTP/1.1 100 Continue\r\n\r\n");
            fast.write(NEXT);
            assertComes(fast, HELLO);
            assertThat(gateway.next().line()).isEqualTo("GET /next");
            slow.write("abcde");
            assertComes(slow, TOO_LARGE);
            assertThat(gateway.next().line()).isEqualTo("POST /upload");
        }
        assertThat(gateway.received()).extracting(ReceivedRequest::number).containsExactly(1, 2);
        gateway.verifyOrder("GET /next", "POST /upload");
    }

    private static ProxyResponse read(ProxyRequest request, int bytes) throws IOException {
        try (InputStream body = request.body().open()) {
            return ProxyResponse.of(200, new String(body.readNBytes(bytes), StandardCharsets.UTF_8));
        }
    }

    @Test
    void aHandlerAnswersEarlyTooAndReadsWhatHasCome() throws Exception {
        gateway.on("POST /upload").afterBodyBytes(2).answers(Answer.handler(request -> read(request, 2)));
        try (RawConnection raw = connect()) {
            raw.write(POST + "Content-Length: 5\r\n\r\nabc");
            assertThat(raw.readHead()).startsWith("HTTP/1.1 200 ");
            assertComes(raw, "ab");
            raw.write("de" + NEXT);
            assertComes(raw, HELLO);
        }
    }

    @Test
    void nobodyTakesPartOfABodyForTheWhole() throws Exception {
        String why = "the rest of the body is not there: the stub POST /upload, after 2 bytes of the body"
                + " does not wait for it";
        try (FakeGateway real = FakeGateway.start()) {
            real.on("POST /upload").answers("taken");
            for (Answer answer : new Answer[] {
                Answer.handler(request -> read(request, 3)),
                Answer.upstream(real.uri().toString()),
                Recording.of(folder).record(real.uri().toString())
            }) {
                gateway.reset();
                gateway.on("POST /upload").afterBodyBytes(2).answers(answer);
                for (String framing :
                        new String[] {"Content-Length: 5\r\n\r\nabcde", "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n"
                        }) {
                    try (RawConnection raw = connect()) {
                        raw.write(POST + framing);
                        assertThat(raw.readHead()).startsWith("HTTP/1.1 502 ");
                    }
                }
                assertThatThrownBy(gateway::verifyMatched).hasMessageContaining(why);
                try (RawConnection raw = connect()) {
                    raw.write(POST + "Content-Length: 2\r\n\r\nab");
                    assertThat(raw.readHead()).startsWith("HTTP/1.1 200 ");
                }
            }
            assertThat(real.received())
                    .filteredOn(request -> request.malformed() == null)
                    .extracting(ReceivedRequest::text)
                    .containsExactly("ab", "ab");
        }
        assertThat(folder).isDirectoryContaining("glob:**-1.txt");
    }

    @Test
    void aStaleConnectionIsResetBehindTheRest() throws Exception {
        gateway.on("POST /upload").afterBodyBytes(0).answers(Answer.of(413).with(Fault.STALE));
        try (RawConnection raw = connect()) {
            raw.write(POST + "Content-Length: 5\r\n\r\n");
            assertComes(raw, TOO_LARGE);
            raw.write("abcde" + NEXT);
            assertThat(Seen.end(raw)).isEqualTo(End.RESET);
        }
    }

    @Test
    void aWebSocketBeginsBehindTheBody() throws Exception {
        gateway.on("GET /chat").afterBodyBytes(0).answers(Answer.webSocket());
        try (RawConnection raw = connect()) {
            raw.write("GET /chat HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                    + "Content-Length: 3\r\n\r\nabc");
            raw.write(new byte[] {(byte) 0x88, (byte) 0x82, 0, 0, 0, 0, 3, (byte) 0xe8});
            assertThat(raw.readHead()).startsWith("HTTP/1.1 101 ");
            assertThat(gateway.webSockets().get(0).awaitClosed()).isEqualTo(1000);
        }
    }

    @Test
    void itIsTheSameOverTls() throws Exception {
        gateway.on("POST /upload").afterBodyBytes(3).answers(413);
        gateway.on("GET /next").answers(Answer.ok().body("hello"));
        try (SSLSocket socket = (SSLSocket) gateway.clientTls()
                .getSocketFactory()
                .createSocket(gateway.address().getAddress(), gateway.address().getPort())) {
            OutputStream out = socket.getOutputStream();
            InputStream in = socket.getInputStream();
            out.write((POST + "Content-Length: 8\r\n\r\nabcd").getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(in.readNBytes(TOO_LARGE.length()), StandardCharsets.US_ASCII))
                    .isEqualTo(TOO_LARGE);
            out.write(("efgh" + NEXT).getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(in.readNBytes(HELLO.length()), StandardCharsets.US_ASCII))
                    .isEqualTo(HELLO);
        }
        assertThat(gateway.next().text()).isEqualTo("abc");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theJdksClientGetsTheStatusInsteadOfAReset(boolean expectContinue) throws Exception {
        gateway.on("POST /upload").afterBodyBytes(0).answers(413);
        HttpRequest request = HttpRequest.newBuilder(gateway.uri().resolve("/upload"))
                .expectContinue(expectContinue)
                .POST(BodyPublishers.ofByteArray(new byte[5_000_000]))
                .build();
        HttpClient client = HttpClient.newHttpClient();
        for (int i = 0; i < 2; i++) {
            assertThat(client.send(request, BodyHandlers.discarding()).statusCode())
                    .isEqualTo(413);
        }
        gateway.verify(2, "POST /upload");
    }

    @Test
    void withoutASocketTheRestIsNotRead() throws Exception {
        SimulatedTime time = new SimulatedTime();
        FakeGateway origin = FakeGateway.withoutSocket();
        origin.on("POST /upload").afterBodyBytes(3).answers(413);
        origin.on("POST /head").afterBodyBytes(0).answers(401);
        InputStream beyond = new InputStream() {
            @Override
            public int read() {
                throw new AssertionError("read beyond what the stub waits for");
            }
        };
        InputStream body = new SequenceInputStream(new ByteArrayInputStream(new byte[] {'a', 'b', 'c'}), beyond);
        TestClient client = TestClient.of(origin.handler(), time);
        assertThat(time.run(() -> client.send("POST", "/upload", request -> request.body(Body.of(body, 8))))
                        .status())
                .isEqualTo(413);
        assertThat(time.run(() -> client.send("POST", "/head", request -> request.body(Body.of(beyond, 8))))
                        .status())
                .isEqualTo(401);
        assertThat(origin.received()).extracting(ReceivedRequest::text).containsExactly("abc", "");
        assertThat(origin.received())
                .allSatisfy(
                        request -> assertThat(request.header("Content-Length")).hasValue("8"));
        origin.close();
    }

    @Test
    void withoutASocketAnUploadBreaksOff() throws Exception {
        SimulatedTime time = new SimulatedTime();
        FakeGateway origin = FakeGateway.withoutSocket();
        origin.on("POST /").afterBodyBytes(3).fails(Fault.RESET);
        TestClient client = TestClient.of(ReverseProxy.to(origin.upstream("a")), time);
        assertThatThrownBy(() -> time.run(() -> client.post("/", "abcdef")))
                .isInstanceOfSatisfying(
                        ProxyException.class,
                        failure -> assertThat(failure.outcome()).isEqualTo(Outcome.HEAD_FAILED));
        assertThat(origin.next().text()).isEqualTo("abc");
        origin.close();
    }

    @Test
    void aHandlerOfYourOwnGetsTheWholeBodyUnlessAStubAnswersEarly() throws Exception {
        SimulatedTime time = new SimulatedTime();
        FakeGateway notes = FakeGateway.withoutSocket();
        notes.on(RequestMatch.of("POST /").withoutHeader("Authorization"))
                .afterBodyBytes(2)
                .answers(401);
        TestClient client = TestClient.of(
                notes.recording(request ->
                        ProxyResponse.of(200, new String(request.body().readAll(9), StandardCharsets.UTF_8))),
                time);
        assertThat(time.run(() -> client.post("/", "abcdef")).status()).isEqualTo(401);
        assertThat(time.run(() -> client.send(
                                "POST",
                                "/",
                                request -> request.header("Authorization", "x").body(Body.of("abcdef"))))
                        .text())
                .isEqualTo("abcdef");
        assertThat(notes.received()).extracting(ReceivedRequest::text).containsExactly("ab", "abcdef");
        notes.close();
    }
}
