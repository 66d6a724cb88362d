package dev.sluice.proxy.connect.dial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.connect.AddressRule;
import dev.sluice.proxy.testing.TestExchange;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.tls.TlsSettings;
import dev.sluice.proxy.wire.TestTls;
import dev.sluice.proxy.wire.Wire;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is known about a connection that has just been opened. */
class DiallerTest {
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();
    private static final Duration LONG = Duration.ofSeconds(10);

    private static DialSettings settings(TlsSettings tls) {
        return new DialSettings(host -> List.of(HERE), LONG, LONG, LONG, LONG, tls, null);
    }

    private static Dialler dialler(String scheme, int port, TlsSettings tls) {
        Destination destination = new Destination(scheme, new Authority("localhost", port));
        return new Dialler(destination, settings(tls), TimeSource.system(), () -> {});
    }

    private static SSLParameters offering(String protocols) {
        SSLParameters parameters = new SSLParameters();
        parameters.setApplicationProtocols(protocols.isEmpty() ? new String[0] : protocols.split(" "));
        return parameters;
    }

    private static void handshake(SSLServerSocket server) {
        try (SSLSocket socket = (SSLSocket) server.accept()) {
            socket.startHandshake();
            socket.getInputStream().read();
        } catch (IOException over) {
            // The test checks this at the other end.
        }
    }

    @ParameterizedTest
    @CsvSource({"h2 http/1.1, h2 http/1.1, h2", "http/1.1, h2 http/1.1, http/1.1", "h2, '', ''", "'', h2, ''"})
    void theConnectionTellsWhatItsHandshakeAgreedOn(String offered, String known, String agreed) throws Exception {
        SSLContext context = TestTls.server("localhost");
        try (SSLServerSocket server =
                (SSLServerSocket) context.getServerSocketFactory().createServerSocket(0, 1, HERE)) {
            server.setSSLParameters(offering(known));
            TimeSource.system().start("server", () -> handshake(server));
            Dialled dialled = dialler("https", server.getLocalPort(), TlsSettings.of(context, offering(offered)))
                    .dial(null, AddressRule.ANY, TestExchange.begin());

            try (Wire wire = dialled.wire()) {
                assertThat(dialled.protocol()).isEqualTo(agreed);
                assertThat(Objects.requireNonNull(wire.tls()).isValid()).isTrue();
                assertThat(dialled.address()).isEqualTo(new InetSocketAddress(HERE, server.getLocalPort()));
                assertThat(dialled.answer().addresses()).containsExactly(HERE);
            }
        }
    }

    @Test
    void aPlainConnectionHasNeitherSessionNorProtocol() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, HERE)) {
            TlsSettings unused = TlsSettings.of(SSLContext.getDefault());
            Dialled dialled =
                    dialler("http", server.getLocalPort(), unused).dial(null, AddressRule.ANY, TestExchange.begin());

            try (Wire wire = dialled.wire()) {
                assertThat(dialled.protocol()).isEmpty();
                assertThat(wire.tls()).isNull();
            }
        }
    }

    @Test
    void anAddressThatTheRuleRefusesIsNotConnectedTo() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, HERE)) {
            Dialler dialler = dialler("http", server.getLocalPort(), TlsSettings.of(SSLContext.getDefault()));

            assertThatThrownBy(() -> dialler.dial(null, AddressRule.ANY.negate(), TestExchange.begin()))
                    .isInstanceOfSatisfying(
                            ProxyException.class,
                            why -> assertThat(why.outcome()).isEqualTo(Outcome.REFUSED));
            server.setSoTimeout(1);
            assertThatThrownBy(server::accept).isInstanceOf(java.net.SocketTimeoutException.class);
        }
    }
}
