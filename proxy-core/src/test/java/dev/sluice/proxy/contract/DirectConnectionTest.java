package dev.sluice.proxy.contract;

import static dev.sluice.proxy.contract.Message.http;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.transport.direct.DirectTransport;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How long client connections live on the direct transport, and what else closes them. */
class DirectConnectionTest {
    private static final String GET = Contract.GET;

    private final ManualTime time = new ManualTime();

    private static Proxied.Builder direct() {
        return Proxied.of(Pairing.DIRECT_DIRECT);
    }

    private Proxied.Builder timed(DirectTransport.Builder listener) {
        return Proxied.of(listener.build(), DirectTransport.builder().build()).server(server -> server.time(time));
    }

    @Test
    void oneConnectionOnEitherSideServesManyRequests() throws Exception {
        try (Proxied proxied = direct().start();
                RawConnection client = proxied.connect()) {
            for (int i = 0; i < 5; i++) {
                assertThat(Proxied.ask(client, GET).body()).isEqualTo("ok");
            }

            assertThat(proxied.origin.connections()).isEqualTo(1);
        }
    }

    @Test
    void threeRequestsInOnePacketAreAnsweredInOrder() throws Exception {
        try (Proxied proxied = direct().answers((request, connection) -> {
                            String name = request.start().substring(4, 6);
                            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n" + name);
                        })
                        .start();
                RawConnection client = proxied.connect()) {
            client.write(http("""
                    GET /1 HTTP/1.1
                    Host: a.test

                    PUT /2 HTTP/1.1
                    Host: a.test
                    Content-Length: 3

                    abcGET /3 HTTP/1.1
                    Host: a.test
                    Connection: close

                    """));

            assertThat(Message.response(client, "GET").body()).isEqualTo("/1");
            assertThat(Message.response(client, "PUT").status()).isEqualTo(200);
            Message last = Message.response(client, "GET");
            assertThat(last.body()).isEqualTo("/3");
            assertThat(last.saysClose()).isTrue();
            assertThat(client.readAll()).isEmpty();
            assertThat(proxied.atOrigin().get(1).body()).isEqualTo("abc");
        }
    }

    @Test
    void http10IsClosedUnlessItAsksForMore() throws Exception {
        String request = http("""
                GET / HTTP/1.0
                Host: a.test
                Connection: keep-alive

                """);
        try (Proxied proxied = direct().start()) {
            try (RawConnection client = proxied.connect()) {
                Message first = Proxied.ask(client, request);
                assertThat(first.headers().hasToken("Connection", "keep-alive")).isTrue();
                assertThat(Proxied.ask(client, request).body()).isEqualTo("ok");
            }
            try (RawConnection client = proxied.connect()) {
                client.write(request.replace("Connection: keep-alive\r\n", ""));
                assertThat(client.readAll()).contains("Connection: close\r\n").endsWith("\r\n\r\nok");
            }
        }
    }

    @Test
    void anIdleConnectionIsClosedWhenItsTimeIsOver() throws Exception {
        try (Proxied proxied = timed(DirectTransport.builder().keepAlive(Duration.ofSeconds(5)))
                        .start();
                RawConnection client = proxied.connect()) {
            assertThat(Proxied.ask(client, GET).status()).isEqualTo(200);
            time.advance(Duration.ofSeconds(4));
            assertThat(Proxied.ask(client, GET).status()).isEqualTo(200);

            assertThat(endsAsTimeGoesOn(client)).isEmpty();
            assertThat(proxied.records.records()).hasSize(2);
        }
    }

    @Test
    void aHeadThatDoesNotEndIsA408AndTheConnectionClosed() throws Exception {
        try (Proxied proxied = timed(DirectTransport.builder()).start();
                RawConnection client = proxied.connect()) {
            client.write("GET / HTTP/1.1\r\nHost: a.test\r\n");

            assertThat(endsAsTimeGoesOn(client)).startsWith("HTTP/1.1 408 ").contains("Connection: close\r\n");
            assertThat(proxied.atOrigin()).isEmpty();
        }
    }

    @Test
    void aBodyThatStallsIsA408AndTheUpstreamNotBlamed() throws Exception {
        try (Proxied proxied = timed(DirectTransport.builder())
                        .plays(connection -> {
                            connection.readHead();
                            connection.readAll();
                        })
                        .start();
                RawConnection client = proxied.connect()) {
            client.write("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 10\r\n\r\nabc");
            proxied.origin.awaitRequests(1);

            assertThat(endsAsTimeGoesOn(client)).startsWith("HTTP/1.1 408 ");
            assertThat(proxied.records.awaitEnded(1).get(0).failure().outcome()).isEqualTo(Outcome.CLIENT_BODY_TIMEOUT);
        }
    }

    /**
     * Everything that arrives while the clock advances one second at a time. The end comes within 200 seconds of the
     * clock.
     */
    private String endsAsTimeGoesOn(RawConnection client) throws Exception {
        StringBuilder all = new StringBuilder();
        CountDownLatch ended = new CountDownLatch(1);
        IOException[] failed = new IOException[1];
        Thread reader = new Thread(() -> {
            try {
                all.append(client.readAll());
            } catch (IOException reset) {
                failed[0] = reset;
            }
            ended.countDown();
        });
        reader.start();
        for (int i = 0; i < 200 && !ended.await(20, TimeUnit.MILLISECONDS); i++) {
            time.advance(Duration.ofSeconds(1));
        }
        assertThat(ended.await(10, TimeUnit.SECONDS)).as("the connection ends").isTrue();
        assertThat(failed[0]).as("it ends without a failure").isNull();
        return all.toString();
    }

    @Test
    void drainingClosesIdleConnectionsAtOnceAndBusyOnesAfterTheirResponse() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        try (Proxied proxied = direct().answers((request, connection) -> {
                            if (request.start().contains("/slow")) {
                                go.await(10, TimeUnit.SECONDS);
                            }
                            connection.write(Proxied.OK);
                        })
                        .start();
                RawConnection idle = proxied.connect();
                RawConnection busy = proxied.connect()) {
            assertThat(Proxied.ask(idle, GET).saysClose()).isFalse();
            busy.write(GET.replace("GET / ", "GET /slow "));
            proxied.origin.awaitRequests(2);
            Thread closing = new Thread(() -> proxied.server.close(Duration.ofSeconds(20)));
            closing.start();

            assertThat(idle.readAll()).isEmpty();
            go.countDown();
            Message last = Message.response(busy, "GET");
            assertThat(last.body()).isEqualTo("ok");
            assertThat(last.saysClose()).isTrue();
            assertThat(busy.readAll()).isEmpty();
            closing.join(20_000);
            assertThat(closing.isAlive()).isFalse();
        }
    }

    @Test
    void headersKeepCaseAndOrderInBothDirections() throws Exception {
        String odd = "x-lower: 1\r\nX-UPPER: 2\r\nX-mIxEd: 3\r\nA-first: 4\r\nX-UPPER: 5\r\n";
        try (Proxied proxied = direct().answers("HTTP/1.1 200 OK\r\n" + odd + "Content-Length: 0\r\n\r\n")
                .start()) {
            Message received = proxied.ask("GET / HTTP/1.1\r\n" + odd + "Host: a.test\r\n\r\n");

            assertThat(received.raw()).contains(odd);
            assertThat(proxied.sent().raw()).contains(odd);
        }
    }

    @Test
    void whatClientsSendBehindTheLastRequestDoesNotResetTheResponse() throws Exception {
        try (Proxied proxied = direct().start();
                RawConnection client = proxied.connect()) {
            client.write("GET / HTTP/1.1\r\nHost: a.test\r\nX : 1\r\n\r\n" + "x".repeat(200_000));

            assertThat(Message.response(client, "GET").status()).isEqualTo(400);
        }
    }
}
