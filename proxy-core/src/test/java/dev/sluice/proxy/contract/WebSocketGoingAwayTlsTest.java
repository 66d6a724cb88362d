package dev.sluice.proxy.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.RecordingListener;
import dev.sluice.proxy.tls.TlsSettings;
import dev.sluice.proxy.transport.direct.Connector;
import dev.sluice.proxy.transport.direct.DirectTransport;
import dev.sluice.proxy.wire.TestTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both sides of a WebSocket get a close frame from a server that closes, also over TLS. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WebSocketGoingAwayTlsTest {
    private static final String UPGRADE = UpgradeCases.UPGRADE.replace("echo", "websocket");
    private static final String SWITCHED = UpgradeCases.SWITCHED.replace("echo", "websocket");

    /** Close frames with status 1001: from a server, and from a client with a mask of zeros. */
    private static final String FROM_SERVER = "\u0088\u0002\u0003\u00e9";

    private static final String FROM_CLIENT = "\u0088\u0082\0\0\0\0\u0003\u00e9";

    private final RecordingListener exchanges = new RecordingListener();
    private SSLServerSocket listening;
    private Connector connector;
    private DirectTransport transport;
    private ProxyServer server;
    private SSLSocket client;
    private SSLSocket origin;
    private Thread closing;

    @BeforeEach
    void start() throws Exception {
        SSLContext keys = TestTls.server("localhost");
        listening = (SSLServerSocket)
                keys.getServerSocketFactory().createServerSocket(0, 10, InetAddress.getLoopbackAddress());
        connector = Connector.builder()
                .tls(TlsSettings.of(TestTls.client("localhost")))
                .build();
        transport = DirectTransport.builder().connector(connector).build();
        URI url = URI.create("https://localhost:" + listening.getLocalPort());
        server = ProxyServer.builder()
                .transport(transport)
                .tls(keys)
                .time(new ManualTime())
                .addListener(exchanges)
                .addRoute(Route.any().allowUpgrade("websocket").to(ReverseProxy.to(transport.upstream("origin", url))))
                .build()
                .start();
    }

    @AfterEach
    void close() throws Exception {
        client.close();
        origin.close();
        closing.join(20_000);
        transport.close();
        connector.close();
        listening.close();
    }

    /** Both sides use this TLS version, and have switched protocols. */
    private void open(String protocol) throws Exception {
        listening.setEnabledProtocols(new String[] {protocol});
        client = (SSLSocket) TestTls.client("localhost")
                .getSocketFactory()
                .createSocket(server.address().getAddress(), server.address().getPort());
        client.setEnabledProtocols(new String[] {protocol});
        client.setSoTimeout(20_000);
        write(client, UPGRADE);
        origin = (SSLSocket) listening.accept();
        origin.setSoTimeout(20_000);
        readHead(origin);
        write(origin, SWITCHED);
        assertThat(readHead(client)).startsWith("HTTP/1.1 101 ");
    }

    private static String readHead(SSLSocket from) throws IOException {
        String head = "";
        while (!head.endsWith("\r\n\r\n")) {
            head += read(from, 1);
        }
        return head;
    }

    private static void write(SSLSocket to, String bytes) throws IOException {
        to.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String read(SSLSocket from, int count) throws IOException {
        byte[] bytes = from.getInputStream().readNBytes(count);
        assertThat(bytes).hasSize(count);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static void passes(SSLSocket from, String bytes, SSLSocket to) throws IOException {
        write(from, bytes);
        assertThat(read(to, bytes.length())).isEqualTo(bytes);
    }

    private void closeServer() {
        closing = new Thread(() -> server.close(Duration.ofMinutes(1)));
        closing.start();
    }

    /** Reads the close frame that an origin gets, which is masked. */
    private void assertCloseAtTheOrigin() throws IOException {
        String frame = read(origin, 8);
        assertThat(frame).startsWith("\u0088\u0082");
        assertThat(frame.charAt(6) ^ frame.charAt(2)).isEqualTo(0x03);
        assertThat(frame.charAt(7) ^ frame.charAt(3)).isEqualTo(0xe9);
    }

    private void bothAnswerAndSeeTheEnd() throws Exception {
        write(client, FROM_CLIENT);
        write(origin, FROM_SERVER);
        assertThat(client.getInputStream().read()).isEqualTo(-1);
        assertThat(origin.getInputStream().read()).isEqualTo(-1);
        origin.close();
        assertThat(exchanges.awaitEnded(1).get(0).outcome()).isEqualTo(Outcome.COMPLETED);
        closing.join(20_000);
        assertThat(closing.isAlive()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void bothSidesGetACloseFrameAndTheTunnelEndsWhenBothHaveAnswered(String protocol) throws Exception {
        open(protocol);
        passes(client, "\u0081\u0081\0\0\0\0a", origin);
        passes(origin, "\u0081\u0001b", client);
        closeServer();
        assertThat(read(client, 4)).isEqualTo(FROM_SERVER);
        assertCloseAtTheOrigin();
        bothAnswerAndSeeTheEnd();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aFrameThatIsPassingIsWaitedFor(String protocol) throws Exception {
        open(protocol);
        passes(client, "\u0081\u0083mask" + "a", origin);
        passes(origin, "\u0001\u0005ab", client);
        closeServer();
        passes(client, "bc", origin);
        assertCloseAtTheOrigin();
        passes(origin, "cde", client);
        assertThat(read(client, 4)).isEqualTo(FROM_SERVER);
        bothAnswerAndSeeTheEnd();
    }
}
