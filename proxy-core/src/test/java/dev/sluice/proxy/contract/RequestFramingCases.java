package dev.sluice.proxy.contract;

import static dev.sluice.proxy.contract.Message.http;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.testing.RawConnection;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Where a request's body ends, and what is refused because two readers could disagree about it. In the tables ~ is CR
 * LF.
 */
interface RequestFramingCases extends Contract {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            400 | Content-Length: 1~Transfer-Encoding: chunked
            400 | Transfer-Encoding: chunked~Content-Length: 1
            400 | Content-Length: 1~Content-Length: 1
            400 | Content-Length: 1~Content-Length: 2
            400 | Content-Length: 1, 1
            400 | Content-Length: +1
            400 | Content-Length: -1
            400 | Content-Length: 1 1
            400 | Content-Length: 0x1
            400 | Content-Length: 1x
            400 | Content-Length:
            400 | Content-Length: 9223372036854775808
            400 | Content-Length: 18446744073709551617
            501 | Transfer-Encoding: gzip, chunked
            """)
    @Section("RFC 9112 §6")
    default void ambiguousFramingIsRefusedAndTheConnectionClosed(int status, String fields) throws Exception {
        assertRefused(http("POST / HTTP/1.1~Host: a.test~" + fields + "~~x").replace("~", "\r\n"), status);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"gzip", "chunked, gzip", "chunked, chunked", "xchunked", "identity", "chunked;a=b", "\"chunked\""
            })
    @Section("RFC 9112 §6.1")
    default void aTransferEncodingOtherThanChunkedIsRefused(String codings) throws Exception {
        String request = "POST / HTTP/1.1~Host: a.test~Transfer-Encoding: " + codings + "~~1~x~0~~";
        try (Proxied proxied = proxied().start();
                RawConnection client = proxied.connect()) {
            Message received = Proxied.ask(client, request.replace("~", "\r\n"));

            assertThat(received.status()).isIn(400, 501);
            assertThat(Proxied.serves(client)).isFalse();
            assertThat(proxied.atOrigin()).isEmpty();
        }
    }

    @Test
    @Section("RFC 9112 §6.1")
    default void transferEncodingInHttp10IsRefused() throws Exception {
        assertRefused(http("""
                POST / HTTP/1.0
                Host: a.test
                Transfer-Encoding: chunked

                1
                x
                0

                """), 400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X : 1",
                "X",
                ": 1",
                " X: 1",
                "X: a\u0000b",
                "X: a\u0001b",
                "X: a\u007fb",
                "X\u0000: 1",
                "X(: 1",
                "X\u00e9: 1"
            })
    @Section("RFC 9112 §5, RFC 9110 §5.5")
    default void aMalformedFieldLineIsRefused(String line) throws Exception {
        assertRefused(http("GET / HTTP/1.1\n" + "Host: a.test\n" + line + "\n\n"), 400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1~Host: a.test~X: 1~ 2~~",
                "GET / HTTP/1.1~Host: a.test~X: 1\rY: 2~~",
                "GET / HTTP/1.1~Host: a.test~X: \u000b1~~",
                "GET / HTTP/1.1~Host: a.test\nX: 1~~",
                "GET / HTTP/1.1\nHost: a.test~~",
                "GET /a b HTTP/1.1~Host: a.test~~",
                "~~GET / HTTP/1.1~Host: a.test~~"
            })
    @Section("RFC 9112 §2.2, §3.2, §5.2")
    default void whatTheServerOfTheJdkMayHideIsRefusedByAllOthersAndNeverGoesOnAsItIs(String request) throws Exception {
        try (Proxied proxied = proxied().start();
                RawConnection client = proxied.connect()) {
            int status = Proxied.ask(client, request.replace("~", "\r\n")).status();

            if (lacks(Limitation.LAX_REQUESTS)) {
                assertThat(status).isIn(200, 400, 505);
                assertThat(proxied.atOrigin()).hasSize(status == 200 ? 1 : 0).allMatch(Message::whole);
            } else {
                assertThat(status).isEqualTo(400);
                assertThat(Proxied.serves(client)).isFalse();
                assertThat(proxied.atOrigin()).isEmpty();
            }
        }
    }

    @Test
    @Section("RFC 9112 §2.2")
    default void oneEmptyLineBeforeTheRequestLineIsSkipped() throws Exception {
        assertThat(status("\r\n" + GET)).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "+1~x~0~~",
                "-1~x~0~~",
                "0x1~x~0~~",
                "x~",
                " 1~x~0~~",
                "1~xy~0~~",
                "1~x\n0~~",
                "1~x\r0~~",
                "1\nx~0~~",
                "1~x~0~y~~",
                "10000000000000001~x~0~~"
            })
    @Section("RFC 9112 §7.1")
    default void aMalformedChunkIsRefusedAndTheConnectionNeverUsedAgain(String chunks) throws Exception {
        String request = "POST / HTTP/1.1~Host: a.test~Transfer-Encoding: chunked~~" + chunks;
        try (Proxied proxied = proxied().start();
                RawConnection client = proxied.connect()) {
            client.write((request + "GET /smuggled HTTP/1.1~Host: a.test~~").replace("~", "\r\n"));

            assertThat(Message.response(client, "POST").status()).isEqualTo(400);
            assertThat(Proxied.serves(client)).isFalse();
            proxied.stop();
            assertThat(proxied.atOrigin()).noneMatch(Message::whole);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1~x~~~", "1;a\nb~x~0~~"})
    @Section("RFC 9112 §7.1, §7.1.1")
    default void aMalformedChunkThatTheServerOfTheJdkMayHideIsRefusedByAllOthers(String chunks) throws Exception {
        String request = "POST / HTTP/1.1~Host: a.test~Transfer-Encoding: chunked~~" + chunks;
        try (Proxied proxied = proxied().start();
                RawConnection client = proxied.connect()) {
            client.write((request + "GET /smuggled HTTP/1.1~Host: a.test~~").replace("~", "\r\n"));
            int status = Message.response(client, "POST").status();

            assertThat(status).isIn(400, lacks(Limitation.LAX_REQUESTS) ? 200 : 400);
            assertThat(Proxied.serves(client)).isFalse();
            proxied.stop();
            assertThat(proxied.atOrigin().stream().filter(Message::whole)).hasSize(status == 200 ? 1 : 0);
            assertThat(proxied.atOrigin()).noneMatch(message -> message.start().contains("smuggled"));
        }
    }

    @Test
    @Section("RFC 9112 §6.3")
    default void aTruncatedBodyIsNeverCompleteAtTheOrigin() throws Exception {
        try (Proxied proxied = proxied()
                .plays(connection -> {
                    connection.readHead();
                    connection.readAll();
                })
                .start()) {
            try (RawConnection client = proxied.connect()) {
                client.write(http("""
                        POST / HTTP/1.1
                        Host: a.test
                        Content-Length: 10

                        short"""));
                proxied.origin.awaitRequests(1);
            }
            assertThat(proxied.records.awaitEnded(1).get(0).outcome().blamesUpstream())
                    .isFalse();
        } catch (IOException reset) {
            throw new AssertionError(reset);
        }
    }

    @Test
    @Section("RFC 9112 §6.2")
    default void contentLengthIsWrittenAgain() throws Exception {
        Message sent = sent(http("""
                POST / HTTP/1.1
                Host: a.test
                Content-Length: 0003

                abc"""));

        assertThat(sent.field("Content-Length")).isEqualTo("3");
        assertThat(sent.headers().has("Transfer-Encoding")).isFalse();
        assertThat(sent.body()).isEqualTo("abc");
    }

    @Test
    @Section("RFC 9112 §7.1")
    default void chunksAreWrittenAgain() throws Exception {
        Message sent = sent(http("""
                POST / HTTP/1.1
                Host: a.test
                Transfer-Encoding: CHUNKED

                01;a=b;c="d"
                a
                2
                bc
                000

                """));

        assertThat(sent.field("Transfer-Encoding")).isEqualTo("chunked");
        assertThat(sent.headers().has("Content-Length")).isFalse();
        assertThat(sent.body()).isEqualTo("abc");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "DELETE", "OPTIONS"})
    @Section("RFC 9110 §9.3, RFC 9112 §6.3")
    default void aRequestWithoutABodyStaysWithoutFraming(String method) throws Exception {
        Message sent = sent(http(method + " / HTTP/1.1\nHost: a.test\n\n"));

        assertThat(sent.headers().has("Transfer-Encoding")).isFalse();
        assertThat(sent.headers().all("Content-Length"))
                .isIn(List.of(), lacks(Limitation.NO_FRAMING) ? List.of("0") : List.of());
    }

    @Test
    @Section("RFC 9110 §8.6")
    default void aPostWithoutABodyHasContentLengthZero() throws Exception {
        Message sent = sent(http("""
                POST / HTTP/1.1
                Host: a.test

                """));

        assertThat(sent.field("Content-Length")).isEqualTo("0");
    }
}
