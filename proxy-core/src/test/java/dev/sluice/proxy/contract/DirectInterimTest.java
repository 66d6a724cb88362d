package dev.sluice.proxy.contract;

import static dev.sluice.proxy.contract.Message.http;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.testing.RawConnection;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Interim responses and trailers over the direct transport, beyond what every pairing does. */
class DirectInterimTest {
    private static Proxied.Builder direct() {
        return Proxied.of(Pairing.DIRECT_DIRECT);
    }

    @Test
    void aClientIsNotAskedForABodyBeforeTheOriginAsks() throws Exception {
        CountDownLatch ask = new CountDownLatch(1);
        try (Proxied proxied = direct().plays(connection -> {
                            assertThat(connection.readHead()).contains("Expect: 100-continue\r\n");
                            connection.write("HTTP/1.1 103 Early Hints\r\nX-Before: 1\r\n\r\n");
                            ask.await(10, TimeUnit.SECONDS);
                            connection.write("HTTP/1.1 100 Continue\r\n\r\n");
                            connection.readExactly(3);
                            connection.write(Proxied.OK);
                            connection.readAll();
                        })
                        .start();
                RawConnection client = proxied.connect()) {
            client.write(InterimCases.EXPECTING);
            // The bytes that came before the origin asked for the body came before the client was asked, too.
            assertThat(client.readHead()).startsWith("HTTP/1.1 103");
            ask.countDown();
            assertThat(client.readHead()).startsWith("HTTP/1.1 100");
            client.write("abc");
            assertThat(Message.response(client, "PUT").body()).isEqualTo("ok");
        }
    }

    @Test
    void aFinalStatusInsteadOf100LeavesTheBodyUnread() throws Exception {
        try (Proxied proxied = direct().plays(connection -> {
                            connection.readHead();
                            connection.write("HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno");
                            assertThat(connection.readAll())
                                    .as("no byte of the body")
                                    .isEmpty();
                        })
                        .start();
                RawConnection client = proxied.connect()) {
            client.write(InterimCases.EXPECTING);
            Message received = Message.response(client, "PUT");

            assertThat(received.status()).isEqualTo(401);
            assertThat(received.body()).isEqualTo("no");
            assertThat(received.interim()).isEmpty();
            assertThat(received.saysClose()).isTrue();
            assertThat(client.readAll()).isEmpty();
            assertThat(proxied.records.awaitEnded(1).get(0).requestBytes()).isZero();
        }
    }

    @Test
    void trailersGoOnlyToClientsThatTakeThem() throws Exception {
        try (Proxied proxied = direct().answers(http("""
                        HTTP/1.1 200 OK
                        Transfer-Encoding: chunked
                        Trailer: X-Sum

                        3;ext=1
                        abc
                        0;ext=2
                        X-Sum: 9

                        """)).start();
                RawConnection client = proxied.connect()) {
            assertThat(Proxied.ask(client, Contract.GET).trailers().isEmpty()).isTrue();
            Message received = Proxied.ask(client, http("""
                    GET / HTTP/1.1
                    Host: a.test
                    Connection: TE
                    TE: trailers

                    """));

            assertThat(received.trailers().first("X-Sum")).contains("9");
            assertThat(Proxied.serves(client)).isTrue();
        }
    }

    @Test
    void trailersAndNothingOfChunkExtensionsGoToTheOrigin() throws Exception {
        try (Proxied proxied = direct().plays(connection -> {
                    connection.readHead();
                    assertThat(connection.readExactly(23)).isEqualTo("3\r\nabc\r\n0\r\nX-Sum: 9\r\n\r\n");
                    connection.write(Proxied.OK);
                    connection.readAll();
                })
                .route(route -> route.allowTrailers("X-Sum"))
                .start()) {
            Message received = proxied.ask(http("""
                    POST / HTTP/1.1
                    Host: a.test
                    Transfer-Encoding: chunked
                    Trailer: X-Sum

                    3;secret=1;b="c"
                    abc
                    0;secret=2
                    X-Sum: 9

                    """));

            assertThat(received.body()).isEqualTo("ok");
        }
    }

    @Test
    void trailersThatFrameOrRouteAreNotPassedOn() throws Exception {
        try (Proxied proxied =
                direct().route(route -> route.allowTrailers("X-Sum")).start()) {
            Message received = proxied.ask(http("""
                    POST / HTTP/1.1
                    Host: a.test
                    Transfer-Encoding: chunked

                    0
                    Content-Length: 5
                    Host: evil.test
                    X-Forwarded-For: 192.0.2.1
                    X-Sum: 9

                    """));

            assertThat(received.status()).isEqualTo(200);
            assertThat(proxied.sent().trailers()).isEqualTo(Headers.of("X-Sum", "9"));
        }
    }

    @Test
    void interimResponsesAreNotCountedAsTheAnswerAndComeInOrder() throws Exception {
        try (Proxied proxied = direct().answers(http("""
                HTTP/1.1 102 Processing

                HTTP/1.1 103 Early Hints
                Link: </a>
                Keep-Alive: timeout=5
                Alt-Svc: h2
                Server: secret

                HTTP/1.1 204 No Content

                """)).start()) {
            Message received = proxied.ask(Contract.GET);

            assertThat(received.interim()).extracting(Message::start).hasSize(2);
            assertThat(received.interim().get(0).start()).startsWith("HTTP/1.1 102");
            Message hints = received.interim().get(1);
            assertThat(hints.field("Link")).isEqualTo("</a>");
            assertThat(hints.headers().has("Keep-Alive")).isFalse();
            assertThat(hints.headers().has("Alt-Svc")).isFalse();
            assertThat(hints.headers().has("Server")).isFalse();
            assertThat(received.status()).isEqualTo(204);
        }
    }
}
