package dev.sluice.balancer.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.RefusingPort;
import dev.sluice.proxy.testing.TestExchange;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.tls.TlsSettings;
import dev.sluice.proxy.transport.direct.Connector;
import dev.sluice.proxy.wire.TestTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ConnectProbeTest {
    private final Exchange scope = TestExchange.begin();

    @Test
    void aPortThatAcceptsPasses() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            assertThat(ask(HealthCheck.tcp(), at(server.getLocalPort()))).isEqualTo("connected");
        }
    }

    @Test
    void aClosedPortFails() {
        try (RefusingPort port = new RefusingPort()) {
            assertThatThrownBy(() -> ask(HealthCheck.tcp(), at(port.number()))).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aSeparatePortIsProbedInsteadOfTheTrafficsPort() throws Exception {
        try (RefusingPort traffic = new RefusingPort();
                ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            assertThat(ask(HealthCheck.tcp().port(server.getLocalPort()), at(traffic.number())))
                    .isEqualTo("connected");
        }
    }

    @Test
    void aProbeIsBrokenOffAtItsTimeout() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            scope.cancel(Outcome.TOTAL_TIMEOUT);
            assertThatThrownBy(() -> ask(HealthCheck.tcp(), at(server.getLocalPort())))
                    .isInstanceOf(IOException.class)
                    .hasMessage("not connected in time");
        }
    }

    @Test
    void aHandshakeWithATrustedCertificateForTheNamePasses() throws Exception {
        try (SSLServerSocket server = tlsServer("localhost")) {
            assertThat(ask(tls("localhost"), at(server.getLocalPort()))).isEqualTo("handshake completed");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"other.test", "localhost"})
    void aCertificateOfAnotherNameOrWithoutTrustFails(String trusted) throws Exception {
        try (SSLServerSocket server = tlsServer("other.test")) {
            assertThatThrownBy(() -> ask(tls(trusted), at(server.getLocalPort())))
                    .isInstanceOfSatisfying(
                            ProxyException.class,
                            why -> assertThat(why.outcome()).isEqualTo(Outcome.TLS_FAILED))
                    .hasMessageContaining("failed the TLS handshake");
        }
    }

    @Test
    void aServerWithoutTlsPassesOnlyTheTcpCheck() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            TimeSource.system().start("server", () -> {
                try {
                    for (int i = 0; i < 2; i++) {
                        server.accept().close();
                    }
                } catch (IOException closed) {
                    // The test is over.
                }
            });
            assertThat(ask(HealthCheck.tcp(), at(server.getLocalPort()))).isEqualTo("connected");
            assertThatThrownBy(() -> ask(tls("localhost"), at(server.getLocalPort())))
                    .isInstanceOf(ProxyException.class);
        }
    }

    @Test
    void anUpstreamWithoutHostAndPortIsRefused() {
        Upstream function = Upstream.of("f", request -> ProxyResponse.of(200));
        assertThatThrownBy(() -> HealthCheck.tcp().build().requireFor(function))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a TCP health check needs an upstream with host and port: \"f\"");
        assertThatThrownBy(() -> HealthCheck.tls().build().requireFor(function))
                .hasMessage("a TLS health check needs an upstream with host and port: \"f\"");
        assertThatThrownBy(() -> HealthCheck.http("/").port(1).build().requireFor(function))
                .hasMessage("an HTTP health check at another port needs an upstream with host and port: \"f\"");
        HealthCheck.http("/").build().requireFor(function);
    }

    @Test
    void aCheckDescribesItself() {
        assertThat(HealthCheck.tcp().build()).hasToString("TCP connect every 5 s");
        assertThat(HealthCheck.tls().port(8443).build()).hasToString("TLS handshake at port 8443 every 5 s");
    }

    private String ask(HealthCheck.TcpBuilder check, Upstream upstream) throws Exception {
        return check.build().ask(upstream, scope);
    }

    private static HealthCheck.TcpBuilder tls(String trusted) throws Exception {
        return HealthCheck.tls()
                .connector(Connector.builder()
                        .resolver(host -> List.of(InetAddress.getByName("127.0.0.1")))
                        .tls(TlsSettings.of(TestTls.client(trusted)))
                        .build());
    }

    private static SSLServerSocket tlsServer(String name) throws Exception {
        SSLServerSocket server = (SSLServerSocket) TestTls.server(name)
                .getServerSocketFactory()
                .createServerSocket(0, 5, InetAddress.getByName("127.0.0.1"));
        TimeSource.system().start("server", () -> {
            try (SSLSocket socket = (SSLSocket) server.accept()) {
                socket.startHandshake();
                socket.getInputStream().read();
            } catch (IOException refusedByTheProbe) {
                // The probe shows it.
            }
        });
        return server;
    }

    private static Upstream at(int port) {
        return FakeUpstream.named("a").at("localhost:" + port);
    }
}
