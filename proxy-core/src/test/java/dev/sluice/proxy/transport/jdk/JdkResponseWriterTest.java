package dev.sluice.proxy.transport.jdk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.ClosedTunnel;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.EndlessInput;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Tunnel;
import dev.sluice.proxy.testing.RawConnection;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class JdkResponseWriterTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String LAST = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

    private static String answer(String request, ProxyHandler handler) throws IOException {
        try (JdkListenerHarness server = new JdkListenerHarness(handler)) {
            return server.exchange(request);
        }
    }

    private static InputStream text(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static InputStream failing(IOException failure) {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                throw failure;
            }
        };
    }

    private static ProxyResponse of(InputStream body, long length) {
        return ProxyResponse.builder(200).body(Body.of(body, length)).build();
    }

    @Test
    void aBodyOfKnownLengthHasAContentLength() throws Exception {
        String answer = answer(LAST, request -> of(text("hello"), 5));
        assertThat(answer).containsIgnoringCase("content-length: 5\r\n").endsWith("\r\n\r\nhello");
        assertThat(answer).doesNotContainIgnoringCase("transfer-encoding");
    }

    @Test
    void aBodyOfUnknownLengthIsChunked() throws Exception {
        String answer = answer(LAST, request -> of(text("hello"), Body.UNKNOWN));
        assertThat(answer)
                .containsIgnoringCase("transfer-encoding: chunked")
                .endsWith("5\r\nhello\r\n0\r\n\r\n")
                .doesNotContainIgnoringCase("content-length");
    }

    @Test
    void aBodyOfUnknownLengthIsDelimitedByCloseForHttp10() throws Exception {
        String request = "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
        String answer = answer(request, ignored -> of(text("hello"), Body.UNKNOWN));
        assertThat(answer)
                .endsWith("\r\n\r\nhello")
                .containsIgnoringCase("connection: close")
                .doesNotContainIgnoringCase("keep-alive")
                .doesNotContainIgnoringCase("transfer-encoding");
    }

    @Test
    void aClientOfHttp10KeepsTheConnectionWhenTheLengthIsKnown() throws Exception {
        try (JdkListenerHarness server = new JdkListenerHarness(request -> ProxyResponse.of(200, "hello"));
                RawConnection client = server.connect()) {
            for (int i = 0; i < 2; i++) {
                client.write("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
                assertThat(client.readHead()).containsIgnoringCase("connection: keep-alive");
                assertThat(client.readExactly(5)).isEqualTo("hello");
            }
        }
    }

    @Test
    void aClientOfHttp10ThatSaysKeepAliveInAListIsClosed() throws Exception {
        String request = "GET / HTTP/1.0\r\nConnection: keep-alive, x\r\n\r\n";
        assertThat(answer(request, ignored -> ProxyResponse.of(200, "hello"))).endsWith("hello");
    }

    @Test
    void aConnectionThatTheClientWantsClosedIsClosedAndSaysSo() throws Exception {
        String request = "GET / HTTP/1.1\r\nHost: a\r\nConnection: x, Close\r\n\r\n";
        assertThat(answer(request, ignored -> ProxyResponse.of(200))).containsIgnoringCase("connection: close");
    }

    @Test
    void anAnswerToHeadKeepsItsContentLengthAndHasNoBody() throws Exception {
        String answer = answer(
                LAST.replace("GET", "HEAD"),
                request -> ProxyResponse.builder(200)
                        .addHeader("Content-Length", "1234")
                        .body(Body.of("not sent"))
                        .build());
        assertThat(answer).containsIgnoringCase("content-length: 1234\r\n").endsWith("\r\n\r\n");
        assertThat(answer).doesNotContainIgnoringCase("transfer-encoding");
    }

    @Test
    void anAnswerToHeadWithoutContentLengthHasNone() throws Exception {
        String answer = answer(LAST.replace("GET", "HEAD"), request -> of(text("x"), Body.UNKNOWN));
        assertThat(answer).doesNotContainIgnoringCase("content-length").endsWith("\r\n\r\n");
        assertThat(answer).doesNotContainIgnoringCase("transfer-encoding");
    }

    @Test
    void a304KeepsItsContentLengthAndHasNoBody() throws Exception {
        String answer = answer(
                LAST,
                request -> ProxyResponse.builder(304)
                        .addHeader("Content-Length", "1234")
                        .body(Body.of("not sent"))
                        .build());
        assertThat(answer).containsIgnoringCase("content-length: 1234\r\n").endsWith("\r\n\r\n");
    }

    @Test
    void a204HasNeitherContentLengthNorBody() throws Exception {
        String answer = answer(
                LAST,
                request -> ProxyResponse.builder(204)
                        .addHeader("Content-Length", "3")
                        .body(Body.of("abc"))
                        .build());
        assertThat(answer).doesNotContainIgnoringCase("content-length").endsWith("\r\n\r\n");
    }

    @Test
    void anEmptyBodyHasContentLengthZero() throws Exception {
        assertThat(answer(LAST, request -> ProxyResponse.of(200))).containsIgnoringCase("content-length: 0\r\n");
    }

    @Test
    void fieldsOfTheConnectionAreNotCopied() throws Exception {
        String answer = answer(
                LAST,
                request -> ProxyResponse.builder(200)
                        .addHeader("Content-Length", "99")
                        .addHeader("Transfer-Encoding", "gzip")
                        .addHeader("Connection", "keep-alive")
                        .addHeader("Set-Cookie", "a=1")
                        .addHeader("Set-Cookie", "b=2")
                        .build());
        assertThat(answer).doesNotContain("99", "gzip", "keep-alive").contains("a=1\r\n", "b=2\r\n");
    }

    @Test
    void aTunnelIsRefusedByTheTransportsName() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        Tunnel tunnel = new ClosedTunnel("websocket", closed::countDown);
        try (JdkListenerHarness server = new JdkListenerHarness(
                request -> ProxyResponse.builder(101).tunnel(tunnel).build())) {
            assertThat(server.exchange(LAST)).startsWith("HTTP/1.1 501 ");
            assertThat(server.awaitEnd().failure()).hasMessageContaining("jdk");
            assertThat(closed.getCount()).isZero();
        }
    }

    @Test
    void eventsArriveOneByOne() throws Exception {
        PipedOutputStream origin = new PipedOutputStream();
        PipedInputStream events = new PipedInputStream(origin);
        try (JdkListenerHarness server = new JdkListenerHarness(request -> of(events, Body.UNKNOWN));
                RawConnection client = server.connect()) {
            client.write(GET);
            assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
            for (String event : new String[] {"data: 1\n\n", "data: 2\n\n"}) {
                origin.write(event.getBytes(StandardCharsets.ISO_8859_1));
                origin.flush();
                assertThat(client.readExactly(14)).isEqualTo("9\r\n" + event + "\r\n");
            }
            origin.close();
            assertThat(client.readExactly(5)).isEqualTo("0\r\n\r\n");
        }
    }

    @Test
    void aChunkedBodyThatBreaksOffHasNoLastChunkAndEndsWithItsOutcome() throws Exception {
        assertThat(cut(Body.UNKNOWN, Outcome.BODY_TIMEOUT, "hello")).doesNotContain("\r\n0\r\n");
    }

    @Test
    void aBodyOfKnownLengthThatBreaksOffStaysShort() throws Exception {
        assertThat(cut(10, Outcome.BODY_FAILED, "hello")).endsWith("\r\n\r\nhello");
    }

    private static String cut(long length, Outcome how, String text) throws Exception {
        ProxyException failure = new ProxyException(how, Delivery.ANSWERED, "broke off");
        InputStream body = new SequenceInputStream(text(text), failing(failure));
        try (JdkListenerHarness server = new JdkListenerHarness(request -> of(body, length))) {
            String answer = server.exchange(GET);
            assertThat(server.awaitEnd().outcome()).isEqualTo(how);
            return answer;
        }
    }

    @Test
    void aBodyShorterThanItsLengthIsCut() throws Exception {
        try (JdkListenerHarness server = new JdkListenerHarness(request -> of(text("hello"), 10))) {
            assertThat(server.exchange(GET)).endsWith("\r\n\r\nhello");
            assertThat(server.awaitEnd().outcome()).isEqualTo(Outcome.BODY_FAILED);
        }
    }

    @Test
    void aBodyLongerThanItsLengthDoesNotLookWhole() throws Exception {
        try (JdkListenerHarness server = new JdkListenerHarness(request -> of(text("hello"), 4))) {
            assertThat(server.exchange(GET)).doesNotContain("hell");
            assertThat(server.awaitEnd().outcome()).isEqualTo(Outcome.BAD_RESPONSE);
        }
    }

    @Test
    void anErrorInTheServiceIsAnsweredWith500() throws Exception {
        try (JdkListenerHarness server = new JdkListenerHarness(request -> {
            throw new StackOverflowError();
        })) {
            assertThat(server.exchange(LAST)).startsWith("HTTP/1.1 500 ");
            assertThat(server.awaitEnd().outcome()).isEqualTo(Outcome.FAILED);
        }
    }

    @Test
    void anErrorInTheBodyCutsTheConnection() throws Exception {
        InputStream faulty = new InputStream() {
            @Override
            public int read() {
                throw new StackOverflowError();
            }
        };
        try (JdkListenerHarness server = new JdkListenerHarness(request -> of(faulty, Body.UNKNOWN))) {
            assertThat(server.exchange(GET)).doesNotContain("\r\n0\r\n");
            assertThat(server.awaitEnd().outcome()).isEqualTo(Outcome.FAILED);
        }
    }

    @Test
    void aBodyThatCannotBeOpenedIsAnsweredWith500() throws Exception {
        Body used = Body.of(text("x"), 1);
        used.open();
        assertThat(answer(LAST, request -> ProxyResponse.builder(200).body(used).build()))
                .startsWith("HTTP/1.1 500 ");
    }

    @Test
    void aClientThatHasLeftEndsTheExchangeAndClosesTheBody() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        InputStream endless = new EndlessInput(1, closed::countDown);
        try (JdkListenerHarness server = new JdkListenerHarness(request -> of(endless, Body.UNKNOWN))) {
            try (RawConnection client = server.connect()) {
                client.write(GET);
                client.readHead();
                client.reset();
            }
            assertThat(server.awaitEnd().outcome()).isEqualTo(Outcome.CLIENT_WRITE_FAILED);
            assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void aClientThatTakesNothingIsCutAfterTheIdleTimeout() throws Exception {
        InputStream endless = new EndlessInput(1, () -> {});
        try (JdkListenerHarness server = new JdkListenerHarness(request -> of(endless, Body.UNKNOWN));
                RawConnection client = server.connect()) {
            client.write(GET);
            awaitStill(server);
            server.time.advance(Duration.ofSeconds(61));
            assertThat(server.awaitEnd().outcome()).isEqualTo(Outcome.CLIENT_WRITE_TIMEOUT);
        }
    }

    @Test
    void aCancelledExchangeFreesABlockedWrite() throws Exception {
        InputStream endless = new EndlessInput(1, () -> {});
        try (JdkListenerHarness server = new JdkListenerHarness(request -> of(endless, Body.UNKNOWN));
                RawConnection client = server.connect()) {
            client.write(GET);
            awaitStill(server);
            server.awaitBegin().cancel(Outcome.TOTAL_TIMEOUT);
            assertThat(server.awaitEnd().outcome()).isEqualTo(Outcome.TOTAL_TIMEOUT);
        }
    }

    @Test
    void aCancelledExchangeIsCutEvenIfItsThreadWasNotBlockedInAWrite() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        InputStream slow = new InputStream() {
            private int given;

            @Override
            public int read() throws IOException {
                if (given == 1) {
                    reading.countDown();
                    await(goOn);
                }
                return given++ < 2 ? 'x' : -1;
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                int next = read();
                target[offset] = (byte) next;
                return next < 0 ? -1 : 1;
            }
        };
        try (JdkListenerHarness server = new JdkListenerHarness(request -> of(slow, Body.UNKNOWN));
                RawConnection client = server.connect()) {
            client.write(GET);
            client.readHead();
            assertThat(reading.await(10, TimeUnit.SECONDS)).isTrue();
            server.awaitBegin().cancel(Outcome.TOTAL_TIMEOUT);
            goOn.countDown();
            assertThat(server.awaitEnd().outcome()).isEqualTo(Outcome.TOTAL_TIMEOUT);
            assertThat(client.readAll()).isEqualTo("1\r\nx\r\n");
        }
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException interrupt) {
            throw new IOException(interrupt);
        }
    }

    /** Waits until nothing more is written: the buffers of both ends are full. */
    private static void awaitStill(JdkListenerHarness server) throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        long before = -1;
        while (server.begun.isEmpty() || written(server) != before || before <= 0) {
            before = server.begun.isEmpty() ? -1 : written(server);
            never.await(200, TimeUnit.MILLISECONDS);
        }
    }

    private static long written(JdkListenerHarness server) {
        return server.begun.element().record().responseBytes();
    }
}
