package dev.sluice.proxy.testing.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.SimulatedTime;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestResponse;
import dev.sluice.proxy.time.Awaited;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class BodyFeedTest {
    private final HttpClient client = HttpClient.newHttpClient();
    private final BodyFeed feed = new BodyFeed();

    private InputStream open(FakeGateway gateway) throws Exception {
        return open(client, gateway.uri());
    }

    private static InputStream open(HttpClient client, URI uri) throws Exception {
        return client.send(HttpRequest.newBuilder(uri.resolve("/")).build(), BodyHandlers.ofInputStream())
                .body();
    }

    private static String text(InputStream in) throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }

    private RawConnection ask(FakeGateway gateway, String request) throws IOException {
        RawConnection raw = RawConnection.connect(gateway.address());
        raw.write(request + "\r\n\r\n");
        return raw;
    }

    @Test
    void theTestWritesWhatTheClientIsReading() throws Exception {
        try (FakeGateway gateway = FakeGateway.start()) {
            gateway.on("GET /").answers(Answer.ok().body(feed));
            InputStream body = open(gateway);
            feed.write("one");
            assertThat(body.readNBytes(3)).asString().isEqualTo("one");
            feed.write(" two".getBytes(StandardCharsets.UTF_8)).end();
            assertThat(text(body)).isEqualTo(" two");
            assertThat(feed.left()).isZero();
        }
    }

    @Test
    void eachWriteIsAChunk() throws Exception {
        try (FakeGateway gateway = FakeGateway.start()) {
            gateway.on("GET /").answers(Answer.ok().body(feed).trailer("Checksum", "7"));
            try (RawConnection raw = ask(gateway, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close")) {
                feed.write("a").write("").write("bc").end();
                assertThat(raw.readAll())
                        .isEqualTo("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
                                + "1\r\na\r\n2\r\nbc\r\n0\r\nChecksum: 7\r\n\r\n");
            }
        }
    }

    @Test
    void everyRequestReadsItFromTheBeginning() throws Exception {
        try (FakeGateway gateway = FakeGateway.start()) {
            gateway.on("GET /").answers(Answer.ok().body(feed));
            InputStream first = open(gateway);
            feed.write("a");
            assertThat(first.read()).isEqualTo('a');
            InputStream second = open(gateway);
            feed.awaitReaders(2);
            feed.write("b").end();
            assertThat(text(first)).isEqualTo("b");
            assertThat(text(second)).isEqualTo("ab");
        }
    }

    @Test
    void eventsAreSentOneByOne() throws Exception {
        try (FakeGateway gateway = FakeGateway.start()) {
            gateway.on("GET /").answers(Answer.events("a", "b\nc"));
            try (RawConnection raw = ask(gateway, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close")) {
                assertThat(raw.readAll())
                        .contains("Content-Type: text/event-stream\r\n")
                        .endsWith("\r\n\r\n9\r\ndata: a\n\n\r\n11\r\ndata: b\ndata: c\n\n\r\n0\r\n\r\n");
            }
        }
    }

    @Test
    void anEventMayHaveANameAndAnId() throws Exception {
        try (FakeGateway gateway = FakeGateway.start()) {
            gateway.on("GET /").answers(Answer.events(feed));
            BufferedReader events = new BufferedReader(new InputStreamReader(open(gateway), StandardCharsets.UTF_8));
            feed.event("10");
            assertThat(events.readLine()).isEqualTo("data: 10");
            feed.event("price", "11")
                    .event("price", "7", "12\r\n13")
                    .event(null, "8", "14")
                    .end();
            assertThat(events.lines().collect(Collectors.joining("\n")))
                    .isEqualTo(
                            "\nevent: price\ndata: 11\n\nevent: price\nid: 7\ndata: 12\ndata: 13\n\nid: 8\ndata: 14\n");
        }
    }

    @Test
    void anEventThatWouldBeAnotherOneIsRefused() {
        assertThatThrownBy(() -> feed.event("a\nb", "data"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the name of an event must be one line: \"a\\nb\"");
        assertThatThrownBy(() -> feed.event("a", "7\r", "data"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the id of an event must be one line: \"7\\r\"");
        assertThatThrownBy(() -> feed.event("a", "\0", "data"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the id of an event must have no NUL: \"\\u0000\"");
    }

    @Test
    void aFeedThatIsOverTakesNoMore() {
        feed.end();
        assertThatThrownBy(() -> feed.write("a"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the feed has ended");
        BodyFeed failed = new BodyFeed();
        failed.fail(Fault.RESET);
        assertThatThrownBy(failed::end)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the feed has failed by RESET");
    }

    @Test
    void aFeedFailsOnlyAsAConnectionDoes() {
        assertThatThrownBy(() -> feed.fail(Fault.GARBAGE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a feed fails by RESET, CLOSE or SILENT, not by GARBAGE");
        assertThatThrownBy(() -> feed.fail(Fault.CLOSE.inBody(3)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a feed fails by RESET, CLOSE or SILENT, not by CLOSE after 3 bytes of the body");
    }

    @Test
    void theTestBreaksItOff() throws Exception {
        try (FakeGateway gateway = FakeGateway.start()) {
            gateway.on("GET /").answers(Answer.ok().body(feed));
            try (RawConnection raw = ask(gateway, "GET / HTTP/1.1\r\nHost: a")) {
                feed.write("abc");
                feed.fail(Fault.CLOSE);
                assertThat(raw.readAll()).endsWith("\r\n\r\n3\r\nabc\r\n");
            }
            InputStream body = open(gateway);
            assertThatThrownBy(body::readAllBytes).isInstanceOf(IOException.class);
            assertThat(feed.left()).isZero();
        }
    }

    @Test
    void aResetIsOne() throws Exception {
        try (FakeGateway gateway = FakeGateway.start()) {
            gateway.on("GET /").answers(Answer.ok().body(feed));
            try (RawConnection raw = ask(gateway, "GET / HTTP/1.1\r\nHost: a")) {
                raw.readHead();
                feed.fail(Fault.RESET);
                assertThatThrownBy(raw::readAll).isInstanceOf(IOException.class).hasMessageContaining("reset");
            }
        }
    }

    @Test
    void silenceLastsUntilTheGatewayCloses() throws Exception {
        FakeGateway gateway = FakeGateway.start();
        gateway.on("GET /").answers(Answer.ok().body(feed));
        try (RawConnection raw = ask(gateway, "GET / HTTP/1.1\r\nHost: a")) {
            raw.readHead();
            feed.write("a");
            feed.fail(Fault.SILENT);
            assertThat(raw.readExactly(6)).isEqualTo("1\r\na\r\n");
            gateway.close();
            assertThat(raw.readAll()).isEmpty();
        }
    }

    @Test
    void aClientHasNotLeftIfTheAnswersOwnFaultCutsIt() throws Exception {
        feed.write("abc");
        for (Answer each :
                new Answer[] {Answer.ok().body(feed), Answer.ok().body(feed).rate(1_000)}) {
            try (FakeGateway gateway = FakeGateway.start()) {
                gateway.on("GET /").answers(each.with(Fault.CLOSE.inBody(2)));
                try (RawConnection raw = ask(gateway, "GET / HTTP/1.1\r\nHost: a")) {
                    assertThat(raw.readAll()).endsWith("ab");
                }
                TestResponse response =
                        TestClient.of(ReverseProxy.to(gateway.upstream("a"))).get("/");
                assertThat(response.text()).isEqualTo("ab");
            }
        }
        assertThat(feed.readers()).isZero();
        assertThat(feed.left()).isZero();
    }

    @Test
    void aClientHasNotLeftIfTheGatewayCloses() throws Exception {
        FakeGateway gateway = FakeGateway.start();
        gateway.on("GET /").answers(Answer.ok().body(feed));
        try (RawConnection raw = ask(gateway, "GET / HTTP/1.1\r\nHost: a")) {
            raw.readHead();
            feed.awaitReaders(1);
            gateway.close();
            Awaited.isTrue(() -> feed.readers() == 0);
            assertThat(feed.left()).isZero();
        }
    }

    @Test
    void aClientThatLeavesIsSeen() throws Exception {
        try (FakeGateway gateway = FakeGateway.start()) {
            gateway.on("GET /").answers(Answer.ok().body(feed));
            try (RawConnection raw = ask(gateway, "GET / HTTP/1.1\r\nHost: a")) {
                raw.readHead();
                feed.awaitReaders(1);
            }
            feed.awaitLeft(1);
            assertThat(feed.readers()).isZero();
        }
    }

    @Test
    void aClientThatLeavesIsSeenOverTls() throws Exception {
        try (FakeGateway gateway = FakeGateway.start()) {
            gateway.on("GET /").answers(Answer.ok().body(feed));
            HttpClient trusting = HttpClient.newBuilder()
                    .sslContext(gateway.clientTls())
                    .version(HttpClient.Version.HTTP_1_1)
                    .build();
            feed.write("a");
            InputStream body = open(trusting, gateway.httpsUri());
            assertThat(body.read()).isEqualTo('a');
            body.close();
            feed.awaitLeft(1);
        }
    }

    @Test
    void aConnectionGoesOnBehindAFeed() throws Exception {
        try (FakeGateway gateway = FakeGateway.start()) {
            gateway.on("GET /").answers(Answer.ok().body(feed));
            gateway.on("GET /next").answers("next");
            try (RawConnection raw = ask(gateway, "GET / HTTP/1.1\r\nHost: a")) {
                raw.readHead();
                feed.awaitReaders(1);
                // Sent while the answer waits, and so while the gateway watches for the client to leave.
                raw.write("GET /next HTTP/1.1\r\nHost: a\r\n\r\n");
                feed.write("a").end();
                assertThat(raw.readExactly(11)).isEqualTo("1\r\na\r\n0\r\n\r\n");
                assertThat(raw.readHead()).contains("Content-Length: 4\r\n");
                assertThat(raw.readExactly(4)).isEqualTo("next");
                assertThat(gateway.received("GET /next").get(0).bytes())
                        .asString()
                        .isEqualTo("GET /next HTTP/1.1\r\nHost: a\r\n\r\n");
            }
            try (RawConnection raw = ask(gateway, "GET / HTTP/1.1\r\nHost: a")) {
                raw.readHead();
                assertThat(raw.readExactly(11)).isEqualTo("1\r\na\r\n0\r\n\r\n");
                raw.write("GET /next HTTP/1.1\r\nHost: a\r\n\r\n");
                assertThat(raw.readHead()).contains("Content-Length: 4\r\n");
            }
        }
    }

    @Test
    void toHttp10ItEndsWithTheConnection() throws Exception {
        try (FakeGateway gateway = FakeGateway.start()) {
            gateway.on("GET /").answers(Answer.ok().body(feed).trailer("Checksum", "7"));
            feed.write("a").write("b").end();
            try (RawConnection raw = ask(gateway, "GET / HTTP/1.0\r\nConnection: keep-alive")) {
                assertThat(raw.readAll()).isEqualTo("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nab");
            }
        }
    }

    @Test
    void toHeadThereIsNoBody() throws Exception {
        try (FakeGateway gateway = FakeGateway.start()) {
            gateway.on("/").answers(Answer.ok().body(feed));
            try (RawConnection raw = ask(gateway, "HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close")) {
                assertThat(raw.readAll())
                        .isEqualTo("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n");
            }
            assertThat(feed.left()).isZero();
        }
    }

    @Test
    void withoutASocketAnotherTaskWrites() throws Exception {
        SimulatedTime time = new SimulatedTime();
        FakeGateway gateway = FakeGateway.withoutSocket();
        gateway.on("GET /").answers(Answer.events(feed));
        TestClient proxy = TestClient.of(ReverseProxy.to(gateway.upstream("a")), time);
        TestResponse response = time.run(() -> {
            time.start("writer", () -> feed.event("1"));
            time.schedule(Duration.ofSeconds(20), feed::end);
            return proxy.get("/");
        });
        assertThat(response.text()).isEqualTo("data: 1\n\n");
        assertThat(time.nanos()).isEqualTo(Duration.ofSeconds(20).toNanos());
        gateway.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"RESET", "CLOSE"})
    void withoutASocketItFailsAsATransportWould(String name) throws Exception {
        FakeGateway gateway = FakeGateway.withoutSocket();
        gateway.on("GET /").answers(Answer.ok().body(feed));
        feed.write("abc");
        feed.fail(name.equals("RESET") ? Fault.RESET : Fault.CLOSE);
        TestResponse response =
                TestClient.of(ReverseProxy.to(gateway.upstream("a"))).get("/");
        assertThat(response.text()).isEqualTo("abc");
        ProxyException failure = response.failure();
        assertThat(failure).hasMessageContaining(name + " after 3 bytes of the body");
        assertThat(failure.outcome()).isEqualTo(Outcome.BODY_FAILED);
        gateway.close();
    }

    @Test
    void withoutASocketAnExchangeThatIsGivenUpHasLeft() throws Exception {
        SimulatedTime time = new SimulatedTime();
        FakeGateway gateway = FakeGateway.withoutSocket();
        gateway.on("GET /").answers(Answer.ok().body(feed.write("a")));
        ProxyFilter impatient = (request, next) -> {
            request.exchange().deadline(time.deadline(Duration.ofMinutes(1)), Outcome.TOTAL_TIMEOUT);
            return next.handle(request);
        };
        TestResponse response = time.run(
                () -> TestClient.of(ReverseProxy.to(gateway.upstream("a")).with(impatient), time)
                        .get("/"));
        assertThat(response.failure().outcome()).isEqualTo(Outcome.TOTAL_TIMEOUT);
        assertThat(feed.left()).isOne();
        gateway.close();
    }

    @Test
    void aFeedHasTheRateOfItsAnswer() throws Exception {
        SimulatedTime time = new SimulatedTime();
        FakeGateway gateway = FakeGateway.withoutSocket();
        gateway.on("GET /").answers(Answer.ok().body(feed).rate(1));
        TestClient proxy = TestClient.of(ReverseProxy.to(gateway.upstream("a")), time);
        TestResponse response = time.run(() -> {
            feed.write("abc");
            time.schedule(Duration.ofSeconds(20), () -> feed.write("de").end());
            return proxy.get("/");
        });
        assertThat(response.text()).isEqualTo("abcde");
        // Two pauses within what was there, and one within what came later.
        assertThat(Duration.ofNanos(time.nanos())).isEqualTo(Duration.ofSeconds(21));
        assertThat(feed.left()).isZero();
        gateway.close();
    }

    @Test
    void aFeedAtARateIsSentPieceByPieceOnTheTestsClock() throws Exception {
        ManualTime time = new ManualTime();
        try (FakeGateway gateway = FakeGateway.builder().time(time).start()) {
            gateway.on("GET /").answers(Answer.ok().body(feed).rate(1));
            feed.write("ab").end();
            try (RawConnection raw = ask(gateway, "GET / HTTP/1.1\r\nHost: a")) {
                raw.readHead();
                assertThat(raw.readExactly(6)).isEqualTo("1\r\na\r\n");
                time.awaitWaiters(1);
                time.advance(Duration.ofSeconds(1));
                assertThat(raw.readExactly(11)).isEqualTo("1\r\nb\r\n0\r\n\r\n");
            }
        }
    }
}
