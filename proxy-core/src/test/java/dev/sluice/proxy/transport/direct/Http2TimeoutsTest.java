package dev.sluice.proxy.transport.direct;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.ExchangeRecord;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.http2.Http2Client;
import dev.sluice.proxy.http2.Http2Client.Event;
import dev.sluice.proxy.limit.Timeouts;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.time.Awaited;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A stream that takes too long ends on both sides, and says so; the other streams of both connections go on. Each case sets
 * one time to 2 s, and the others to 10 min.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class Http2TimeoutsTest {
    private static final Duration SHORT = Duration.ofSeconds(2);
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final Duration STEP = Duration.ofMillis(500);

    private final Http2Chain chain = new Http2Chain();
    private Http2Client origin;

    Http2TimeoutsTest() throws Exception {}

    @AfterEach
    void end() throws Exception {
        chain.close();
    }

    /** A call on stream 1 of both sides stays open without any limit. */
    private void start(String limit) throws Exception {
        Timeouts.Builder times =
                Timeouts.builder().head(LONG).idle(LONG).total(LONG).tunnel(LONG);
        switch (limit) {
            case "head" -> times.head(SHORT);
            case "idle" -> times.idle(SHORT);
            case "total" -> times.total(SHORT);
            case "tunnel" -> times.tunnel(SHORT);
            // A call of gRPC may be silent for as long as a tunnel.
            case "all" ->
                times.head(SHORT.dividedBy(4)).idle(SHORT.dividedBy(4)).tunnel(SHORT);
            default -> throw new IllegalArgumentException(limit);
        }
        Timeouts none = Timeouts.builder()
                .head(LONG)
                .idle(LONG)
                .total(LONG)
                .tunnel(LONG)
                .build();
        chain.start(ProxyServer.builder()
                .addRoute(Route.path("/open").timeouts(none).to(chain.upstream()))
                .addRoute(Route.any()
                        .allowUpgrade("websocket")
                        .timeouts(times.build())
                        .to(chain.upstream())));
        chain.client.headers(1, false, Http2Client.request("POST", "/open"));
        origin = chain.origin.connection();
        origin.await("HEADERS", 1);
        origin.headers(1, false, ":status", "200");
        assertThat(chain.client.head(1)).startsWith(":status: 200\n");
    }

    /** The other stream goes on in both directions, and the connections serve more. */
    private void requireOthers() throws Exception {
        chain.client.data(1, true, "still");
        assertThat(origin.await("DATA", 1).text()).isEqualTo("still");
        origin.data(1, true, "here");
        assertThat(chain.client.body(1)).isEqualTo("here");
        chain.client.get(101, "/");
        int next = origin.await("HEADERS").stream();
        origin.headers(next, true, ":status", "204");
        assertThat(chain.client.head(101)).startsWith(":status: 204\n");
        assertThat(chain.origin.connections()).isEqualTo(1);
    }

    private Event awaitEnd(int stream) throws Exception {
        Awaited.passing(
                chain.time,
                STEP,
                () -> chain.client.others().stream()
                        .anyMatch(each -> each.stream() == stream
                                && (each.end() || each.kind().equals("HEADERS"))));
        Event next = chain.client.next(stream);
        while (next.kind().equals("DATA") && !next.end()) {
            next = chain.client.next(stream);
        }
        return next;
    }

    private void requireOutcome(Outcome outcome) throws InterruptedException {
        assertThat(chain.records.awaitEnded(1))
                .extracting(ExchangeRecord::outcome)
                .containsExactly(outcome);
    }

    /** @param shown the status, or the reset, or the status of gRPC */
    @ParameterizedTest
    @CsvSource({
        "head, GET, ':status: 504', HEAD_TIMEOUT",
        "head, POST, ':status: 504', HEAD_TIMEOUT",
        "total, GET, ':status: 504', TOTAL_TIMEOUT",
        "total, POST, ':status: 504', TOTAL_TIMEOUT",
        "total, upload, ':status: 504', TOTAL_TIMEOUT",
        "total, call, 'grpc-status: 4', TOTAL_TIMEOUT",
        "idle, upload, ':status: 408', CLIENT_BODY_TIMEOUT",
        "all, call, 'grpc-status: 14', HEAD_TIMEOUT"
    })
    void aRequestWithoutAnAnswer(String limit, String kind, String shown, Outcome outcome) throws Exception {
        start(limit);
        switch (kind) {
            case "GET" -> chain.client.get(3, "/");
            case "POST" -> {
                chain.client.headers(3, false, Http2Client.request("POST", "/"));
                chain.client.data(3, true, "all");
            }
            case "upload" -> {
                chain.client.headers(3, false, Http2Client.request("POST", "/"));
                chain.client.data(3, false, "some");
            }
            default -> {
                chain.client.headers(
                        3,
                        false,
                        Http2Client.request("POST", "/", "content-type", "application/grpc", "te", "trailers"));
                chain.client.data(3, true, "all");
            }
        }
        origin.await("HEADERS", 3);
        assertThat(awaitEnd(3).text()).contains(shown + "\n");
        assertThat(origin.await("RST_STREAM", 3).text()).isEqualTo("CANCEL");
        requireOutcome(outcome);
        requireOthers();
    }

    @ParameterizedTest
    @CsvSource({
        "idle, GET, INTERNAL_ERROR, BODY_TIMEOUT",
        "total, GET, INTERNAL_ERROR, TOTAL_TIMEOUT",
        "total, call, 'grpc-status: 4', TOTAL_TIMEOUT",
        "all, call, 'grpc-status: 14', BODY_TIMEOUT"
    })
    void aResponseThatStops(String limit, String kind, String shown, Outcome outcome) throws Exception {
        start(limit);
        boolean call = kind.equals("call");
        if (call) {
            chain.client.headers(
                    3, true, Http2Client.request("POST", "/", "content-type", "application/grpc", "te", "trailers"));
        } else {
            chain.client.get(3, "/");
        }
        origin.await("HEADERS", 3);
        origin.headers(3, false, ":status", "200", "content-type", call ? "application/grpc" : "text/plain");
        origin.data(3, false, "some");
        assertThat(chain.client.head(3)).startsWith(":status: 200\n");
        assertThat(chain.client.await("DATA", 3).text()).isEqualTo("some");
        assertThat(awaitEnd(3).text()).contains(shown);
        assertThat(origin.await("RST_STREAM", 3).text()).isEqualTo("CANCEL");
        requireOutcome(outcome);
        requireOthers();
    }

    /** The client opens no window: the response cannot be written. */
    @Test
    void aClientThatTakesNothingMore() throws Exception {
        start("idle");
        chain.client.get(3, "/");
        origin.await("HEADERS", 3);
        origin.headers(3, false, ":status", "200");
        chain.client.head(3);
        chain.client.window(0, 1_000_000);
        for (int i = 0; i < 5; i++) {
            origin.data(3, false, new byte[13_000]);
            for (int got = 0; got < 13_000; ) {
                got += chain.client.await("DATA", 3).text().length();
            }
        }
        // Beyond the client's window.
        origin.data(3, false, new byte[13_000]);
        assertThat(awaitEnd(3).kind()).isEqualTo("RST_STREAM");
        assertThat(origin.await("RST_STREAM", 3).text()).isEqualTo("CANCEL");
        requireOutcome(Outcome.CLIENT_WRITE_TIMEOUT);
        requireOthers();
    }

    /** The origin opens no window: the request cannot be sent. */
    @Test
    void anOriginThatTakesNothingMore() throws Exception {
        start("idle");
        chain.client.headers(3, false, Http2Client.request("POST", "/"));
        origin.await("HEADERS", 3);
        origin.window(0, 1_000_000);
        for (int sent = 0; sent < 80_000; sent += 16_000) {
            chain.client.data(3, false, new byte[16_000]);
            int got = 0;
            while (got < 16_000 && sent < 64_000) {
                got += origin.await("DATA", 3).text().length();
            }
        }
        assertThat(awaitEnd(3).text()).startsWith(":status: 504\n");
        assertThat(origin.await("RST_STREAM", 3).text()).isEqualTo("CANCEL");
        requireOutcome(Outcome.SEND_TIMEOUT);
        requireOthers();
    }

    @ParameterizedTest
    @CsvSource({"tunnel, TUNNEL_TIMEOUT", "total, TOTAL_TIMEOUT"})
    void aWebSocketThatIsSilent(String limit, Outcome outcome) throws Exception {
        start(limit);
        chain.client.askForWebSocket(3, "/chat");
        origin.await("HEADERS", 3);
        origin.headers(3, false, ":status", "200");
        assertThat(chain.client.head(3)).startsWith(":status: 200\n");
        chain.client.data(3, false, "one");
        assertThat(origin.await("DATA", 3).text()).isEqualTo("one");
        assertThat(awaitEnd(3).text()).isEqualTo("CANCEL");
        assertThat(origin.await("RST_STREAM", 3).text()).isEqualTo("CANCEL");
        requireOutcome(outcome);
        requireOthers();
    }
}
