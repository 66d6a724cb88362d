package dev.sluice.proxy.transport.direct;

import static dev.sluice.proxy.http2.Http2Client.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.ExchangeListener;
import dev.sluice.proxy.ExchangeRecord;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.http1.OutputBuffer;
import dev.sluice.proxy.http2.ErrorCode;
import dev.sluice.proxy.http2.FrameWriter;
import dev.sluice.proxy.http2.Http2Client;
import dev.sluice.proxy.http2.Http2Client.Event;
import dev.sluice.proxy.limit.Limits;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.RecordingListener;
import dev.sluice.proxy.time.Awaited;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** HTTP/2 from clients, by prior knowledge: streams, bodies, windows, and the end of a connection. */
class Http2ListenerTest {
    private final ManualTime time = new ManualTime();
    private final Http2Handlers handlers = new Http2Handlers();
    private final Semaphore ticks = new Semaphore(0);
    private final RecordingListener records = new RecordingListener();
    private final List<AutoCloseable> open = new ArrayList<>();
    private ProxyServer server;

    @AfterEach
    void end() throws Exception {
        handlers.release.countDown();
        // More than are sent before the connection has ended.
        ticks.release(1_000_000);
        for (AutoCloseable each : open) {
            each.close();
        }
        if (server != null) {
            server.close();
        }
    }

    private Http2Client client() throws IOException {
        return client(Http2.builder());
    }

    private Http2Client client(Http2.Builder options) throws IOException {
        if (server == null) {
            server = ProxyServer.builder()
                    .transport(DirectTransport.builder()
                            .http2(options.priorKnowledge(true).build())
                            .build())
                    .time(time)
                    .limits(Limits.builder().clientShare(1).targetLength(100).build())
                    .addListener(records)
                    .drain(Duration.ofSeconds(30))
                    .addRoute("/wait", handlers::waits)
                    .addRoute("/echo", handlers::echo)
                    .addRoute("/read", this::reads)
                    .addRoute("/large", request -> Http2Handlers.large(200_000))
                    .addRoute(
                            "/ticks",
                            request -> ProxyResponse.builder(200)
                                    .body(Body.of(new Ticks(), Body.UNKNOWN))
                                    .build())
                    .addRoute("/204", request -> ProxyResponse.builder(204).build())
                    .addRoute("/early", request -> ProxyResponse.of(200, "early"))
                    .addRoute("/**", handlers::hello)
                    .build()
                    .start();
        }
        Http2Client client = Http2Client.connect(server.address());
        open.add(client);
        return client;
    }

    private ProxyResponse reads(ProxyRequest request) throws IOException {
        try (InputStream body = request.body().open()) {
            return ProxyResponse.of(200, new String(body.readAllBytes(), StandardCharsets.ISO_8859_1));
        }
    }

    /** So many bytes of a stream's DATA, and no more. */
    private static void awaitData(Http2Client client, int stream, int bytes) throws InterruptedException {
        int got = 0;
        while (got < bytes) {
            got += client.await("DATA", stream).text().length();
        }
        assertThat(got).isEqualTo(bytes);
    }

    @Test
    void aRequestIsServedAndTheConnectionStaysOpen() throws Exception {
        Http2Client client = client();
        client.get(1, "/a?b=c", "x-odd", "1", "cookie", "a=1", "cookie", "b=2");
        assertThat(client.head(1))
                .startsWith(":status: 200\n")
                .contains("content-length: 5\n", "date: ")
                .doesNotContain("connection");
        assertThat(client.body(1)).isEqualTo("hello");
        ProxyRequest request = handlers.served();
        assertThat(request.version()).isEqualTo(HttpVersion.HTTP_2);
        assertThat(request.target().toString()).isEqualTo("/a?b=c");
        assertThat(request.target().authority()).hasToString("a.test");
        assertThat(request.headers().all("cookie")).containsExactly("a=1; b=2");
        assertThat(request.headers().has("host")).isFalse();
        client.get(3, "/");
        assertThat(client.body(3)).startsWith(":status: 200\n").endsWith("hello");
    }

    @Test
    void streamsDoNotWaitForEachOther() throws Exception {
        Http2Client client = client();
        client.get(1, "/wait");
        handlers.served();
        client.get(3, "/");
        assertThat(client.body(3)).endsWith("hello");
        handlers.release.countDown();
        assertThat(client.body(1)).endsWith("waited");
    }

    @Test
    void aBodyAndItsTrailersArriveAndSoDoThoseOfTheResponse() throws Exception {
        Http2Client client = client();
        client.headers(1, false, request("POST", "/echo", "te", "trailers"));
        assertThat(handlers.served().acceptsTrailers()).isTrue();
        client.data(1, false, "one ");
        assertThat(client.head(1)).startsWith(":status: 200\n").doesNotContain("content-length");
        assertThat(client.await("DATA", 1).text()).isEqualTo("one ");
        client.data(1, false, "two");
        assertThat(client.await("DATA", 1).text()).isEqualTo("two");
        client.headers(1, true, "x-sum", "7");
        Event trailers = client.await("HEADERS", 1);
        assertThat(trailers.text()).isEqualTo("x-sum: 7\n");
        assertThat(trailers.end()).isTrue();
    }

    @Test
    void trailersAreForThoseWhoTakeThem() throws Exception {
        Http2Client client = client();
        client.headers(1, false, request("POST", "/echo"));
        client.data(1, false, "one");
        client.headers(1, true, "x-sum", "3");
        assertThat(client.body(1)).endsWith("one").doesNotContain("x-sum");
    }

    @Test
    void trailersWithoutABodyArriveToo() throws Exception {
        Http2Client client = client();
        // Both are there before a thread is, at least for some of them.
        for (int stream = 1; stream < 200; stream += 2) {
            int id = stream;
            OutputBuffer block = client.block(request("POST", "/echo", "te", "trailers"));
            OutputBuffer trailers = client.block("x-sum", "7");
            client.frame(out -> {
                FrameWriter.fields(out, id, block, 16_384, false);
                FrameWriter.fields(out, id, trailers, 16_384, true);
            });
            assertThat(client.body(stream)).startsWith(":status: 200\n").endsWith("x-sum: 7\n");
        }
    }

    @Test
    void headAnd204HaveNoBody() throws Exception {
        Http2Client client = client();
        client.headers(1, true, request("HEAD", "/"));
        Event head = client.await("HEADERS", 1);
        assertThat(head.end()).isTrue();
        assertThat(head.text()).contains("content-length: 5\n");
        client.get(3, "/204");
        Event none = client.await("HEADERS", 3);
        assertThat(none.end()).isTrue();
        assertThat(none.text()).startsWith(":status: 204\n").doesNotContain("content-length");
    }

    @Test
    void aClientThatWaitsIsAskedForTheBody() throws Exception {
        Http2Client client = client();
        client.headers(1, false, request("POST", "/read", "expect", "100-continue"));
        assertThat(client.head(1)).isEqualTo(":status: 100\n");
        client.data(1, true, "now");
        assertThat(client.body(1)).startsWith(":status: 200\n").endsWith("now");
    }

    @Test
    void anAnswerBeforeTheBodyHasComeEndsTheRequestToo() throws Exception {
        Http2Client client = client();
        client.headers(1, false, request("POST", "/early"));
        assertThat(client.head(1)).startsWith(":status: 200\n");
        assertThat(client.await("DATA", 1).end()).isTrue();
        Awaited.passing(
                time,
                Duration.ofMillis(100),
                () -> client.others().stream().anyMatch(each -> each.kind().equals("RST_STREAM")));
        assertThat(client.await("RST_STREAM", 1).text()).isEqualTo("NO_ERROR");
        client.data(1, true, "late");
        client.get(3, "/");
        assertThat(client.body(3)).endsWith("hello");
    }

    @Test
    void aResponseIsSentAsFarAsTheWindowsAllow() throws Exception {
        Http2Client client = client();
        client.get(1, "/large");
        awaitData(client, 1, 65_535);
        client.window(1, 10);
        client.window(0, 1_000);
        awaitData(client, 1, 10);
        client.window(1, 200_000);
        awaitData(client, 1, 990);
        client.get(3, "/");
        assertThat(client.head(3)).as("fields need no window").startsWith(":status: 200");
        client.window(0, 200_000);
        awaitData(client, 1, 200_000 - 65_535 - 1_000);
        assertThat(client.body(3)).isEqualTo("hello");
    }

    @Test
    void aSmallerInitialWindowHoldsForOpenStreamsToo() throws Exception {
        Http2Client client = client();
        client.get(1, "/large");
        awaitData(client, 1, 65_535);
        // 65,535 bytes less than before: the window is below 0.
        client.frame(out -> FrameWriter.settings(out, 4, 0));
        client.window(0, 1_000_000);
        client.window(1, 65_535);
        client.window(1, 7);
        awaitData(client, 1, 7);
    }

    @Test
    void theEndOfABodyNeedsNoWindow() throws Exception {
        Http2Client client = client();
        client.headers(1, false, request("POST", "/echo"));
        client.data(1, false, "x");
        assertThat(client.await("DATA", 1).text()).isEqualTo("x");
        // One byte less than nothing may be sent from here on.
        client.frame(out -> FrameWriter.settings(out, 4, 0));
        client.data(1, true, "");
        Event end = client.await("DATA", 1);
        assertThat(end.text()).isEmpty();
        assertThat(end.end()).isTrue();
    }

    @Test
    void aBodyThatNobodyReadsStopsItsStreamAndNoOther() throws Exception {
        Http2Client client = client();
        client.headers(1, false, request("POST", "/wait"));
        handlers.served();
        for (int sent = 0; sent < 64 * 1024; sent += 16 * 1024) {
            client.data(1, false, new byte[16 * 1024]);
        }
        client.headers(3, false, request("POST", "/echo"));
        client.data(3, true, "x".repeat(1_000));
        assertThat(client.body(3)).endsWith("x".repeat(1_000));
        client.data(1, false, "one too many");
        assertThat(client.await("RST_STREAM", 1).text()).isEqualTo("FLOW_CONTROL_ERROR");
        client.get(5, "/");
        assertThat(client.body(5)).endsWith("hello");
    }

    @Test
    void aBodyThatIsReadAsFastAsItComesGetsALargerWindow() throws Exception {
        Http2Client client = client();
        client.headers(1, false, request("POST", "/echo"));
        long window = 64 * 1024;
        long sent = 0;
        long allowed = window;
        while (allowed - sent <= 4 * window) {
            int next = (int) Math.min(16 * 1024, allowed - sent);
            client.data(1, false, new byte[next]);
            sent += next;
            client.window(1, next);
            client.window(0, next);
            for (Event each : client.others()) {
                if (each.kind().equals("WINDOW_UPDATE") && each.stream() == 1) {
                    client.await("WINDOW_UPDATE", 1);
                    allowed += each.number();
                }
            }
            if (allowed == sent) {
                allowed += client.await("WINDOW_UPDATE", 1).number();
            }
        }
        client.data(1, true, "");
    }

    @Test
    void aResetIsTheClientThatLeaves() throws Exception {
        Http2Client client = client(Http2.builder().streams(1));
        client.get(1, "/wait");
        ProxyRequest request = handlers.served();
        client.reset(1, ErrorCode.CANCEL);
        Awaited.isTrue(() -> request.exchange().cancelled() == Outcome.CLIENT_LEFT);
        client.get(3, "/");
        assertThat(client.await("RST_STREAM", 3).text())
                .as("the work that was begun counts until it has ended")
                .isEqualTo("REFUSED_STREAM");
        handlers.release.countDown();
        assertThat(records.awaitEnded(1).get(0).outcome()).isEqualTo(Outcome.CLIENT_LEFT);
        servesAgain(client, 5);
    }

    /** It may be refused as long as the one before has not quite ended. */
    private static void servesAgain(Http2Client client, int stream) throws Exception {
        int next = stream;
        client.get(next, "/");
        String answer = client.body(next);
        while (answer.equals("REFUSED_STREAM")) {
            next += 2;
            client.get(next, "/");
            answer = client.body(next);
        }
        assertThat(answer).endsWith("hello");
    }

    @Test
    void theEndOfTheConnectionIsTheClientThatLeaves() throws Exception {
        Http2Client client = client();
        client.get(1, "/wait");
        ProxyRequest request = handlers.served();
        client.close();
        Awaited.isTrue(() -> request.exchange().cancelled() == Outcome.CLIENT_LEFT);
    }

    @Test
    void moreStreamsThanAreAllowedAreRefused() throws Exception {
        Http2Client client = client(Http2.builder().streams(2));
        assertThat(client.await("SETTING").toString()).contains("number=2");
        client.get(1, "/wait");
        client.get(3, "/wait");
        handlers.served();
        handlers.served();
        client.get(5, "/");
        assertThat(client.await("RST_STREAM", 5).text()).isEqualTo("REFUSED_STREAM");
        handlers.release.countDown();
        assertThat(client.body(1)).endsWith("waited");
        assertThat(client.body(3)).endsWith("waited");
        servesAgain(client, 7);
    }

    /** The client knows of the end before the thread that has served the stream is free again. */
    @Test
    void aStreamThatHasEndedDoesNotCount() throws Exception {
        CountDownLatch noted = new CountDownLatch(1);
        server = ProxyServer.builder()
                .transport(DirectTransport.builder()
                        .http2(Http2.builder().priorKnowledge(true).streams(1).build())
                        .build())
                .addListener(new ExchangeListener() {
                    @Override
                    public void ended(ExchangeRecord record) {
                        try {
                            noted.await();
                        } catch (InterruptedException interrupt) {
                            Thread.currentThread().interrupt();
                        }
                    }
                })
                .addRoute("/**", handlers::hello)
                .build()
                .start();
        try (Http2Client client = Http2Client.connect(server.address())) {
            for (int stream = 1; stream < 17; stream += 2) {
                client.get(stream, "/");
                assertThat(client.body(stream)).endsWith("hello");
            }
            client.get(17, "/");
            assertThat(client.await("RST_STREAM", 17).text())
                    .as("at most eight times as many threads")
                    .isEqualTo("REFUSED_STREAM");
        } finally {
            noted.countDown();
        }
    }

    @Test
    void aDrainHasTwoSteps() throws Exception {
        Http2Client client = client();
        client.get(1, "/wait");
        handlers.served();
        Thread closing = new Thread(server::close);
        closing.start();
        Event first = client.await("GOAWAY");
        assertThat(first.number()).isEqualTo(Integer.MAX_VALUE);
        assertThat(first.text()).startsWith("NO_ERROR");
        Event second = client.await("GOAWAY");
        assertThat(second.number()).isEqualTo(1);
        client.get(3, "/");
        handlers.release.countDown();
        assertThat(client.body(1)).as("what was at work").endsWith("waited");
        client.close();
        closing.join(20_000);
        assertThat(closing.isAlive()).isFalse();
        assertThat(client.others()).noneMatch(each -> each.stream() == 3);
    }

    @Test
    void aDrainEndsAConnectionOnWhichNothingIsOpen() throws Exception {
        Http2Client client = client();
        client.get(1, "/");
        assertThat(client.body(1)).endsWith("hello");
        Thread closing = new Thread(server::close);
        closing.start();
        assertThat(client.await("GOAWAY").number()).isEqualTo(Integer.MAX_VALUE);
        assertThat(client.await("GOAWAY").number()).isEqualTo(1);
        client.await("PING");
        client.await("PING");
        for (int i = 0; i < 2; i++) {
            // Behind the answer to the second one, it knows that the client has seen both.
            client.frame(out -> FrameWriter.ping(out, 7, false));
            client.await("PING");
        }
        time.advance(Duration.ofMillis(300));
        assertThat(client.await("GOAWAY").number()).isEqualTo(1);
        client.await("END");
        client.close();
        closing.join(20_000);
        assertThat(closing.isAlive()).isFalse();
    }

    /** Clients of gRPC connect before they have a call. */
    @Test
    void aConnectionThatHasHadNoStreamYetIsIdleToo() throws Exception {
        Http2Client client = client();
        // More than for the preface, and at once less than one write may take, as one may just be ending.
        for (int ping = 0; ping < 2; ping++) {
            client.frame(out -> FrameWriter.ping(out, 1, false));
            client.await("PING");
            time.advance(Duration.ofSeconds(16));
        }
        client.get(1, "/");
        assertThat(client.body(1)).endsWith("hello");

        Http2Client other = client();
        other.frame(out -> FrameWriter.ping(out, 1, false));
        other.await("PING");
        Awaited.passing(
                time,
                Duration.ofSeconds(20),
                () -> other.others().stream().anyMatch(each -> each.kind().equals("GOAWAY")));
        other.await("END");
    }

    @Test
    void anIdleConnectionIsEndedAfterItsTime() throws Exception {
        Http2Client client = client();
        client.get(1, "/");
        assertThat(client.body(1)).endsWith("hello");
        records.awaitEnded(1);
        Awaited.passing(
                time,
                Duration.ofSeconds(20),
                () -> client.others().stream().anyMatch(each -> each.kind().equals("GOAWAY")));
        Event end = client.await("GOAWAY");
        assertThat(end.text()).startsWith("NO_ERROR");
        assertThat(end.number()).isEqualTo(1);
        client.await("END");
    }

    /** A byte for each permit. */
    private final class Ticks extends InputStream {
        @Override
        public int read() throws IOException {
            try {
                ticks.acquire();
                return 'x';
            } catch (InterruptedException interrupt) {
                throw new IOException(interrupt);
            }
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            target[offset] = (byte) read();
            return 1;
        }
    }

    /** Clients of gRPC measure the way there and back with a PING for what they get, and open windows much later. */
    @Test
    void aPingForEachFrameOfDataIsNoAbuse() throws Exception {
        Http2Client client = client(Http2.builder().score(20));
        client.get(1, "/ticks");
        client.head(1);
        for (int i = 0; i < 100; i++) {
            ticks.release();
            assertThat(client.await("DATA", 1).text()).isEqualTo("x");
            client.frame(out -> FrameWriter.ping(out, 7, false));
            client.await("PING");
        }
    }

    @Test
    void theSamePortServesHttp11AndNoUpgradeToHttp2() throws Exception {
        client();
        try (RawConnection old = RawConnection.connect(server.address())) {
            old.write("GET / HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
                    + "HTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n");
            assertThat(old.readHead()).startsWith("HTTP/1.1 200 ");
            assertThat(old.readExactly(5)).isEqualTo("hello");
            old.write("PUT / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 0\r\n\r\n");
            assertThat(old.readHead()).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void limitsAreThoseOfHttp11() throws Exception {
        Http2Client client = client();
        client.get(1, "/" + "a".repeat(100));
        assertThat(client.body(1)).startsWith(":status: 414\n");
        client.get(3, "/", "x-long", "a".repeat(60_000));
        assertThat(client.body(3)).startsWith(":status: 431\n");
        String[] many = new String[202];
        for (int i = 0; i < many.length; i += 2) {
            many[i] = "x-" + i;
            many[i + 1] = "1";
        }
        client.get(5, "/", many);
        assertThat(client.body(5)).startsWith(":status: 431\n");
        client.get(7, "/");
        assertThat(client.body(7)).endsWith("hello");
        // As lines of HTTP/1.1: "x-long: ", the value, and CR LF.
        client.get(9, "/", "x-long", "a".repeat(32 * 1024 - 10));
        assertThat(client.body(9)).endsWith("hello");
        client.get(11, "/", "x-long", "a".repeat(32 * 1024 - 9));
        assertThat(client.body(11)).startsWith(":status: 431\n");
    }

    @Test
    void aHeadThatIsRefusedHasNoBody() throws Exception {
        Http2Client client = client();
        client.headers(1, true, request("HEAD", "/" + "a".repeat(100)));
        Event tooLong = client.await("HEADERS", 1);
        assertThat(tooLong.text()).startsWith(":status: 414\n").contains("content-length: ");
        assertThat(tooLong.end()).isTrue();
        client.headers(3, true, request("HEAD", "/", "a b", "c"));
        Event malformed = client.await("HEADERS", 3);
        assertThat(malformed.text()).startsWith(":status: 400\n");
        assertThat(malformed.end()).isTrue();
        assertThat(client.await("RST_STREAM", 3).text()).isEqualTo("PROTOCOL_ERROR");
    }

    @Test
    void interimResponsesGoOut() throws Exception {
        server = ProxyServer.builder()
                .transport(DirectTransport.builder()
                        .http2(Http2.builder().priorKnowledge(true).build())
                        .build())
                .addRoute("/**", request -> {
                    request.exchange().interim(103, Headers.of("Link", "</a.css>; rel=preload"));
                    return ProxyResponse.of(200, "hello");
                })
                .build()
                .start();
        try (Http2Client other = Http2Client.connect(server.address())) {
            other.get(1, "/");
            assertThat(other.head(1)).isEqualTo(":status: 103\nlink: </a.css>; rel=preload\n");
            assertThat(other.body(1)).startsWith(":status: 200\n").endsWith("hello");
        }
    }

    @Test
    void onlyWhereItIsAllowedAClientMayBeginWithIt() throws Exception {
        try (ProxyServer plain = ProxyServer.builder()
                        .addRoute("/**", handlers::hello)
                        .build()
                        .start();
                RawConnection connection = RawConnection.connect(plain.address())) {
            connection.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(connection.readHead()).startsWith("HTTP/1.1 505 ");
        }
    }
}
