package dev.sluice.proxy.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.spi.Transport;
import dev.sluice.proxy.testing.TestAuthority;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.tls.TlsSettings.ClientCertificate;
import dev.sluice.proxy.transport.direct.Connector;
import dev.sluice.proxy.transport.direct.DirectTransport;
import dev.sluice.proxy.transport.jdk.JdkTransport;
import java.io.IOException;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What settings promise, in handshakes with a server over both transports. */
@Timeout(60)
class TlsOnTheWireTest {
    private static final TestAuthority AUTHORITY = TestAuthority.create();

    static Stream<Transport> transports() {
        return Stream.of(DirectTransport.shared(), JdkTransport.shared());
    }

    private static ProxyServer serve(Transport transport, TlsSettings.Builder tls) {
        return ProxyServer.builder()
                .transport(transport)
                .tls(tls.build())
                .addRoute("/**", request -> ProxyResponse.of(200, whoAsks(request)))
                .build()
                .start();
    }

    private static String whoAsks(ProxyRequest request) {
        X509Certificate shown = request.exchange().client().certificate();
        return shown == null ? "nobody" : shown.getSubjectX500Principal().getName();
    }

    private static TlsSettings.Builder server() {
        return TlsSettings.builder().addCertificate(AUTHORITY.certificate("localhost", "127.0.0.1"));
    }

    /** Sends a request; returns the response's body, which is empty if there is no response. */
    private static String get(TlsSettings client, SSLSocket socket) throws IOException {
        client.apply(socket);
        socket.startHandshake();
        socket.getOutputStream()
                .write("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                        .getBytes(StandardCharsets.US_ASCII));
        String response = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        return response.isEmpty() ? "" : response.substring(response.indexOf("\r\n\r\n") + 4);
    }

    private static SSLSocket connect(ProxyServer server, TlsSettings client) throws IOException {
        return (SSLSocket) client.context()
                .getSocketFactory()
                .createSocket(server.address().getAddress(), server.address().getPort());
    }

    private static TlsSettings.Builder trusting() {
        return TlsSettings.builder().trust(AUTHORITY.trust());
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aClientGetsTheCertificateThatItCanUse(Transport transport) throws Exception {
        TlsSettings.Builder both = server().addCertificate(
                        AUTHORITY.issue("localhost").algorithm("RSA").build());
        try (ProxyServer server = serve(transport, both)) {
            assertThat(algorithm(server, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"))
                    .isEqualTo("RSA");
            assertThat(algorithm(server, "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"))
                    .isEqualTo("EC");
        }
    }

    private static String algorithm(ProxyServer server, String suite) throws IOException {
        TlsSettings client = trusting().protocols("TLSv1.2").cipherSuites(suite).build();
        try (SSLSocket socket = connect(server, client)) {
            assertThat(get(client, socket)).isEqualTo("nobody");
            return socket.getSession().getPeerCertificates()[0].getPublicKey().getAlgorithm();
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void anOldVersionIsRefused(Transport transport) throws Exception {
        TlsSettings old =
                TlsSettings.of(trusting().build().context(), new SSLParameters(null, new String[] {"TLSv1.2"}));
        try (ProxyServer server = serve(transport, server().protocols("TLSv1.3"));
                SSLSocket socket = connect(server, old)) {
            assertThatThrownBy(() -> get(old, socket)).isInstanceOf(SSLException.class);
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aClientsCertificateIsRequiredOrOnlyWanted(Transport transport) throws Exception {
        TlsSettings known =
                trusting().addCertificate(AUTHORITY.certificate("alice")).build();
        TlsSettings nobody = trusting().build();
        TlsSettings stranger = trusting()
                .addCertificate(TestAuthority.create().certificate("mallory"))
                .build();
        try (ProxyServer required = serve(transport, clients(ClientCertificate.REQUIRED));
                ProxyServer wanted = serve(transport, clients(ClientCertificate.WANTED));
                SSLSocket first = connect(required, known);
                SSLSocket second = connect(wanted, known);
                SSLSocket third = connect(wanted, nobody)) {
            assertThat(get(known, first)).isEqualTo("CN=alice");
            assertThat(get(known, second)).isEqualTo("CN=alice");
            assertThat(get(nobody, third)).isEqualTo("nobody");
            refused(required, nobody);
            refused(required, stranger);
        }
    }

    private static TlsSettings.Builder clients(ClientCertificate wanted) {
        return server().trust(AUTHORITY.trust()).clientCertificate(wanted);
    }

    private static void refused(ProxyServer server, TlsSettings client) throws IOException {
        try (SSLSocket socket = connect(server, client)) {
            // With TLS 1.3 the client's handshake is over before the server has seen the certificate.
            assertThat(get(client, socket)).isEmpty();
        } catch (IOException alert) {
            assertThat(alert).isInstanceOfAny(SSLException.class, SocketException.class);
        }
    }

    @Test
    void anOriginMayWantACertificate() throws Exception {
        TlsSettings own =
                trusting().addCertificate(AUTHORITY.certificate("gateway")).build();
        try (ProxyServer origin = serve(DirectTransport.shared(), clients(ClientCertificate.REQUIRED));
                Connector connector = Connector.builder().tls(own).build();
                DirectTransport direct =
                        DirectTransport.builder().connector(connector).build();
                JdkTransport jdk = JdkTransport.builder().tls(own).build()) {
            URI uri = URI.create("https://localhost:" + origin.address().getPort());
            for (Transport transport : new Transport[] {direct, jdk}) {
                assertThat(TestClient.of(ReverseProxy.to(transport.upstream("o", uri)))
                                .get("/")
                                .text())
                        .isEqualTo("CN=gateway");
            }
        }
    }
}
