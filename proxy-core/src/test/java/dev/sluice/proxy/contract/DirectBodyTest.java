package dev.sluice.proxy.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.ExchangeRecord;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.testing.RawConnection;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Bodies over the direct transport, beyond what every pairing does. */
class DirectBodyTest {
    private static Proxied.Builder direct() {
        return Proxied.of(Pairing.DIRECT_DIRECT);
    }

    @Test
    void anEarlyAnswerReachesAClientThatIsStillSending() throws Exception {
        try (Proxied proxied = direct().plays(connection -> {
                            connection.readHead();
                            connection.readExactly(1000);
                            connection.write("HTTP/1.1 413 Content Too Large\r\nContent-Length: 5\r\n\r\nlarge");
                            connection.readAll();
                        })
                        .start();
                RawConnection client = proxied.connect()) {
            client.write("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 100000000\r\n\r\n" + "x".repeat(1000));
            CountDownLatch answered = new CountDownLatch(1);
            Thread sender = keepSending(client, answered);

            Message received = Message.response(client, "POST");
            answered.countDown();

            assertThat(received.status()).isEqualTo(413);
            assertThat(received.body()).isEqualTo("large");
            assertThat(received.saysClose()).isTrue();
            sender.join(10_000);
        }
    }

    /** Sends on, like a client that reads no response before it has sent everything. A closed connection ends it. */
    private static Thread keepSending(RawConnection client, CountDownLatch stop) {
        Thread sender = new Thread(() -> {
            try {
                while (!stop.await(1, TimeUnit.MILLISECONDS)) {
                    client.write("x".repeat(1000));
                }
            } catch (IOException | InterruptedException closed) {
                // The proxy does not read forever.
            }
        });
        sender.start();
        return sender;
    }

    @Test
    void aResponseGoesBackWhileTheRequestIsStillArriving() throws Exception {
        try (Proxied proxied = direct().plays(connection -> {
                            connection.readHead();
                            connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n");
                            assertThat(connection.readExactly(6)).isEqualTo("1\r\nb\r\n");
                            connection.write("1\r\nc\r\n0\r\n\r\n");
                            connection.readAll();
                        })
                        .start();
                RawConnection client = proxied.connect()) {
            client.write("POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 200");
            assertThat(client.readExactly(6)).isEqualTo("1\r\na\r\n");
            client.write("1\r\nb\r\n");
            assertThat(client.readExactly(11)).isEqualTo("1\r\nc\r\n0\r\n\r\n");
        }
    }

    @Test
    void eventsGoBackOneByOne() throws Exception {
        CountDownLatch next = new CountDownLatch(1);
        try (Proxied proxied = direct().plays(connection -> {
                            connection.readHead();
                            connection.write("HTTP/1.1 200 OK\r\n\r\ndata: 1\n\n");
                            next.await(10, TimeUnit.SECONDS);
                            connection.write("data: 2\n\n");
                        })
                        .start();
                RawConnection client = proxied.connect()) {
            client.write(Contract.GET);
            client.readHead();
            assertThat(client.readExactly(14)).isEqualTo("9\r\ndata: 1\n\n\r\n");
            next.countDown();
            assertThat(client.readExactly(19)).isEqualTo("9\r\ndata: 2\n\n\r\n0\r\n\r\n");
        }
    }

    @Test
    void theEndOfTheConnectionEndsABodyForHttp10AndChunksDoForHttp11() throws Exception {
        try (Proxied proxied =
                direct().answersAndCloses("HTTP/1.0 200 OK\r\n\r\nabc").start()) {
            try (RawConnection client = proxied.connect()) {
                client.write("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
                assertThat(client.readAll())
                        .contains("Connection: close\r\n")
                        .doesNotContain("chunked")
                        .endsWith("\r\n\r\nabc");
            }
            assertThat(proxied.ask(Contract.GET).body()).isEqualTo("abc");
        }
    }

    @Test
    void aResponseToHeadHasTheHeadOfGetAndTheConnectionGoesOn() throws Exception {
        try (Proxied proxied = direct().answers((request, connection) ->
                                connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"))
                        .start();
                RawConnection client = proxied.connect()) {
            Message received = Proxied.ask(client, Contract.GET.replace("GET", "HEAD"));

            assertThat(received.status()).isEqualTo(200);
            assertThat(received.headers().has("Content-Length")).isFalse();
            assertThat(Proxied.serves(client)).isTrue();
            assertThat(proxied.origin.connections()).isEqualTo(1);
        }
    }

    @Test
    void anOriginThatFailsInABodyOfUnknownLengthCutsOffEvenHttp10ByAReset() throws Exception {
        try (Proxied proxied = direct().answersAndCloses("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab")
                        .start();
                RawConnection client = proxied.connect()) {
            client.write("GET / HTTP/1.0\r\n\r\n");

            assertThat(isReset(client)).isTrue();
            ExchangeRecord record = proxied.records.awaitEnded(1).get(0);
            assertThat(record.outcome()).isEqualTo(Outcome.BODY_FAILED);
        }
    }

    private static boolean isReset(RawConnection client) {
        try {
            client.readAll();
            return false;
        } catch (IOException reset) {
            return true;
        }
    }
}
