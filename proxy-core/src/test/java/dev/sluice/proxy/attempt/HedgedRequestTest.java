package dev.sluice.proxy.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.AttemptRecord;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.spi.Transport;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.RecordingListener;
import dev.sluice.proxy.testing.ScriptedOrigin;
import dev.sluice.proxy.transport.direct.DirectTransport;
import dev.sluice.proxy.transport.jdk.JdkTransport;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A slow origin and a fast one over real sockets. Only the clock is manual. */
class HedgedRequestTest {
    private static final String CONTENT = "x".repeat(100_000);
    private static final String RESPONSE =
            "HTTP/1.1 200 OK\r\nContent-Length: " + CONTENT.length() + "\r\n\r\n" + CONTENT;

    private final ManualTime time = new ManualTime();
    private final RecordingListener records = new RecordingListener();
    private final CountDownLatch atSlow = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);

    static Stream<Transport> transports() {
        return Stream.of(
                DirectTransport.builder().build(), JdkTransport.builder().build());
    }

    /** Reads a request with a body of this length, and waits for the connection's end. */
    private ScriptedOrigin slow(int length) throws IOException {
        return ScriptedOrigin.start(connection -> {
            connection.readHead();
            connection.readExactly(length);
            atSlow.countDown();
            try {
                connection.readAll();
            } catch (SocketTimeoutException open) {
                throw new AssertionError(open);
            } catch (IOException reset) {
                // A reset is an end too.
            }
            closed.countDown();
        });
    }

    private static ScriptedOrigin fast(String body) throws IOException {
        return ScriptedOrigin.start(connection -> {
            connection.readHead();
            assertThat(connection.readExactly(body.length())).isEqualTo(body);
            connection.write(RESPONSE);
            connection.readAll();
        });
    }

    private ProxyServer server(Transport transport, ScriptedOrigin... origins) {
        HedgingSource source = new HedgingSource(
                time,
                Stream.of(origins)
                        .map(origin ->
                                transport.upstream("origin-" + origin.uri().getPort(), origin.uri()))
                        .toArray(Upstream[]::new));
        ProxyServer.Builder building = ProxyServer.builder()
                .time(time)
                .transport(transport)
                .addListener(records)
                .addRoute(Route.any().to(ReverseProxy.to(source)));
        if (transport instanceof AutoCloseable resource) {
            building.addCloseable(resource);
        }
        return building.build().start();
    }

    private String ask(ProxyServer server, String request) throws Exception {
        try (RawConnection client = RawConnection.connect(server.address())) {
            client.write(request);
            assertThat(atSlow.await(10, TimeUnit.SECONDS)).isTrue();
            time.advance(Duration.ofSeconds(1));
            return client.readAll();
        }
    }

    private void assertOneWholeResponse(String received) {
        assertThat(received).startsWith("HTTP/1.1 200 ");
        int end = received.indexOf("\r\n\r\n") + 4;
        assertThat(received.substring(0, end).toLowerCase(Locale.ROOT)).contains("content-length: 100000\r\n");
        assertThat(received.substring(end)).isEqualTo(CONTENT);
    }

    private void assertLostAndWon() throws InterruptedException {
        assertThat(closed.await(10, TimeUnit.SECONDS))
                .as("the slow one's connection is closed")
                .isTrue();
        List<AttemptRecord> attempts = records.awaitEnded(1).get(0).attempts();
        assertThat(attempts).extracting(AttemptRecord::outcome).containsExactly(Outcome.ABANDONED, Outcome.COMPLETED);
    }

    @ParameterizedTest
    @MethodSource("transports")
    void theFastOneAnswersAndTheSlowOnesConnectionIsClosed(Transport transport) throws Exception {
        try (ScriptedOrigin slow = slow(0);
                ScriptedOrigin fast = fast("");
                ProxyServer server = server(transport, slow, fast)) {
            assertOneWholeResponse(ask(server, "GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n"));
            assertLostAndWon();
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aBodyThatIsWholeGoesToBoth(Transport transport) throws Exception {
        String body = "y".repeat(40_000);
        try (ScriptedOrigin slow = slow(body.length());
                ScriptedOrigin fast = fast(body);
                ProxyServer server = server(transport, slow, fast)) {
            assertOneWholeResponse(ask(
                    server,
                    "PUT / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\nContent-Length: 40000\r\n\r\n" + body));
            assertLostAndWon();
        }
    }
}
