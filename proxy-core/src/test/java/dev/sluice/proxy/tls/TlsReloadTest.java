package dev.sluice.proxy.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.ScriptedOrigin;
import dev.sluice.proxy.testing.TestAuthority;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** New files and open connections. */
@Timeout(60)
class TlsReloadTest {
    private static final TestAuthority AUTHORITY = TestAuthority.create();

    private static final String PING = "ping";

    @TempDir
    private Path folder;

    private void write(String subject) throws IOException {
        TlsCertificate certificate = AUTHORITY.certificate(subject, "127.0.0.1", "a.test");
        Files.writeString(folder.resolve("chain.pem"), TestAuthority.chainPem(certificate));
        Files.writeString(folder.resolve("key.pem"), TestAuthority.keyPem(certificate));
    }

    private static SSLSocket connect(ProxyServer server) throws IOException {
        SSLSocket socket = (SSLSocket) AUTHORITY
                .client()
                .context()
                .getSocketFactory()
                .createSocket(server.address().getAddress(), server.address().getPort());
        socket.startHandshake();
        return socket;
    }

    private static String subject(SSLSocket socket) throws IOException {
        X509Certificate shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
        return shown.getSubjectX500Principal().getName();
    }

    /** Sends a request, and reads a response with a body of two bytes. */
    private static String get(SSLSocket socket) throws IOException {
        socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        String head = head(socket);
        socket.getInputStream().readNBytes(2);
        return head.substring(0, head.indexOf("\r\n"));
    }

    private static String head(SSLSocket socket) throws IOException {
        StringBuilder head = new StringBuilder();
        InputStream in = socket.getInputStream();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            assertThat(next).isNotNegative();
            head.append((char) next);
        }
        return head.toString();
    }

    @Test
    void newConnectionsGetTheNewCertificateAndOpenOnesGoOn() throws Exception {
        write("one");
        try (TlsFiles files = TlsFiles.builder()
                        .addPem(folder.resolve("chain.pem"), folder.resolve("key.pem"))
                        .build();
                ProxyServer server = ProxyServer.builder()
                        .tls(files)
                        .addRoute("/**", request -> ProxyResponse.of(200, "ok"))
                        .build()
                        .start();
                SSLSocket before = connect(server)) {
            assertThat(subject(before)).isEqualTo("CN=one");
            assertThat(get(before)).isEqualTo("HTTP/1.1 200 OK");
            write("two");
            files.reload();
            try (SSLSocket after = connect(server)) {
                assertThat(subject(after)).isEqualTo("CN=two");
                assertThat(get(after)).isEqualTo("HTTP/1.1 200 OK");
            }
            // Its client has named no host in the handshake, but does in the request.
            assertThat(get(before)).isEqualTo("HTTP/1.1 200 OK");
        }
    }

    private TlsFiles files() {
        return TlsFiles.builder()
                .addPem(folder.resolve("chain.pem"), folder.resolve("key.pem"))
                .build();
    }

    @Test
    void aServerThatClosesShowsTheNewOneAndServesTheOpenConnections() throws Exception {
        write("one");
        ManualTime time = new ManualTime();
        try (TlsFiles files = files();
                ProxyServer server = ProxyServer.builder()
                        .tls(files)
                        .time(time)
                        .lameDuck(Duration.ofSeconds(15))
                        .addRoute("/**", request -> ProxyResponse.of(200, "ok"))
                        .build()
                        .start();
                SSLSocket before = connect(server)) {
            assertThat(get(before)).isEqualTo("HTTP/1.1 200 OK");
            Thread closing = new Thread(server::close);
            closing.start();
            time.awaitWaiters(1);
            assertThat(server.ready()).isFalse();
            write("two");
            files.reload();

            assertThat(get(before)).isEqualTo("HTTP/1.1 200 OK");
            try (SSLSocket after = connect(server)) {
                assertThat(subject(after)).isEqualTo("CN=two");
                assertThat(get(after)).isEqualTo("HTTP/1.1 200 OK");
                time.advance(Duration.ofSeconds(16));
                assertThat(after.getInputStream().read()).isEqualTo(-1);
            }
            assertThat(before.getInputStream().read()).isEqualTo(-1);
            closing.join(20_000);
            assertThat(closing.isAlive()).isFalse();
        }
    }

    @Test
    void anOpenWebSocketGoesOn() throws Exception {
        write("one");
        try (ScriptedOrigin origin = ScriptedOrigin.start(connection -> {
                    connection.readHead();
                    connection.write(
                            "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n");
                    for (int i = 0; i < 2; i++) {
                        connection.write(connection.readExactly(PING.length()));
                    }
                });
                TlsFiles files = files();
                ProxyServer server = ProxyServer.builder()
                        .tls(files)
                        .addRoute(Route.any()
                                .allowUpgrade("websocket")
                                .to("http://127.0.0.1:" + origin.address().getPort()))
                        .build()
                        .start();
                SSLSocket before = connect(server)) {
            before.getOutputStream()
                    .write(("GET / HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"
                                    + PING)
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(head(before)).startsWith("HTTP/1.1 101 ");
            assertThat(answered(before)).isEqualTo(PING);

            write("two");
            files.reload();
            try (SSLSocket after = connect(server)) {
                assertThat(subject(after)).isEqualTo("CN=two");
            }
            before.getOutputStream().write(PING.getBytes(StandardCharsets.US_ASCII));
            assertThat(answered(before)).isEqualTo(PING);
            assertThat(subject(before)).isEqualTo("CN=one");
        }
    }

    private static String answered(SSLSocket socket) throws IOException {
        return new String(socket.getInputStream().readNBytes(PING.length()), StandardCharsets.US_ASCII);
    }
}
