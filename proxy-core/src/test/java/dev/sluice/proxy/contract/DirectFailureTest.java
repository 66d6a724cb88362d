package dev.sluice.proxy.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.ExchangeRecord;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.limit.Timeouts;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.transport.direct.DirectTransport;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A client or an origin that stalls, leaves or dies, over the direct transport. */
class DirectFailureTest {
    private static final String LARGE_POST = "POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 5000000\r\n\r\n";

    private final ManualTime time = new ManualTime();
    private final CountDownLatch ended = new CountDownLatch(1);

    private Proxied.Builder timed() {
        return Proxied.of(Pairing.DIRECT_DIRECT).server(server -> server.time(time));
    }

    private void awaitEnd(RawConnection connection) {
        Proxied.awaitEnd(connection);
        ended.countDown();
    }

    @Test
    void anEarlyAnswerOfAnOriginThatClosesAtOnceStillReachesTheClient() throws Exception {
        try (Proxied proxied = Proxied.of(Pairing.DIRECT_DIRECT)
                        .plays(connection -> {
                            connection.readHead();
                            connection.write(
                                    "HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 5\r\n\r\nlarge");
                            connection.shutdownOutput();
                        })
                        .start();
                RawConnection client = proxied.connect()) {
            client.write(LARGE_POST);
            Thread sender = new Thread(() -> {
                try {
                    for (int i = 0; i < 5000; i++) {
                        client.write("x".repeat(1000));
                    }
                } catch (IOException closed) {
                    // The proxy does not read forever.
                }
            });
            sender.start();

            Message received = Message.response(client, "POST");
            assertThat(received.status()).isIn(413, 502);
            if (received.status() == 413) {
                assertThat(received.body()).isEqualTo("large");
            }
            sender.join(10_000);
            assertThat(sender.isAlive()).isFalse();
        }
    }

    @Test
    void aResponseThatStallsIsCutOff() throws Exception {
        try (Proxied proxied = timed().plays(connection -> {
                            connection.readHead();
                            connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
                            awaitEnd(connection);
                        })
                        .start();
                RawConnection client = proxied.connect()) {
            client.write(Contract.GET);
            client.readHead();
            assertThat(client.readExactly(8)).isEqualTo("3\r\nabc\r\n");
            AbortCases.advanceUntil(time, Duration.ofSeconds(10), () -> ended.getCount() > 0);

            assertThat(rest(client)).isEmpty();
            assertThat(outcome(proxied)).isEqualTo(Outcome.BODY_TIMEOUT);
        }
    }

    @Test
    void aClientThatTakesNothingMoreIsCutOffWithAPlainEndAndSoIsTheOrigin() throws Exception {
        try (Proxied proxied = timed().plays(connection -> {
                            connection.readHead();
                            try {
                                connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n");
                                while (true) {
                                    connection.write("x".repeat(100_000));
                                }
                            } finally {
                                ended.countDown();
                            }
                        })
                        .start();
                RawConnection client = proxied.connect()) {
            client.write(Contract.GET);
            client.readHead();
            AbortCases.advanceUntil(time, Duration.ofSeconds(5), () -> ended.getCount() > 0);

            assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(outcome(proxied)).isEqualTo(Outcome.CLIENT_WRITE_TIMEOUT);
            // The length shows that the body is cut. A reset would discard the bytes that the operating system still
            // has.
            assertThat(client.readAll()).isNotEmpty().matches(rest -> rest.length() < 1_000_000_000);
        }
    }

    @Test
    void anExchangeThatTakesTooLongInAllIsA504() throws Exception {
        try (Proxied proxied = timed().server(server -> server.time(time)
                                .timeouts(Timeouts.builder()
                                        .total(Duration.ofSeconds(3))
                                        .build()))
                        .plays(connection -> {
                            connection.readHead();
                            awaitEnd(connection);
                        })
                        .start();
                RawConnection client = proxied.connect()) {
            client.write(Contract.GET);
            proxied.origin.awaitRequests(1);
            time.advance(Duration.ofSeconds(4));

            assertThat(Message.response(client, "GET").status()).isEqualTo(504);
            assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(outcome(proxied)).isEqualTo(Outcome.TOTAL_TIMEOUT);
        }
    }

    @Test
    void aClientThatEndsItsDirectionHasLeftUnlessThatIsAllowed() throws Exception {
        for (boolean allowed : new boolean[] {false, true}) {
            CountDownLatch answer = new CountDownLatch(1);
            DirectTransport listener =
                    DirectTransport.builder().halfClose(allowed).build();
            try (Proxied proxied = Proxied.of(
                                    listener, DirectTransport.builder().build())
                            .server(server -> server.time(time))
                            .answers((request, connection) -> {
                                answer.await(10, TimeUnit.SECONDS);
                                connection.write(Proxied.OK);
                            })
                            .start();
                    RawConnection client = proxied.connect()) {
                client.write(Contract.GET);
                client.shutdownOutput();
                proxied.origin.awaitRequests(1);
                for (int i = 0; i < 20; i++) {
                    time.advance(Duration.ofMillis(100));
                }
                answer.countDown();

                if (allowed) {
                    assertThat(Message.response(client, "GET").body()).isEqualTo("ok");
                } else {
                    assertThat(rest(client)).isEmpty();
                    assertThat(outcome(proxied)).isEqualTo(Outcome.CLIENT_LEFT);
                }
            }
        }
    }

    @Test
    void aConnectionThatTheOriginClosedMeanwhileIsReplacedForASafeRequest() throws Exception {
        try (Proxied proxied = Proxied.of(Pairing.DIRECT_DIRECT)
                        .answersAndCloses(Proxied.OK)
                        .start();
                RawConnection client = proxied.connect()) {
            for (int i = 0; i < 10; i++) {
                assertThat(Proxied.ask(client, Contract.GET).status()).isEqualTo(200);
            }
            assertThat(proxied.atOrigin()).hasSize(10);
        }
    }

    private static String rest(RawConnection client) {
        try {
            return client.readAll();
        } catch (IOException reset) {
            return "";
        }
    }

    private static Outcome outcome(Proxied proxied) throws InterruptedException {
        ExchangeRecord record = proxied.records.awaitEnded(1).get(0);
        assertThat(record.attempts()).allMatch(attempt -> attempt.outcome() != null);
        return record.outcome();
    }
}
