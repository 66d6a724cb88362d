package dev.sluice.proxy.transport.direct;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.RecordingListener;
import dev.sluice.proxy.tls.TlsSettings;
import dev.sluice.proxy.wire.TestTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An origin that asks for another handshake (RFC 5246 §7.4.1.1), which is refused: RFC 5746 §5. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RenegotiatingOriginTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n";
    private static final String HEAD = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n";

    private final RecordingListener exchanges = new RecordingListener();
    private final AtomicInteger handshakes = new AtomicInteger();
    private final CountDownLatch ended = new CountDownLatch(1);
    private SSLServerSocket origin;
    private Connector connector;
    private DirectTransport transport;
    private ProxyServer server;

    @BeforeEach
    void start() throws Exception {
        origin = (SSLServerSocket) TestTls.server("localhost")
                .getServerSocketFactory()
                .createServerSocket(0, 10, InetAddress.getLoopbackAddress());
        origin.setEnabledProtocols(new String[] {"TLSv1.2"});
        connector = Connector.builder()
                .tls(TlsSettings.of(TestTls.client("localhost")))
                .build();
        transport = DirectTransport.builder().connector(connector).build();
        URI url = URI.create("https://localhost:" + origin.getLocalPort());
        server = ProxyServer.builder()
                .transport(transport)
                .addListener(exchanges)
                .addRoute("/**", ReverseProxy.to(transport.upstream("origin", url)))
                .build()
                .start();
    }

    @AfterEach
    void close() throws Exception {
        server.close();
        transport.close();
        connector.close();
        origin.close();
    }

    /** Each connection answers one request with this, asks for a handshake, and continues if it gets one. */
    private void answers(String before, String after) {
        Thread thread = new Thread(() -> {
            try {
                while (true) {
                    serve((SSLSocket) origin.accept(), before, after);
                }
            } catch (IOException closed) {
                // The test has ended.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private void serve(SSLSocket connection, String before, String after) {
        try (connection) {
            connection.setSoTimeout(20_000);
            String head = "";
            while (!head.endsWith("\r\n\r\n")) {
                head += (char) connection.getInputStream().read();
            }
            connection.addHandshakeCompletedListener(done -> handshakes.incrementAndGet());
            connection.getOutputStream().write(before.getBytes(StandardCharsets.ISO_8859_1));
            connection.startHandshake();
            connection.getOutputStream().write(after.getBytes(StandardCharsets.ISO_8859_1));
            // Only a read processes the peer's side of a handshake.
            connection.getInputStream().read();
        } catch (IOException closed) {
            // That is an end too.
        } finally {
            ended.countDown();
        }
    }

    private String get() throws Exception {
        try (RawConnection client = RawConnection.connect(server.address())) {
            client.write(GET);
            return client.readAll();
        }
    }

    private void assertRefused() throws Exception {
        assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(handshakes).hasValue(0);
        assertThat(connector.statistics().active()).isZero();
        assertThat(connector.statistics().idle()).isZero();
    }

    @Test
    void aRenegotiationBeforeTheHeadIsA502() throws Exception {
        answers("", HEAD + "hello");
        assertThat(get()).startsWith("HTTP/1.1 502 ");
        assertThat(exchanges.awaitEnded(1).get(0).failure().outcome()).isEqualTo(Outcome.HEAD_FAILED);
        assertThat(exchanges.records().get(0).failure()).hasMessageContaining("asks for another handshake");
        assertRefused();
    }

    @Test
    void aRenegotiationInABodyThatCannotBeRepeatedCutsTheResponse() throws Exception {
        answers("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n", "3\r\nllo\r\n0\r\n\r\n");
        assertThat(get()).startsWith("HTTP/1.1 200 ").endsWith("2\r\nhe\r\n");
        assertThat(exchanges.awaitEnded(1).get(0).outcome()).isEqualTo(Outcome.BODY_FAILED);
        assertRefused();
    }

    @Test
    void aKeptConnectionWithARenegotiationIsNotUsedAgain() throws Exception {
        answers(HEAD + "hello", "");
        assertThat(get()).endsWith("hello");
        assertThat(get()).endsWith("hello");
        assertThat(exchanges.awaitEnded(2))
                .extracting(record -> record.outcome())
                .containsOnly(Outcome.COMPLETED);
        assertThat(handshakes).hasValue(0);
    }
}
