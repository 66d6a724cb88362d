package dev.sluice.proxy.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.RecordingListener;
import dev.sluice.proxy.tls.ServerTls;
import dev.sluice.proxy.tls.TlsSettings;
import dev.sluice.proxy.transport.direct.Connector;
import dev.sluice.proxy.transport.direct.DirectTransport;
import dev.sluice.proxy.transport.jdk.JdkTransport;
import dev.sluice.proxy.wire.TestTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;

/** TLS on both sides of the direct transport. */
class DirectTlsTest {
    private static final String LAST = Contract.GET.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n");

    private static Proxied serving(ServerTls tls) throws IOException {
        return Proxied.of(Pairing.DIRECT_DIRECT)
                .server(server -> server.tls(tls))
                .start();
    }

    @Test
    void eachNameHasItsOwnCertificateAndUnknownNamesAreRefused() throws Exception {
        TlsSettings one = TlsSettings.of(TestTls.server("one.test"));
        TlsSettings two = TlsSettings.of(TestTls.server("two.test"));
        ServerTls byName = name -> "one.test".equals(name) ? one : "two.test".equals(name) ? two : null;
        try (Proxied proxied = serving(byName)) {
            assertThat(OverTls.exchange(proxied.server.address(), "one.test", LAST.replace("a.test", "one.test")))
                    .endsWith("ok");
            assertThat(OverTls.exchange(proxied.server.address(), "two.test", LAST.replace("a.test", "two.test")))
                    .endsWith("ok");
            assertThatThrownBy(() -> OverTls.exchange(proxied.server.address(), "three.test", LAST))
                    .isInstanceOf(SSLException.class);

            assertThat(proxied.atOrigin())
                    .extracting(message -> message.field("X-Forwarded-Proto"))
                    .containsExactly("https", "https");
        }
    }

    @Test
    void plainHttpAtATlsPortIsAnswered() throws Exception {
        try (Proxied proxied = serving(ServerTls.of(TlsSettings.of(TestTls.server("localhost"))));
                RawConnection client = proxied.connect()) {
            client.write(Contract.GET.replace("GET", "POST").replace("\r\n\r\n", "\r\nContent-Length: 900000\r\n\r\n"));
            client.write("x".repeat(900_000));

            assertThat(client.readAll())
                    .startsWith("HTTP/1.1 400 ")
                    .contains("\r\nConnection: close\r\n")
                    .contains("plain HTTP was sent to a TLS port");
            assertThat(proxied.records.awaitEnded(1).get(0).outcome()).isEqualTo(Outcome.BAD_REQUEST);
            assertThat(proxied.atOrigin()).isEmpty();
        }
    }

    @Test
    void theJdkListenerCannotChooseTlsByName() throws Exception {
        ProxyServer.Builder server = ProxyServer.builder()
                .transport(JdkTransport.shared())
                .tls(ServerTls.of(TlsSettings.of(TestTls.server("localhost"))));

        assertThatThrownBy(server::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("tls(ServerTls) needs TLS settings for each connection");
    }

    @Test
    void anOriginIsReachedOverTlsWhenItsCertificateIsTrustedAndNamesIt() throws Exception {
        assertThat(throughTo("localhost", "localhost", "localhost"))
                .startsWith("HTTP/1.1 200 ")
                .endsWith("ok");
    }

    @Test
    void anOriginWithACertificateThatIsNotTrustedIsA502() throws Exception {
        assertThat(throughTo("localhost", "localhost", "other.test")).startsWith("HTTP/1.1 502 ");
    }

    @Test
    void anOriginWithACertificateForAnotherNameIsA502() throws Exception {
        assertThat(throughTo("localhost", "other.test", "other.test")).startsWith("HTTP/1.1 502 ");
    }

    /**
     * The response that a client gets through a proxy to an origin at {@code host} with a certificate for {@code
     * named}.
     */
    private static String throughTo(String host, String named, String trusted) throws Exception {
        TlsSettings tls = TlsSettings.of(TestTls.client(trusted));
        RecordingListener records = new RecordingListener();
        try (SSLServerSocket origin = (SSLServerSocket) TestTls.server(named)
                        .getServerSocketFactory()
                        .createServerSocket(0, 10, InetAddress.getLoopbackAddress());
                DirectTransport transport = DirectTransport.builder()
                        .connector(Connector.builder().tls(tls).build())
                        .build();
                ProxyServer server = ProxyServer.builder()
                        .transport(transport)
                        .addListener(records)
                        .addRoute(Route.any()
                                .to(ReverseProxy.to(transport.upstream(
                                        "origin", URI.create("https://" + host + ":" + origin.getLocalPort())))))
                        .build()
                        .start()) {
            Thread serving = new Thread(() -> serve(origin));
            serving.start();
            try (RawConnection client = RawConnection.connect(server.address())) {
                client.write(LAST);
                String received = client.readAll();
                if (received.startsWith("HTTP/1.1 502")) {
                    assertThat(records.awaitEnded(1).get(0).failure().outcome()).isEqualTo(Outcome.TLS_FAILED);
                }
                return received;
            } finally {
                serving.join(10_000);
            }
        }
    }

    private static void serve(SSLServerSocket origin) {
        try (SSLSocket socket = (SSLSocket) origin.accept()) {
            socket.setSoTimeout(10_000);
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int next = socket.getInputStream().read();
                if (next < 0) {
                    return;
                }
                head.append((char) next);
            }
            String last = Proxied.OK.replace("200 OK\r\n", "200 OK\r\nConnection: close\r\n");
            socket.getOutputStream().write(last.getBytes(StandardCharsets.ISO_8859_1));
        } catch (IOException refused) {
            // The handshake fails in some cases, on purpose.
        }
    }
}
