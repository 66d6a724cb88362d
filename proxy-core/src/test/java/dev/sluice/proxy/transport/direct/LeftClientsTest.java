package dev.sluice.proxy.transport.direct;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.RecordingListener;
import dev.sluice.proxy.wire.TestTls;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The server notices a client that leaves while its request waits, even if the client has already sent more. */
class LeftClientsTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a.test\r\n\r\n";
    private static final String POST = "POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 9000\r\n\r\n";

    private final ManualTime time = new ManualTime();
    private final RecordingListener records = new RecordingListener();
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch finish = new CountDownLatch(1);
    private final AtomicReference<Outcome> told = new AtomicReference<>();

    /** How a client leaves. */
    enum Leaving {
        /** Ends its direction of the connection. */
        END,
        RESET
    }

    private ProxyServer server(boolean tls, boolean halfClose) throws Exception {
        ProxyServer.Builder builder = ProxyServer.builder()
                .transport(DirectTransport.builder().halfClose(halfClose).build())
                .time(time)
                .drain(Duration.ZERO)
                .addListener(records)
                .addRoute("/**", this::wait);
        return (tls ? builder.tls(TestTls.server("localhost")) : builder)
                .build()
                .start();
    }

    /** A user's handler that waits, and never reads the request's body. */
    private ProxyResponse wait(ProxyRequest request) throws InterruptedException {
        request.exchange().onCancel(why -> {
            told.set(why);
            finish.countDown();
        });
        begun.countDown();
        assertThat(finish.await(20, TimeUnit.SECONDS)).isTrue();
        return ProxyResponse.of(200, "ok");
    }

    /** A request and the bytes after its head, with or without TLS, and how the client leaves. */
    static Stream<Arguments> ways() {
        return Stream.of(
                        GET,
                        GET + "G",
                        GET + GET,
                        GET + "x".repeat(8 * 1024),
                        POST,
                        POST + "x".repeat(5000),
                        POST.replace("Content-Length: 9000", "Expect: 100-continue\r\nContent-Length: 9"),
                        POST.replace("Content-Length: 9000", "Transfer-Encoding: chunked") + "5\r\nabc")
                .flatMap(sent -> Stream.of(false, true)
                        .flatMap(tls -> Stream.of(Leaving.values()).map(how -> Arguments.of(sent, tls, how))));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void aClientThatHasLeftIsNoticedBehindBytesThatItSentEarlier(String sent, boolean tls, Leaving how)
            throws Exception {
        try (ProxyServer server = server(tls, false);
                Socket client = send(server, sent, tls)) {
            leave(client, how);

            awaitTold();
            assertThat(told).hasValue(Outcome.CLIENT_LEFT);
            assertThat(records.awaitEnded(1).get(0).outcome()).isEqualTo(Outcome.CLIENT_LEFT);
            assertThat(server.pipeline().inFlight()).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void withHalfCloseAllowedAResetStillCounts(String sent, boolean tls, Leaving how) throws Exception {
        try (ProxyServer server = server(tls, true);
                Socket client = send(server, sent, tls)) {
            leave(client, how);

            if (how == Leaving.RESET) {
                awaitTold();
                assertThat(told).hasValue(Outcome.CLIENT_LEFT);
            } else {
                for (int i = 0; i < 30; i++) {
                    time.advance(Duration.ofMillis(100));
                }
                assertThat(told).hasValue(null);
                finish.countDown();
                records.awaitEnded(1);
            }
        }
    }

    @Test
    void behindMoreThan8KiBALeftClientIsNoticedAtTheNextWrite() throws Exception {
        try (ProxyServer server = server(false, false);
                Socket client = send(server, GET + "x".repeat(100_000), false)) {
            leave(client, Leaving.RESET);
            for (int i = 0; i < 30; i++) {
                time.advance(Duration.ofMillis(100));
            }
            assertThat(told).hasValue(null);

            finish.countDown();
            assertThat(records.awaitEnded(1).get(0).outcome()).isIn(Outcome.CLIENT_WRITE_FAILED, Outcome.COMPLETED);
        }
    }

    private Socket send(ProxyServer server, String bytes, boolean tls) throws Exception {
        Socket client =
                new Socket(server.address().getAddress(), server.address().getPort());
        byte[] request = bytes.getBytes(StandardCharsets.ISO_8859_1);
        if (tls) {
            SSLSocket over = (SSLSocket) TestTls.client("localhost")
                    .getSocketFactory()
                    .createSocket(client, "localhost", client.getPort(), false);
            over.getOutputStream().write(request);
        } else {
            client.getOutputStream().write(request);
        }
        assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
        return client;
    }

    private static void leave(Socket client, Leaving how) throws IOException {
        if (how == Leaving.RESET) {
            client.setSoLinger(true, 0);
            client.close();
        } else {
            client.shutdownOutput();
        }
    }

    /** A client's packets take a moment of real time. */
    private void awaitTold() throws InterruptedException {
        for (int i = 0; i < 1_000 && told.get() == null; i++) {
            time.advance(Duration.ofMillis(100));
            finish.await(1, TimeUnit.MILLISECONDS);
        }
    }
}
