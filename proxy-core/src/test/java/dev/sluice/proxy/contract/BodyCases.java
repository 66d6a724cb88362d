package dev.sluice.proxy.contract;

import static dev.sluice.proxy.contract.Message.http;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.testing.RawConnection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which messages have a body, and whether it arrives. */
interface BodyCases extends Contract {
    @ParameterizedTest
    @ValueSource(strings = {"200 OK", "404 Not Found", "304 Not Modified"})
    @Section("RFC 9110 §8.6, §9.3.2")
    default void aResponseToHeadHasNoBodyAndKeepsTheLengthAsAField(String status) throws Exception {
        try (Proxied proxied = proxied()
                        .answers(http("HTTP/1.1 " + status + "\nContent-Length: 5\n\n"))
                        .start();
                RawConnection client = proxied.connect()) {
            Message received = Proxied.ask(client, http("""
                    HEAD / HTTP/1.1
                    Host: a.test

                    """));

            assertThat(received.status()).isEqualTo(Integer.parseInt(status.substring(0, 3)));
            assertThat(received.field("Content-Length")).isEqualTo("5");
            assertThat(Proxied.serves(client)).isTrue();
        }
    }

    @Test
    @Section("RFC 9110 §15.4.5")
    default void a304HasNoBodyAndKeepsTheLengthAsAField() throws Exception {
        Message received = assertNextIsServed("HTTP/1.1 304 Not Modified\nContent-Length: 5\nETag: \"a\"\n\n");

        assertThat(received.field("Content-Length")).isEqualTo("5");
        assertThat(received.field("ETag")).isEqualTo("\"a\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Content-Length: 0\n", "Content-Length: 5\n", "Transfer-Encoding: chunked\n"})
    @Section("RFC 9110 §15.3.5, RFC 9112 §6.2, §6.3")
    default void a204HasNeitherABodyNorALength(String field) throws Exception {
        Message received = assertNextIsServed("HTTP/1.1 204 No Content\nETag: \"a\"\n" + field + "\n");

        assertThat(received.field("ETag")).isEqualTo("\"a\"");
        assertThat(received.headers().has("Content-Length")).isFalse();
        assertThat(received.headers().has("Transfer-Encoding")).isFalse();
    }

    /** The bytes after it are not a response to any request, so the connection to the origin is not used again. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 204 No Content\nTransfer-Encoding: chunked\n\n0\n\n",
                "HTTP/1.1 204 No Content\nContent-Length: 5\n\nabcde",
                "HTTP/1.1 304 Not Modified\nTransfer-Encoding: chunked\n\n0\n\n",
                "HTTP/1.1 304 Not Modified\nContent-Length: 5\n\nabcde"
            })
    @Section("RFC 9112 §6.3")
    default void whatFollowsAResponseThatHasNoBodyIsNotTakenForTheNext(String response) throws Exception {
        assertNextIsServed(response);
    }

    /** The response, after which the connection serves another request. */
    default Message assertNextIsServed(String response) throws Exception {
        try (Proxied proxied = proxied().answers(http(response)).start();
                RawConnection client = proxied.connect()) {
            Message received = Proxied.ask(client, GET);

            assertThat(received.start()).startsWith(response.substring(0, 12));
            assertThat(Proxied.serves(client)).isTrue();
            return received;
        }
    }

    @Test
    @Section("RFC 9112 §6.3")
    default void http10GetsABodyOfUnknownLengthUpToTheEndOfTheConnection() throws Exception {
        try (Proxied proxied = proxied().answers(http("""
                                HTTP/1.1 200 OK
                                Transfer-Encoding: chunked

                                3
                                abc
                                0

                                """)).start();
                RawConnection client = proxied.connect()) {
            client.write(http("""
                    GET / HTTP/1.0
                    Host: a.test
                    Connection: keep-alive

                    """));
            Message received = Message.response(client, "GET");

            assertThat(received.headers().has("Transfer-Encoding")).isFalse();
            assertThat(received.headers().has("Content-Length")).isFalse();
            assertThat(received.headers().hasToken("Connection", "keep-alive")).isFalse();
            assertThat(received.body()).isEqualTo("abc");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "DELETE", "OPTIONS", "POST", "PUT", "PATCH", "FOO"})
    @Section("RFC 9110 §9")
    default void aRequestOfAnyMethodKeepsItsBody(String method) throws Exception {
        Message sent = sent(http(method + " / HTTP/1.1\nHost: a.test\nContent-Length: 3\n\nabc"));

        assertThat(sent.start()).startsWith(method + " / ");
        assertThat(sent.body()).isEqualTo("abc");
    }

    @Test
    @Section("RFC 9110 §6.4")
    default void aLargeBodyArrivesWholeInBothDirections() throws Exception {
        String content = "0123456789abcdef".repeat(16 * 1024);
        try (Proxied proxied = proxied()
                .answers((request, connection) -> connection.write(
                        "HTTP/1.1 200 OK\r\nContent-Length: " + content.length() + "\r\n\r\n" + request.body()))
                .start()) {
            Message received = proxied.ask(
                    "POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: " + content.length() + "\r\n\r\n" + content);

            assertThat(received.body()).isEqualTo(content);
        }
    }

    @Test
    @Section("RFC 9112 §7.1")
    default void aLargeBodyInChunksArrivesWholeInBothDirections() throws Exception {
        String content = "0123456789abcdef".repeat(8 * 1024);
        String chunks = "20000\r\n" + content + "\r\n1\r\nx\r\n0\r\n\r\n";
        try (Proxied proxied = proxied()
                .answers((request, connection) ->
                        connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks))
                .start()) {
            Message received =
                    proxied.ask("POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks);

            assertThat(proxied.sent().body()).isEqualTo(content + "x");
            assertThat(received.body()).isEqualTo(content + "x");
        }
    }

    @Test
    @Section("RFC 9112 §7.1.2")
    default void trailersOfAResponseGoToAClientThatTakesThem() throws Exception {
        try (Proxied proxied = proxied().answers(http("""
                        HTTP/1.1 200 OK
                        Transfer-Encoding: chunked

                        3
                        abc
                        0
                        X-Sum: 9

                        """)).start()) {
            Message received = proxied.ask(http("""
                    GET / HTTP/1.1
                    Host: a.test
                    Connection: TE
                    TE: trailers

                    """));

            if (Limitation.TRAILERS_OF_RESPONSES.ofUpstream(pairing())) {
                assertThat(received.trailers().isEmpty()).isTrue();
            } else {
                assertThat(received.body()).isEqualTo("abc");
                assertThat(received.whole()).isTrue();
                assertThat(received.trailers().first("X-Sum").orElse("none"))
                        .isEqualTo(lacks(Limitation.TRAILERS_OF_RESPONSES) ? "none" : "9");
            }
        }
    }

    @Test
    @Section("RFC 9112 §7.1.2")
    default void trailersOfARequestGoToTheOriginWhereTheRouteNamesThem() throws Exception {
        boolean named = !Limitation.TRAILERS_OF_REQUESTS.ofListener(pairing());
        try (Proxied proxied = proxied()
                .route(route -> named ? route.allowTrailers("x-sum") : route)
                .start()) {
            Message received = proxied.ask(http("""
                    POST / HTTP/1.1
                    Host: a.test
                    Transfer-Encoding: chunked

                    3
                    abc
                    0
                    X-Sum: 9
                    X-Other: 8

                    """));

            if (Limitation.TRAILERS_OF_REQUESTS.ofListener(pairing())) {
                assertThat(received.status()).isEqualTo(400);
                proxied.stop();
                assertThat(proxied.atOrigin()).noneMatch(Message::whole);
            } else {
                assertThat(proxied.sent().body()).isEqualTo("abc");
                assertThat(proxied.sent().trailers().first("X-Sum").orElse("none"))
                        .isEqualTo(lacks(Limitation.TRAILERS_OF_REQUESTS) ? "none" : "9");
                assertThat(proxied.sent().trailers().has("X-Other")).isFalse();
            }
        }
    }
}
