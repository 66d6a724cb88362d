package dev.sluice.proxy.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.TestAuthority;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** New files and open connections. */
@Timeout(60)
class TlsReloadTest {
    private static final TestAuthority AUTHORITY = TestAuthority.create();

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
        StringBuilder response = new StringBuilder();
        InputStream in = socket.getInputStream();
        while (response.indexOf("\r\n\r\n") < 0) {
            response.append((char) in.read());
        }
        in.readNBytes(2);
        return response.substring(0, response.indexOf("\r\n"));
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
}
