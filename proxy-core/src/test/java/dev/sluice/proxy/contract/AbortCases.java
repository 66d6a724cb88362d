package dev.sluice.proxy.contract;

import static dev.sluice.proxy.contract.Message.http;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.ExchangeRecord;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.ScriptedOrigin.Script;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How either side learns that the other has failed. */
interface AbortCases extends Contract {
    @Test
    @Section("RFC 9110 §15.6.3")
    default void anOriginThatClosesBeforeTheHeadIsA502() throws Exception {
        ofHttp1Origins();
        try (Proxied proxied = proxied().plays(RawConnection::readHead).start()) {
            assertThat(proxied.ask(GET).status()).isEqualTo(502);
            assertThat(proxied.records.awaitEnded(1).get(0).failure().outcome()).isEqualTo(Outcome.HEAD_FAILED);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Section("RFC 9110 §15.6.4")
    default void aHandlerThatIsInterruptedGetsItsAnswerThrough(boolean thrown) throws Exception {
        ProxyFilter interrupted = (request, next) -> {
            if (request.target().path().equals("/probe")) {
                return next.handle(request);
            }
            if (thrown) {
                throw new InterruptedException("interrupted on purpose");
            }
            Thread.currentThread().interrupt();
            return ProxyResponse.of(503, "busy");
        };
        try (Proxied proxied = proxied()
                        .server(server -> server.addFilter(interrupted))
                        .start();
                RawConnection client = proxied.connect()) {
            Message received = Proxied.ask(client, GET);

            assertThat(received.status()).isEqualTo(503);
            assertThat(Proxied.serves(client)).isTrue();
        }
    }

    /** Only a reset shows such a client that the body is not complete. */
    @Test
    @Section("RFC 9112 §8")
    default void aBodyOfUnknownLengthThatBreaksOffIsCutForAClientOfHttp10() throws Exception {
        ofHttp1Clients();
        ofHttp1Origins();
        try (Proxied proxied = proxied()
                .answersAndCloses(http("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n3\nabc\n"))
                .start()) {
            Message received = proxied.ask(http("GET / HTTP/1.0\nHost: a.test\n\n"));

            assertThat(received.status()).isEqualTo(200);
            assertThat(received.whole()).isEqualTo(lacks(Limitation.CUT_TO_HTTP_1_0));
        }
    }

    @Test
    @Section("RFC 9110 §15.6.3")
    default void anOriginThatIsNotThereIsA502() throws Exception {
        try (Proxied proxied = proxied().start()) {
            proxied.origin.close();

            Message received = proxied.ask(GET);

            assertThat(received.status()).isEqualTo(502);
            assertThat(received.body())
                    .doesNotContain(String.valueOf(proxied.origin.address().getPort()))
                    .doesNotContain("127.0.0.1")
                    .doesNotContainIgnoringCase("exception");
        }
    }

    @Test
    @Section("RFC 9110 §15.6.5")
    default void anOriginThatIsSilentIsA504() throws Exception {
        ManualTime time = new ManualTime();
        CountDownLatch closed = new CountDownLatch(1);
        try (Proxied proxied = proxied()
                        .server(server -> server.time(time))
                        .plays(connection -> {
                            connection.readHead();
                            Proxied.awaitEnd(connection);
                            closed.countDown();
                        })
                        .start();
                RawConnection client = proxied.connect()) {
            client.write(GET);
            proxied.origin.awaitRequests(1);
            advanceUntil(
                    time, Duration.ofSeconds(5), () -> proxied.records.records().isEmpty());

            assertThat(Message.response(client, "GET").status()).isEqualTo(504);
            assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    /**
     * Advances the clock step by step while the condition is true. Threads may set their deadlines a little later, and
     * get time to act on each step, so that no second deadline passes.
     */
    static void advanceUntil(ManualTime time, Duration step, BooleanSupplier whileTrue) throws InterruptedException {
        for (int i = 0; i < 500 && whileTrue.getAsBoolean(); i++) {
            time.advance(step);
            for (int turn = 0; turn < 10 && whileTrue.getAsBoolean(); turn++) {
                new CountDownLatch(1).await(1, TimeUnit.MILLISECONDS);
            }
        }
    }

    @Test
    @Section("RFC 9112 §8")
    default void anOriginThatFailsInALongBodyCutsTheResponseOff() throws Exception {
        assertCut("Content-Length: 100000\r\n\r\n" + "x".repeat(70_000));
    }

    @Test
    @Section("RFC 9112 §8")
    default void anOriginThatFailsBetweenChunksCutsTheResponseOffWithoutALastChunk() throws Exception {
        assertCut("Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
    }

    @Test
    @Section("RFC 9112 §8")
    default void anOriginThatFailsInAChunkCutsTheResponseOff() throws Exception {
        assertCut("Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n5\r\nab");
    }

    default void assertCut(String headAndBody) throws Exception {
        if (pairing().hasHttp2()) {
            assertNeverWhole("HTTP/1.1 200 OK\r\n" + headAndBody);
            return;
        }
        try (Proxied proxied =
                proxied().answersAndCloses("HTTP/1.1 200 OK\r\n" + headAndBody).start()) {
            Message received = proxied.ask(GET);

            assertThat(received.status()).isEqualTo(200);
            assertThat(received.whole()).isFalse();
            ExchangeRecord record = proxied.records.awaitEnded(1).get(0);
            assertThat(record.outcome()).isEqualTo(Outcome.BODY_FAILED);
        }
    }

    /** The reset of a stream may also take away what came before it. */
    private void assertNeverWhole(String response) throws Exception {
        try (Proxied proxied = proxied().answersAndCloses(response).start();
                RawConnection client = proxied.connect()) {
            client.write(GET);
            String received;
            try {
                received = client.readAll();
            } catch (IOException reset) {
                return;
            }
            assertThat(received).doesNotEndWith("\r\n0\r\n\r\n").matches("(?s)(HTTP/1.1 (200|502) .*)?");
        }
    }

    @Test
    @Section("RFC 9112 §8")
    default void aShortBodyThatBreaksOffNeverLooksComplete() throws Exception {
        try (Proxied proxied = proxied()
                .answersAndCloses("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
                .start()) {
            Message received = proxied.ask(GET);

            assertThat(received.status() == 200 && received.whole()).isFalse();
            assertThat(received.body()).doesNotContain("abc\r\n0");
        }
    }

    @Test
    @Section("RFC 9112 §9.6")
    default void aClientThatLeavesWhileTheOriginIsSilentCancelsAndTheUpstreamIsNotBlamed() throws Exception {
        ManualTime time = new ManualTime();
        CountDownLatch left = new CountDownLatch(1);
        Script silent = connection -> {
            connection.readHead();
            Proxied.awaitEnd(connection);
            left.countDown();
        };
        try (Proxied proxied =
                proxied().server(server -> server.time(time)).plays(silent).start()) {
            try (RawConnection client = proxied.connect()) {
                client.write(GET);
                proxied.origin.awaitRequests(1);
            }
            if (lacks(Limitation.SEES_CLIENT_LEAVE)) {
                time.advance(Duration.ofSeconds(1));
                assertThat(proxied.records.records()).isEmpty();
                return;
            }
            // At most one second of the clock after the end has arrived. The network may need real time.
            advanceUntil(time, Duration.ofMillis(100), () -> left.getCount() > 0 && time.nanos() < 25_000_000_000L);
            assertThat(left.await(10, TimeUnit.SECONDS)).isTrue();
            ExchangeRecord record = proxied.records.awaitEnded(1).get(0);
            assertThat(record.outcome()).isEqualTo(Outcome.CLIENT_LEFT);
            assertThat(record.attempts().get(0).outcome().blamesUpstream()).isFalse();
        }
    }

    @Test
    @Section("RFC 9112 §9.6")
    default void aClientThatLeavesInTheResponsesBodyCancelsAndTheUpstreamIsNotBlamed() throws Exception {
        CountDownLatch left = new CountDownLatch(1);
        Script endless = connection -> {
            connection.readHead();
            try {
                connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                while (true) {
                    connection.write("400\r\n" + "x".repeat(1024) + "\r\n");
                }
            } finally {
                left.countDown();
            }
        };
        try (Proxied proxied = proxied().plays(endless).start()) {
            try (RawConnection client = proxied.connect()) {
                client.write(GET);
                client.readHead();
            }
            assertThat(left.await(10, TimeUnit.SECONDS)).isTrue();
            ExchangeRecord record = proxied.records.awaitEnded(1).get(0);
            assertThat(record.outcome().status()).isEqualTo(499);
            assertThat(record.attempts().get(0).outcome().blamesUpstream()).isFalse();
        }
    }

    @Test
    @Section("RFC 9110 §15.6.3")
    default void aRefusedConnectionIsBlamedOnTheUpstream() throws Exception {
        ofHttp1Origins();
        try (Proxied proxied = proxied().start()) {
            proxied.origin.close();
            proxied.ask(GET);

            assertThat(proxied.records.awaitEnded(1).get(0).failure().outcome()).isEqualTo(Outcome.CONNECT_FAILED);
        }
    }

    @Test
    @Section("RFC 9112 §9.3")
    default void anExchangeThatWentWellLeavesTheConnectionOpen() throws Exception {
        try (Proxied proxied = proxied().start();
                RawConnection client = proxied.connect()) {
            assertThat(Proxied.ask(client, GET).body()).isEqualTo("ok");
            assertThat(Proxied.ask(client, GET).saysClose()).isFalse();
            assertThat(Proxied.ask(client, http("""
                    GET / HTTP/1.1
                    Host: a.test
                    Connection: close

                    """)).saysClose()).isTrue();
            assertThat(Proxied.serves(client)).isFalse();
        }
    }
}
