package dev.sluice.proxy.transport.jdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.ExchangeRecord;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.limit.Limits;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.time.Awaited;
import dev.sluice.proxy.time.OtherTime;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.WithoutThreads;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JdkExchangeBodyTest {
    private static final String POST = "POST / HTTP/1.1\r\nHost: a\r\n";
    private static final String CHUNKED = POST + "Transfer-Encoding: chunked\r\n\r\n";
    private static final ProxyHandler ECHO =
            request -> ProxyResponse.of(200, new String(request.body().readAll(1 << 20), StandardCharsets.ISO_8859_1));

    @Test
    void bothFramingsAreReadAndAfterAKnownLengthTheConnectionIsKept() throws Exception {
        try (JdkListenerHarness server = new JdkListenerHarness(ECHO);
                RawConnection client = server.connect()) {
            client.write(POST + "Content-Length: 5\r\n\r\nhello");
            assertThat(client.readHead()).doesNotContainIgnoringCase("connection");
            assertThat(client.readExactly(5)).isEqualTo("hello");
            client.write(CHUNKED + "3;ext=1\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
            client.readHead();
            assertThat(client.readExactly(5)).isEqualTo("abcde");
            assertThat(server.awaitEnd().requestBytes()).isEqualTo(5);
        }
    }

    @Test
    void aReadReturnsAsSoonAsAByteIsThere() throws Exception {
        BlockingQueue<Integer> reads = new LinkedBlockingQueue<>();
        try (JdkListenerHarness server = new JdkListenerHarness(request -> {
                    InputStream body = request.body().open();
                    byte[] buffer = new byte[100];
                    for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
                        reads.add(n);
                    }
                    return ProxyResponse.of(200);
                });
                RawConnection client = server.connect()) {
            client.write(POST + "Content-Length: 5\r\n\r\nab");
            assertThat(reads.poll(10, TimeUnit.SECONDS)).isEqualTo(2);
            client.write("cde");
            assertThat(reads.poll(10, TimeUnit.SECONDS)).isEqualTo(3);
            assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "xyz\r\nabc\r\n0\r\n\r\n",
                "-3\r\nabc\r\n0\r\n\r\n",
                "0x3\r\nabc\r\n",
                "3\r\nabcde\r\n0\r\n\r\n",
                "FFFFFFFF\r\nabc",
                "3 \r\nabc\r\n0\r\n\r\n"
            })
    void aMalformedChunkIsAnsweredWith400AndTheConnectionIsClosed(String body) throws Exception {
        try (JdkListenerHarness server = new JdkListenerHarness(ECHO);
                RawConnection client = server.connect()) {
            client.write(CHUNKED + body);
            client.shutdownOutput();
            assertThat(client.readAll()).startsWith("HTTP/1.1 400 ").containsIgnoringCase("connection: close");
            assertThat(server.awaitEnd().outcome()).isEqualTo(Outcome.CLIENT_BODY_FAILED);
        }
    }

    @Test
    void bytesAfterAFailedBodyAreNotARequest() throws Exception {
        try (JdkListenerHarness server = new JdkListenerHarness(ECHO);
                RawConnection client = server.connect()) {
            client.write(CHUNKED + "0\r\nXX" + "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");
            client.shutdownOutput();
            assertThat(client.readAll().split("HTTP/1\\.1 ")).hasSize(2);
            assertThat(server.requests).hasSize(1);
        }
    }

    @Test
    void aFailedBodyStaysFailed() throws Exception {
        BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
        try (JdkListenerHarness server = new JdkListenerHarness(request -> {
                    InputStream body = request.body().open();
                    for (int i = 0; i < 2; i++) {
                        try {
                            body.read();
                        } catch (ProxyException failure) {
                            failures.add(failure);
                        }
                    }
                    return ProxyResponse.of(200);
                });
                RawConnection client = server.connect()) {
            client.write(CHUNKED + "0\r\nXX\r\n\r\n");
            client.shutdownOutput();
            assertThat(client.readAll()).containsIgnoringCase("connection: close");
            assertThat(failures).hasSize(2);
        }
    }

    @Test
    void aClientThatLeavesDuringItsBodyIsBlamed() throws Exception {
        try (JdkListenerHarness server = new JdkListenerHarness(ECHO)) {
            try (RawConnection client = server.connect()) {
                client.write(POST + "Content-Length: 5\r\n\r\nab");
            }
            ExchangeRecord record = server.awaitEnd();
            assertThat(record.failure()).isNotNull();
            assertThat(record.failure().outcome()).isEqualTo(Outcome.CLIENT_BODY_FAILED);
        }
    }

    @Test
    void aChunkedBodyAboveTheLimitIsAnsweredWith413() throws Exception {
        Limits limits = Limits.builder().bodyBytes(4).build();
        try (JdkListenerHarness server = new JdkListenerHarness(ECHO, limits);
                RawConnection client = server.connect()) {
            client.write(CHUNKED + "5\r\nhello\r\n0\r\n\r\n");
            assertThat(client.readAll()).startsWith("HTTP/1.1 413 ").containsIgnoringCase("connection: close");
        }
    }

    @Test
    void aClientThatSendsNoMoreIsAnsweredWith408() throws Exception {
        try (JdkListenerHarness server = new JdkListenerHarness(ECHO);
                RawConnection client = server.connect()) {
            client.write(POST + "Content-Length: 5\r\n\r\nab");
            awaitReadOf(server, 2);
            server.time.advance(Duration.ofSeconds(61));
            assertThat(client.readAll()).startsWith("HTTP/1.1 408 ").endsWith("CLIENT_BODY_TIMEOUT");
            assertThat(server.awaitEnd().outcome()).isEqualTo(Outcome.CLIENT_BODY_TIMEOUT);
        }
    }

    @Test
    void aClientThatSendsNoMoreIsCutWhenThereIsNoThreadToAnswerIt() throws Exception {
        try (JdkListenerHarness server = new JdkListenerHarness(ECHO);
                RawConnection client = server.connect()) {
            server.exchangeTime = WithoutThreads.on(server.time, "answer-instead"::equals);
            client.write(POST + "Content-Length: 5\r\n\r\nab");
            awaitReadOf(server, 2);
            server.time.advance(Duration.ofSeconds(61));
            assertThat(server.awaitEnd().requestBytes()).isEqualTo(2);
        }
    }

    @Test
    void aReadThatIsOverdueEndsAlsoIfTheResponseBeginsJustThen() throws Exception {
        CountDownLatch overdue = new CountDownLatch(1);
        CountDownLatch responding = new CountDownLatch(1);
        CountDownLatch readEnded = new CountDownLatch(1);
        try (JdkListenerHarness server = new JdkListenerHarness(request -> {
                    InputStream body = request.body().open();
                    request.exchange().time().start("reads beside", () -> {
                        assertThatThrownBy(body::readAllBytes).hasMessageContaining("CLIENT_BODY_TIMEOUT");
                        readEnded.countDown();
                    });
                    Awaited.latch(overdue);
                    return ProxyResponse.builder(200)
                            .body(Body.of(after(responding, readEnded), Body.UNKNOWN))
                            .build();
                });
                RawConnection client = server.connect()) {
            server.exchangeTime = new OtherTime(server.time) {
                @Override
                public Signal start(String name, Runnable work) {
                    if (!name.equals("answer-instead")) {
                        return super.start(name, work);
                    }
                    overdue.countDown();
                    return super.start(name, () -> {
                        Awaited.latch(responding);
                        work.run();
                    });
                }
            };
            client.write(POST + "Content-Length: 5\r\n\r\nab");
            awaitReadOf(server, 2);
            server.time.advance(Duration.ofSeconds(61));
            Awaited.latch(readEnded);
        }
    }

    /** A body that ends after {@code waited}; {@code begun} when it is read. */
    private static InputStream after(CountDownLatch begun, CountDownLatch waited) {
        return new InputStream() {
            @Override
            public int read() {
                begun.countDown();
                Awaited.latch(waited);
                return -1;
            }
        };
    }

    @Test
    void theTimeoutRestartsWithEachRead() throws Exception {
        try (JdkListenerHarness server = new JdkListenerHarness(ECHO);
                RawConnection client = server.connect()) {
            client.write(POST + "Content-Length: 4\r\n\r\n");
            for (int i = 1; i <= 3; i++) {
                client.write("x");
                awaitReadOf(server, i);
                server.time.advance(Duration.ofSeconds(40));
            }
            client.write("x");
            assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void aCancelledExchangeFreesABlockedReadAndIsAnswered() throws Exception {
        try (JdkListenerHarness server = new JdkListenerHarness(ECHO);
                RawConnection client = server.connect()) {
            client.write(POST + "Content-Length: 5\r\n\r\nab");
            Exchange exchange = awaitReadOf(server, 2);
            exchange.cancel(Outcome.TOTAL_TIMEOUT);
            assertThat(client.readAll()).startsWith("HTTP/1.1 504 ");
            assertThat(server.awaitEnd().outcome()).isEqualTo(Outcome.TOTAL_TIMEOUT);
        }
    }

    @Test
    void noInterruptIsLeftAfterATimeout() throws Exception {
        BlockingQueue<Boolean> flags = new LinkedBlockingQueue<>();
        try (JdkListenerHarness server = new JdkListenerHarness(request -> {
                    InputStream body = request.body().open();
                    body.read();
                    assertThatThrownBy(body::read).isInstanceOf(ProxyException.class);
                    flags.add(Thread.currentThread().isInterrupted());
                    return ProxyResponse.of(200);
                });
                RawConnection client = server.connect()) {
            client.write(POST + "Content-Length: 5\r\n\r\na");
            awaitReadOf(server, 1);
            server.time.advance(Duration.ofSeconds(61));
            assertThat(flags.poll(10, TimeUnit.SECONDS)).isFalse();
        }
    }

    @Test
    void anEarlyAnswerToAnUnreadBodyComesAtOnceAndClosesTheConnection() throws Exception {
        try (JdkListenerHarness server = new JdkListenerHarness(request -> ProxyResponse.of(403, "no"));
                RawConnection client = server.connect()) {
            client.write(POST + "Content-Length: 100000\r\n\r\nab");
            assertThat(client.readHead()).startsWith("HTTP/1.1 403 ").containsIgnoringCase("connection: close");
            assertThat(client.readExactly(2)).isEqualTo("no");
            client.write("x".repeat(99_998));
            assertThat(client.readAll()).isEmpty();
            assertThat(server.requests).hasSize(1);
        }
    }

    @Test
    void aClientThatUploadsForLongerGetsTheEarlyAnswerAfterItHasSentAll() throws Exception {
        String block = "x".repeat(250_000);
        try (JdkListenerHarness server = new JdkListenerHarness(request -> ProxyResponse.of(413, "too large"));
                RawConnection client = server.connect()) {
            client.write(POST + "Content-Length: 10000000\r\n\r\n");
            for (int i = 0; i < 40; i++) {
                client.write(block);
                server.time.advance(Duration.ofMillis(100));
            }
            assertThat(client.readAll()).startsWith("HTTP/1.1 413 ").endsWith("too large");
            assertThat(server.awaitEnd().outcome()).isEqualTo(Outcome.COMPLETED);
        }
    }

    @Test
    void aClientThatSendsNoMoreAfterAnEarlyAnswerIsNotWaitedForLong() throws Exception {
        try (JdkListenerHarness server = new JdkListenerHarness(request -> ProxyResponse.of(403, "no"));
                RawConnection client = server.connect()) {
            client.write(POST + "Content-Length: 10\r\n\r\nab");
            client.readHead();
            client.readExactly(2);
            CountDownLatch done = new CountDownLatch(1);
            while (server.ended.isEmpty()) {
                server.time.advance(Duration.ofSeconds(3));
                done.await(10, TimeUnit.MILLISECONDS);
            }
            assertThat(client.readAll()).isEmpty();
            assertThat(server.awaitEnd().outcome()).isEqualTo(Outcome.COMPLETED);
        }
    }

    @Test
    void aShortUnreadBodyKeepsTheConnection() throws Exception {
        try (JdkListenerHarness server = new JdkListenerHarness(request -> ProxyResponse.of(404, "no"));
                RawConnection client = server.connect()) {
            for (int i = 0; i < 2; i++) {
                client.write(POST + "Content-Length: 2\r\n\r\nab");
                assertThat(client.readHead()).doesNotContainIgnoringCase("connection");
                assertThat(client.readExactly(2)).isEqualTo("no");
            }
        }
    }

    /** The exchange, after this number of bytes of its body has been read. */
    private static Exchange awaitReadOf(JdkListenerHarness server, long bytes) throws InterruptedException {
        Exchange exchange = server.begun.poll(10, TimeUnit.SECONDS);
        assertThat(exchange).isNotNull();
        server.begun.add(exchange);
        CountDownLatch never = new CountDownLatch(1);
        for (int i = 0; i < 1000 && exchange.record().requestBytes() < bytes; i++) {
            never.await(10, TimeUnit.MILLISECONDS);
        }
        // The next read follows the count. The caller's assertions show that it begins before the clock moves.
        never.await(50, TimeUnit.MILLISECONDS);
        return exchange;
    }

    /**
     * The server's decoder accepts chunks that others read differently. So the bytes after them may be meant as part of
     * them.
     */
    @ParameterizedTest
    @ValueSource(strings = {"1\r\nx\r\n0\r\n\r\n", "1;a\nb\r\nx\r\n0\r\n\r\n", "100000001\r\nx\r\n0\r\n\r\n"})
    void afterABodyInChunksTheConnectionIsClosed(String chunks) throws Exception {
        try (JdkListenerHarness server = new JdkListenerHarness(request -> {
            request.body().readAll(100);
            return ProxyResponse.of(200, "ok");
        })) {
            String answer = server.exchange("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks
                    + "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n");

            assertThat(answer).containsIgnoringCase("Connection: close").containsOnlyOnce("HTTP/1.1 ");
            assertThat(server.requests).hasSizeLessThanOrEqualTo(1);
        }
    }
}
