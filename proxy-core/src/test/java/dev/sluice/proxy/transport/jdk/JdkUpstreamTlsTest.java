package dev.sluice.proxy.transport.jdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.RequestTarget;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.testing.TestAuthority;
import dev.sluice.proxy.testing.TestExchange;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.tls.TlsCertificate;
import dev.sluice.proxy.tls.TlsFiles;
import dev.sluice.proxy.tls.TlsSettings;
import dev.sluice.proxy.wire.TestTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JdkUpstreamTlsTest {

    private static SSLContext trusted;

    private final CompletableFuture<String> received = new CompletableFuture<>();
    private final CompletableFuture<String> protocol = new CompletableFuture<>();
    private SSLServerSocket server;

    @BeforeAll
    static void makeCertificate() throws Exception {
        trusted = TestTls.server("localhost");
    }

    @BeforeEach
    void start() throws Exception {
        server = open(trusted);
    }

    private static SSLServerSocket open(SSLContext context) throws Exception {
        return (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 10, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    @Test
    void aTrustedOriginIsReachedOverHttp11() throws Exception {
        serve("http/1.1");
        try (JdkTransport transport =
                JdkTransport.builder().tls(TlsSettings.of(trusted)).build()) {
            ProxyResponse response = send(transport, "localhost");

            assertThat(response.status()).isEqualTo(200);
            assertThat(response.version()).isEqualTo(HttpVersion.HTTP_1_1);
            assertThat(received.get(10, TimeUnit.SECONDS)).startsWith("GET / HTTP/1.1\r\n");
        }
    }

    @Test
    void settingsThatTheJdksClientIgnoresAreRefused() {
        SSLParameters anyName = new SSLParameters();
        anyName.setEndpointIdentificationAlgorithm("");
        SSLParameters protocols = new SSLParameters();
        protocols.setApplicationProtocols(new String[] {"spdy"});
        JdkTransport.Builder builder = JdkTransport.builder();

        assertThatThrownBy(() -> builder.tls(TlsSettings.of(trusted, anyName)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("endpointIdentificationAlgorithm cannot be \"\"");
        assertThatThrownBy(() -> builder.tls(TlsSettings.of(trusted, protocols)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("applicationProtocols cannot be [spdy]");
    }

    @Test
    void anUpstreamMayHaveItsOwnSettings() throws Exception {
        serve("http/1.1");
        try (JdkTransport transport = JdkTransport.builder().build()) {
            URI uri = URI.create("https://localhost:" + server.getLocalPort());
            try (Upstream own = transport.upstream("own", uri, TlsSettings.of(trusted))) {
                assertThat(own.send(get(own)).status()).isEqualTo(200);
            }
            serve("http/1.1");
            try (Upstream other = transport.upstream("other", uri)) {
                ProxyException failure = catchThrowableOfType(ProxyException.class, () -> other.send(get(other)));
                assertThat(failure.outcome()).isEqualTo(Outcome.TLS_FAILED);
            }
        }
    }

    @Test
    void settingsOfAnUpstreamThatTheJdksClientCannotDoAreRefused(@TempDir Path folder) throws Exception {
        JdkTransport transport = JdkTransport.shared();
        URI uri = URI.create("https://localhost");
        TlsSettings.Builder settings = TlsSettings.builder();
        assertThatThrownBy(() -> transport.upstream(
                        "a", uri, settings.serverName("shop.internal").build()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("serverName cannot be shop.internal");
        assertThatThrownBy(() -> transport.upstream(
                        "a", uri, TlsSettings.builder().serverNameFromHost(true).build()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("serverName cannot be from the Host");
        assertThatThrownBy(() -> transport.upstream("a", URI.create("http://localhost"), TlsSettings.of(trusted)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("its URI is not https://…: http://localhost");
        TlsCertificate certificate = TestAuthority.create().certificate("a.test");
        Path chain = Files.writeString(folder.resolve("chain.pem"), TestAuthority.chainPem(certificate));
        Path key = Files.writeString(folder.resolve("key.pem"), TestAuthority.keyPem(certificate));
        try (TlsFiles files = TlsFiles.builder().addPem(chain, key).build()) {
            assertThatThrownBy(() -> transport.upstream("a", uri, files))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("tls of upstream \"a\"");
        }
    }

    @Test
    void theParametersAreKept() throws Exception {
        serve("http/1.1");
        SSLParameters old = new SSLParameters(null, new String[] {"TLSv1.2"});
        try (JdkTransport transport =
                JdkTransport.builder().tls(TlsSettings.of(trusted, old)).build()) {
            send(transport, "localhost");
            assertThat(protocol.get(10, TimeUnit.SECONDS)).isEqualTo("TLSv1.2");
        }
    }

    @Test
    void http2IsUsedIfConfiguredAndNegotiated() throws Exception {
        serve("h2");
        try (JdkTransport transport = JdkTransport.builder()
                .tls(TlsSettings.of(trusted))
                .version(HttpVersion.HTTP_2)
                .build()) {
            assertThat(catchThrowableOfType(ProxyException.class, () -> send(transport, "localhost")))
                    .isNotNull();

            assertThat(received.get(10, TimeUnit.SECONDS)).startsWith("PRI * HTTP/2.0");
        }
    }

    @Test
    void anUntrustedOriginIsRefusedBeforeAnythingIsSent() throws Exception {
        serve("http/1.1");
        try (JdkTransport transport = JdkTransport.builder().build()) {
            ProxyException failure = catchThrowableOfType(ProxyException.class, () -> send(transport, "localhost"));

            assertThat(failure.outcome()).isEqualTo(Outcome.TLS_FAILED);
            assertThat(failure.delivery()).isEqualTo(Delivery.NOT_SENT);
        }
    }

    @Test
    void anOriginOfAnotherNameIsRefused() throws Exception {
        server.close();
        server = open(TestTls.server("other.test"));
        serve("http/1.1");
        try (JdkTransport transport = JdkTransport.builder()
                .tls(TlsSettings.of(TestTls.client("other.test")))
                .build()) {
            ProxyException failure = catchThrowableOfType(ProxyException.class, () -> send(transport, "localhost"));

            assertThat(failure.outcome()).isEqualTo(Outcome.TLS_FAILED);
            assertThat(failure.delivery()).isEqualTo(Delivery.NOT_SENT);
        }
    }

    @Test
    void anOriginWithoutTlsIsAFailureOfTls() throws Exception {
        try (JdkUpstreamFixture plain = JdkUpstreamFixture.playing(connection -> {
                    connection.write("HTTP/1.1 400 Bad Request\r\n\r\n");
                    connection.readAll();
                });
                JdkTransport transport =
                        JdkTransport.builder().tls(TlsSettings.of(trusted)).build()) {
            Upstream upstream = transport.upstream(
                    "a",
                    URI.create("https://localhost:" + plain.origin().address().getPort()));
            ProxyException failure = catchThrowableOfType(ProxyException.class, () -> upstream.send(get(upstream)));

            assertThat(failure.outcome()).isEqualTo(Outcome.TLS_FAILED);
        }
    }

    /** The client does not report that the end was not orderly: a row of docs/differences.md. */
    @Test
    void aBodyUpToTheEndIsTakenForWholeWithoutCloseNotify() throws Exception {
        ServerSocket plain = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        TimeSource.system().start("tls-origin", () -> {
            try (plain;
                    Socket raw = plain.accept()) {
                SSLSocket socket = (SSLSocket) trusted.getSocketFactory().createSocket(raw, null, false);
                socket.setUseClientMode(false);
                received.complete(String.valueOf(socket.getInputStream().read(new byte[16 * 1024])));
                socket.getOutputStream()
                        .write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello".getBytes(StandardCharsets.US_ASCII));
            } catch (IOException failure) {
                received.completeExceptionally(failure);
            }
        });
        try (JdkTransport transport =
                JdkTransport.builder().tls(TlsSettings.of(trusted)).build()) {
            Upstream upstream = transport.upstream("a", URI.create("https://localhost:" + plain.getLocalPort()));

            assertThat(JdkUpstreamFixture.text(upstream.send(get(upstream)))).isEqualTo("hello");
        }
    }

    private ProxyResponse send(JdkTransport transport, String host) throws IOException, InterruptedException {
        Upstream upstream = transport.upstream("a", URI.create("https://" + host + ':' + server.getLocalPort()));
        return upstream.send(get(upstream));
    }

    private static ProxyRequest get(Upstream upstream) {
        Authority authority = upstream.authority();
        return TestExchange.request("GET", "/").toBuilder()
                .target(RequestTarget.of("https", authority, "/"))
                .build();
    }

    /** Agrees to {@code protocol} where it is offered, takes what comes first, and answers in HTTP/1.1. */
    private void serve(String protocol) {
        TimeSource.system().start("tls-origin", () -> {
            try (SSLSocket socket = (SSLSocket) server.accept()) {
                socket.setHandshakeApplicationProtocolSelector(
                        (ssl, offered) -> offered.contains(protocol) ? protocol : "");
                byte[] buffer = new byte[16 * 1024];
                int n = socket.getInputStream().read(buffer);
                this.protocol.complete(socket.getSession().getProtocol());
                received.complete(new String(buffer, 0, Math.max(n, 0), StandardCharsets.ISO_8859_1));
                if (!protocol.equals("h2")) {
                    socket.getOutputStream().write(JdkUpstreamFixture.EMPTY_OK.getBytes(StandardCharsets.ISO_8859_1));
                }
            } catch (IOException failure) {
                received.completeExceptionally(failure);
            }
        });
    }
}
