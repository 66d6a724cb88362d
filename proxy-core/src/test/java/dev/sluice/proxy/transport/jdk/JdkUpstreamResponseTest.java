package dev.sluice.proxy.transport.jdk;

import static dev.sluice.proxy.transport.jdk.JdkUpstreamFixture.beside;
import static dev.sluice.proxy.transport.jdk.JdkUpstreamFixture.text;
import static dev.sluice.proxy.transport.jdk.JdkUpstreamFixture.within10Seconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JdkUpstreamResponseTest {
    @Test
    void statusFieldsAndBodyComeThrough() throws Exception {
        try (JdkUpstreamFixture fixture =
                JdkUpstreamFixture.answering("HTTP/1.1 418 Teapot\r\nX-A: 1\r\nSet-Cookie: a=1\r\n"
                        + "set-cookie: b=2\r\nContent-Length: 5\r\n\r\nhello")) {
            ProxyResponse response = fixture.get("/");

            assertThat(response.status()).isEqualTo(418);
            assertThat(response.version()).isEqualTo(HttpVersion.HTTP_1_1);
            assertThat(response.headers().all("Set-Cookie")).containsExactly("a=1", "b=2");
            assertThat(response.headers().first("X-A")).contains("1");
            assertThat(response.body().length()).isEqualTo(5);
            assertThat(text(response)).isEqualTo("hello");
        }
    }

    @Test
    void connectionFieldsAreNotPassedOn() throws Exception {
        try (JdkUpstreamFixture fixture =
                JdkUpstreamFixture.answering("HTTP/1.1 200 OK\r\nConnection: x-hop\r\nX-Hop: 1\r\n"
                        + "Keep-Alive: timeout=5\r\nAlt-Svc: h3\r\nX-End: 1\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n")) {
            ProxyResponse response = fixture.get("/");

            assertThat(response.headers()).isEqualTo(Headers.of("X-End", "1"));
            assertThat(response.body().length()).isEqualTo(Body.UNKNOWN);
            assertThat(text(response)).isEqualTo("ok");
        }
    }

    @ParameterizedTest
    @CsvSource({"HEAD, 200", "GET, 304", "HEAD, 404"})
    void theLengthOfABodyThatIsNotSentIsAField(String method, int status) throws Exception {
        try (JdkUpstreamFixture fixture =
                JdkUpstreamFixture.answering("HTTP/1.1 " + status + " X\r\nContent-Length: 1000\r\n\r\n")) {
            ProxyResponse response = fixture.send(fixture.request(method, "/"));

            assertThat(response.headers()).isEqualTo(Headers.of("Content-Length", "1000"));
            assertThat(response.body().length()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 204 No Content\r\n\r\n",
                "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 304 Not Modified\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"
            })
    void aConnectionIsUsedAgainAfterAWholeResponse(String response) throws Exception {
        try (JdkUpstreamFixture fixture = JdkUpstreamFixture.answering(response)) {
            for (int i = 0; i < 100; i++) {
                text(fixture.get("/" + i));
            }

            assertThat(fixture.origin().connections()).isEqualTo(1);
        }
    }

    /**
     * A reader that knows the length closes the body at its last byte. The client may not know yet that it is the last.
     */
    @Test
    void aConnectionIsUsedAgainWhenTheBodyIsClosedAtItsLastByte() throws Exception {
        try (JdkUpstreamFixture fixture =
                JdkUpstreamFixture.answering("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")) {
            for (int i = 0; i < 50; i++) {
                try (ProxyResponse response = fixture.get("/")) {
                    assertThat(response.body().open().readNBytes(5)).hasSize(5);
                }
            }

            // Another connection is opened only if the first is being given back at that moment.
            assertThat(fixture.origin().requests()).hasSize(50);
            assertThat(fixture.origin().connections()).isLessThan(10);
        }
    }

    @Test
    void redirectsAreNotFollowed() throws Exception {
        try (JdkUpstreamFixture fixture =
                JdkUpstreamFixture.answering("HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n")) {
            assertThat(fixture.get("/a").status()).isEqualTo(302);
            assertThat(fixture.origin().requests()).hasSize(1);
        }
    }

    @Test
    void cookiesAreNotKeptAndPasswordsNotAskedFor() throws Exception {
        try (JdkUpstreamFixture fixture =
                JdkUpstreamFixture.answering("HTTP/1.1 401 Unauthorized\r\nSet-Cookie: a=1\r\n"
                        + "WWW-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n")) {
            assertThat(fixture.get("/").status()).isEqualTo(401);
            assertThat(fixture.headOf(fixture.request("GET", "/"))).doesNotContain("Cookie", "Authorization");
        }
    }

    @Test
    void interimResponsesAreDroppedOrAFaultDependingOnTheUpdate() throws Exception {
        String seen;
        try (JdkUpstreamFixture fixture = JdkUpstreamFixture.answering(
                "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")) {
            ProxyResponse response = fixture.get("/");

            assertThat(response.headers()).isEqualTo(Headers.empty());
            assertThat(text(response)).isEqualTo("ok");
            seen = "left out";
        } catch (ProxyException refusal) {
            seen = String.valueOf(refusal.outcome().status());
        }

        assertThat(seen).isIn("left out", "502");
        Optional<String> own =
                JdkTable.of("jdk-client.md", "From update to update").own("an interim response such as 103");
        assertThat(own).isIn(Optional.empty(), Optional.of(seen));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 2\r\nTransfer-Encoding: chunked",
                "Content-Length: 2\r\nContent-Length: 3",
                "Content-Length: +2",
                "Content-Length: -1",
                "Content-Length: 2, 2",
                "Content-Length: 0x2",
                "Content-Length: 99999999999999999999",
                "Content-Length:",
                "Transfer-Encoding: gzip, chunked",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: identity",
                "X-A : b",
                "X-A: b\u0000c",
                "X A: b"
            })
    void anAmbiguousHeadIsABadResponseAndItsConnectionIsClosed(String field) throws Exception {
        JdkUpstreamFixture[] fixture = new JdkUpstreamFixture[1];
        try (JdkUpstreamFixture own = JdkUpstreamFixture.playing(connection -> {
            connection.readHead();
            connection.write("HTTP/1.1 200 OK\r\n" + field + "\r\n\r\n2\r\nok\r\n0\r\n\r\n");
            fixture[0].awaitLoss(connection);
        })) {
            fixture[0] = own;
            ProxyException failure = own.failureOf(own.request("GET", "/"));

            assertThat(failure.outcome()).isEqualTo(Outcome.BAD_RESPONSE);
            assertThat(failure.delivery()).isNotEqualTo(Delivery.NOT_SENT);
            assertThat(within10Seconds(own.lost())).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n",
                "HTTP/1.1 xyz OK\r\n\r\n",
                "ICY 200 OK\r\n\r\n",
                "HTTP/1.1 099 No\r\n\r\n",
                "HTTP/1.1 204 No Content\r\nContent-Length: x\r\n\r\n"
            })
    void aHeadThatIsNoneIsABadResponse(String response) throws Exception {
        try (JdkUpstreamFixture fixture = JdkUpstreamFixture.answeringOnce(response)) {
            assertThat(fixture.failureOf(fixture.request("GET", "/")).outcome()).isEqualTo(Outcome.BAD_RESPONSE);
        }
    }

    @Test
    void aBodyWithoutFramingEndsWithTheConnection() throws Exception {
        try (JdkUpstreamFixture fixture = JdkUpstreamFixture.answeringOnce("HTTP/1.0 200 OK\r\n\r\nall of it")) {
            ProxyResponse response = fixture.get("/");

            assertThat(response.body().length()).isEqualTo(Body.UNKNOWN);
            assertThat(text(response)).isEqualTo("all of it");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 10\r\n\r\nhello",
                "Content-Length: 10\r\n\r\n",
                "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
                "Transfer-Encoding: chunked\r\n\r\n9\r\nhello",
                "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n",
                "Transfer-Encoding: chunked\r\n\r\n",
                "Transfer-Encoding: chunked\r\n\r\nxyz\r\nhello\r\n0\r\n\r\n"
            })
    void aBodyThatBreaksOffNeverEndsCleanly(String rest) throws Exception {
        try (JdkUpstreamFixture fixture = JdkUpstreamFixture.answeringOnce("HTTP/1.1 200 OK\r\n" + rest)) {
            ProxyException failure = catchThrowableOfType(ProxyException.class, () -> text(fixture.get("/")));

            assertThat(failure.outcome()).isEqualTo(Outcome.BODY_FAILED);
            assertThat(failure.delivery()).isEqualTo(Delivery.ANSWERED);
        }
    }

    @Test
    void aResetInABodyWithoutFramingIsSeen() throws Exception {
        CompletableFuture<Void> read = new CompletableFuture<>();
        try (JdkUpstreamFixture fixture = JdkUpstreamFixture.playing(connection -> {
            connection.readHead();
            connection.write("HTTP/1.1 200 OK\r\n\r\nhello");
            read.get(10, TimeUnit.SECONDS);
            connection.reset();
        })) {
            InputStream body = fixture.get("/").body().open();
            assertThat(body.readNBytes(5)).hasSize(5);
            read.complete(null);
            ProxyException failure = catchThrowableOfType(ProxyException.class, body::read);

            assertThat(failure.outcome()).isEqualTo(Outcome.BODY_FAILED);
        }
    }

    @Test
    void bytesBeforeABreakAreStillRead() throws Exception {
        try (JdkUpstreamFixture fixture =
                JdkUpstreamFixture.answeringOnce("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello")) {
            InputStream body = fixture.get("/").body().open();

            assertThat(body.readNBytes(5)).asString(StandardCharsets.US_ASCII).isEqualTo("hello");
            assertThat(catchThrowableOfType(ProxyException.class, body::read)).isNotNull();
        }
    }

    @Test
    void eventsArriveOneByOne() throws Exception {
        SynchronousQueue<String> events = new SynchronousQueue<>();
        try (JdkUpstreamFixture fixture = JdkUpstreamFixture.playing(connection -> {
            connection.readHead();
            connection.write(
                    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (int i = 0; i < 3; i++) {
                connection.write("9\r\n" + events.poll(10, TimeUnit.SECONDS) + "\r\n");
            }
            connection.write("0\r\n\r\n");
        })) {
            InputStream body = fixture.get("/").body().open();
            byte[] buffer = new byte[100];
            for (String event : new String[] {"data: 1\n\n", "data: 2\n\n", "data: 3\n\n"}) {
                assertThat(body.available()).isZero();
                // Nothing more is sent before this one has been read.
                assertThat(events.offer(event, 10, TimeUnit.SECONDS)).isTrue();
                int n = body.read(buffer);
                n += new String(buffer, 0, n, StandardCharsets.US_ASCII).equals(event)
                        ? 0
                        : body.readNBytes(buffer, n, 9 - n);
                assertThat(new String(buffer, 0, n, StandardCharsets.US_ASCII)).isEqualTo(event);
            }
            assertThat(body.read()).isEqualTo(-1);
        }
    }

    @Test
    void availableIsTheNumberOfBytesThatCanBeReadWithoutWaiting() throws Exception {
        try (JdkUpstreamFixture fixture =
                JdkUpstreamFixture.answering("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")) {
            InputStream body = fixture.get("/").body().open();

            assertThat(body.read()).isEqualTo('h');
            assertThat(body.available()).isEqualTo(4);
            assertThat(body.readNBytes(4)).hasSize(4);
            assertThat(body.available()).isZero();
            assertThat(body.read()).isEqualTo(-1);
        }
    }

    @Test
    void aSlowReaderHoldsTheOriginBack() throws Exception {
        long total = 64L << 20;
        AtomicLong written = new AtomicLong();
        try (JdkUpstreamFixture fixture = JdkUpstreamFixture.playing(connection -> {
            connection.readHead();
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: " + total + "\r\n\r\n");
            byte[] block = new byte[64 * 1024];
            while (written.get() < total) {
                connection.write(block);
                written.addAndGet(block.length);
            }
        })) {
            InputStream body = fixture.get("/").body().open();
            byte[] small = new byte[64];
            int most = 0;
            for (int i = 0; i < 20_000; i++) {
                assertThat(body.read(small)).isPositive();
                most = Math.max(most, body.available());
            }
            body.close();

            assertThat(most).isLessThanOrEqualTo(5 * 16 * 1024);
        }
        assertThat(written.get()).isLessThan(total);
    }

    /** An origin that sends half of a body, and then waits for the end of the connection. */
    private static JdkUpstreamFixture sendingHalf() throws Exception {
        CompletableFuture<JdkUpstreamFixture> own = new CompletableFuture<>();
        JdkUpstreamFixture fixture = JdkUpstreamFixture.playing(connection -> {
            connection.readHead();
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
            own.join().awaitLoss(connection);
        });
        own.complete(fixture);
        return fixture;
    }

    @Test
    void aBodyThatIsClosedBeforeItsEndClosesTheConnection() throws Exception {
        try (JdkUpstreamFixture own = sendingHalf()) {
            ProxyResponse response = own.get("/");
            InputStream body = response.body().open();
            assertThat(body.read()).isEqualTo('h');

            response.close();

            assertThat(within10Seconds(own.lost())).isTrue();
            assertThat(catchThrowableOfType(IOException.class, body::read)).hasMessageContaining("closed");
        }
    }

    @Test
    void anUnopenedBodyIsReleasedWhenItsScopeEnds() throws Exception {
        try (JdkUpstreamFixture own = sendingHalf()) {
            dev.sluice.proxy.Exchange exchange = own.exchange();
            own.send(own.request(exchange, "GET", "/"));

            exchange.end(Outcome.ABANDONED);

            assertThat(within10Seconds(own.lost())).isTrue();
        }
    }

    @Test
    void anotherThreadMayCloseWhileAReaderWaits() throws Exception {
        try (JdkUpstreamFixture fixture = JdkUpstreamFixture.playing(connection -> {
            connection.readHead();
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
            connection.readAll();
        })) {
            ProxyResponse response = fixture.get("/");
            InputStream body = response.body().open();
            body.readNBytes(5);
            CompletableFuture<Integer> read = beside(body::read);
            response.close();

            assertThat(read).failsWithin(Duration.ofSeconds(10));
        }
    }
}
