package dev.sluice.proxy.contract;

import static dev.sluice.proxy.contract.Message.http;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Outcome;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a response's body ends. The faults are the same as in requests, and give 502. In the tables ~ is CR LF. */
interface ResponseFramingCases extends Contract {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 1~Transfer-Encoding: chunked",
                "Transfer-Encoding: chunked~Content-Length: 1",
                "Content-Length: 1~Content-Length: 2",
                "Content-Length: 1, 2",
                "Content-Length: 1,",
                "Content-Length: +1",
                "Content-Length: -1",
                "Content-Length: 1x",
                "Content-Length: 9223372036854775808",
                "Transfer-Encoding: gzip",
                "Transfer-Encoding: gzip, chunked",
                "Transfer-Encoding: chunked, chunked",
                "Transfer-Encoding: xchunked"
            })
    @Section("RFC 9112 §6")
    default void ambiguousFramingIsA502AndTheOriginsConnectionIsClosed(String fields) throws Exception {
        assertBadResponse("HTTP/1.1 200 OK~" + fields + "~~1~x~0~~");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 1~Content-Length: 1",
                "Content-Length: 1, 1",
                "Content-Length: 1~Content-Length: 01,1"
            })
    @Section("RFC 9110 §8.6")
    default void theSameLengthTwiceIsOneLength(String fields) throws Exception {
        if (lacks(Limitation.LAX_RESPONSES) && fields.indexOf(',') >= 0) {
            assertBadResponseUnlessHidden("HTTP/1.1 200 OK~" + fields + "~~x");
            return;
        }
        try (Proxied proxied = proxied()
                .answersAndCloses(("HTTP/1.1 200 OK~" + fields + "~~x").replace("~", "\r\n"))
                .start()) {
            Message received = proxied.ask(GET);

            assertThat(received.status()).isEqualTo(200);
            assertThat(received.headers().all("Content-Length")).containsExactly("1");
            assertThat(received.body()).isEqualTo("x");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"X : 1", ": 1", " X: 1", "X: a\u0000b", "X(: 1"})
    @Section("RFC 9112 §5, RFC 9110 §5.5")
    default void aMalformedFieldLineOfAResponseIsA502(String line) throws Exception {
        assertBadResponseUnlessHidden("HTTP/1.1 200 OK~Content-Length: 1~" + line + "~~x");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK~Content-Length: 1~X: 1~ 2~~x",
                "HTTP/1.1 200 OK~Content-Length: 1~X: 1\rY: 2~~x",
                "HTTP/1.1 200 OK~Content-Length: 1\nX: 1~~x",
                "HTTP/1.1 200 OK~Content-Length: 1~X: a\u0001b~~x",
                "HTTP/1.1 200 OK~Content-Length: 1~X~~x",
                "HTTP/1.0 200 OK~Transfer-Encoding: chunked~~1~x~0~~",
                "HTTP/2.0 200 OK~Content-Length: 1~~x",
                "HTTP/1.1 20 OK~Content-Length: 1~~x",
                "HTTP/1.1 2000 OK~Content-Length: 1~~x",
                "ICY 200 OK~Content-Length: 1~~x"
            })
    @Section("RFC 9112 §2.2, §4, §6.1")
    default void whatTheClientOfTheJdkMayHideIsA502ByAllOthersAndNeverGoesOnAsItIs(String response) throws Exception {
        assertBadResponseUnlessHidden(response);
    }

    /** Asserts a 502, or a well-formed response if the JDK's client repairs the fault. */
    default void assertBadResponseUnlessHidden(String response) throws Exception {
        if (!lacks(Limitation.LAX_RESPONSES)) {
            assertBadResponse(response);
            return;
        }
        try (Proxied proxied =
                proxied().answersAndCloses(response.replace("~", "\r\n")).start()) {
            Message received = proxied.ask(GET);

            assertThat(received.status()).isIn(200, 502);
            assertThat(received.whole()).isTrue();
            if (received.status() == 502) {
                assertThat(proxied.records.awaitEnded(1).get(0).outcome().blamesUpstream())
                        .isTrue();
            }
        }
    }

    default void assertBadResponse(String response) throws Exception {
        ofHttp1Origins();
        CountDownLatch closed = new CountDownLatch(1);
        try (Proxied proxied = proxied()
                .plays(connection -> {
                    connection.readHead();
                    connection.write(response.replace("~", "\r\n"));
                    Proxied.awaitEnd(connection);
                    closed.countDown();
                })
                .start()) {
            Message received = proxied.ask(GET);

            assertThat(received.status()).isEqualTo(502);
            assertThat(received.headers().has("X")).isFalse();
            assertThat(proxied.records.awaitEnded(1).get(0).failure().outcome()).isEqualTo(Outcome.BAD_RESPONSE);
            assertThat(closed.await(10, TimeUnit.SECONDS))
                    .as("the origin's connection is closed")
                    .isTrue();
        }
    }

    /** Waits until the other side closes, or resets. */
    @ParameterizedTest
    @ValueSource(strings = {"3  ~abc~0  ~~", "3\t~abc~0~~", "3~abc~0 \t~~", "03 ;a=b~abc~0 ;c~~"})
    @Section("RFC 9112 §7.1.1")
    default void aPaddedChunkSizeOfAnOriginIsTaken(String chunks) throws Exception {
        Message received = chunked(chunks);

        assertThat(received.whole()).isTrue();
        assertThat(received.body()).isEqualTo("abc");
    }

    @ParameterizedTest
    @ValueSource(strings = {"3~abc~x~~", "3~abc~+1~d~0~~", "3~abc~-1~~", "3~abc~"})
    @Section("RFC 9112 §7.1, §8")
    default void aMalformedChunkCutsTheResponseOff(String chunks) throws Exception {
        Message received = chunked(chunks);

        assertThat(received.whole() && received.status() == 200).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"3~abcXY0~~", "3~abc~~~", "100000003~abc~0~~", "3~abc~0~X Y: 1~~", "3;a\nb~abc~0~~", "3\nabc~0~~"
            })
    @Section("RFC 9112 §7.1, §8")
    default void aMalformedChunkThatTheClientOfTheJdkMayHideCutsTheResponseOffByAllOthers(String chunks)
            throws Exception {
        Message received = chunked(chunks);

        assertThat(received.whole() && received.status() == 200 && !lacks(Limitation.LAX_RESPONSES))
                .isFalse();
    }

    private Message chunked(String chunks) throws Exception {
        String response = "HTTP/1.1 200 OK~Transfer-Encoding: chunked~~" + chunks;
        try (Proxied proxied =
                proxied().answersAndCloses(response.replace("~", "\r\n")).start()) {
            return proxied.ask(GET);
        }
    }

    @Test
    @Section("RFC 9112 §6.2")
    default void contentLengthOfAResponseIsWrittenAgain() throws Exception {
        Message received = received(http("""
                HTTP/1.1 200 OK
                Content-Length: 0003

                abc"""));

        assertThat(received.field("Content-Length")).isEqualTo("3");
        assertThat(received.body()).isEqualTo("abc");
    }

    @Test
    @Section("RFC 9112 §7.1")
    default void chunksOfAResponseAreWrittenAgain() throws Exception {
        Message received = received(http("""
                HTTP/1.1 200 OK
                Transfer-Encoding: chunked

                3;a=b
                abc
                0

                """));

        assertThat(received.field("Transfer-Encoding")).isEqualToIgnoringCase("chunked");
        assertThat(received.headers().has("Content-Length")).isFalse();
        assertThat(received.body()).isEqualTo("abc");
        assertThat(received.whole()).isTrue();
    }

    @Test
    @Section("RFC 9112 §6.3")
    default void aBodyDelimitedByTheConnectionsEndIsCompleteAndSentInChunks() throws Exception {
        try (Proxied proxied = proxied().answersAndCloses(http("""
                        HTTP/1.1 200 OK

                        abc""")).start()) {
            Message received = proxied.ask(GET);

            assertThat(received.field("Transfer-Encoding")).isEqualToIgnoringCase("chunked");
            assertThat(received.body()).isEqualTo("abc");
            assertThat(received.whole()).isTrue();
        }
    }
}
