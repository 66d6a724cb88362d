package dev.sluice.proxy.transport.direct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Client;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.connect.AddressRule;
import dev.sluice.proxy.connect.ProxyProtocol;
import dev.sluice.proxy.connect.dial.Destination;
import dev.sluice.proxy.connect.pool.Connection;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.TestExchange;
import dev.sluice.proxy.time.Awaited;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.tls.TlsSettings;
import dev.sluice.proxy.wire.TestTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The steps between connecting and the first request: the PROXY protocol's header, and TLS. */
@Timeout(60)
class ConnectorGreetingTest {

    private static SSLContext trusted;

    private final ManualTime time = new ManualTime();
    private final Exchange scope = TestExchange.begin(time);

    @BeforeAll
    static void makeCertificate() throws Exception {
        trusted = TestTls.server("localhost");
    }

    private static SSLServerSocket tlsServer() throws IOException {
        return (SSLServerSocket)
                trusted.getServerSocketFactory().createServerSocket(0, 10, InetAddress.getByName("127.0.0.1"));
    }

    private static Destination https(int port) {
        return new Destination("https", new Authority("localhost", port));
    }

    private static Connector.Builder connector() {
        return Connector.builder()
                .resolver(host -> List.of(InetAddress.getByName("127.0.0.1")))
                .tls(TlsSettings.of(trusted));
    }

    /** Accepts connections one after another, does the handshake, sends a byte, and waits for one before it closes. */
    private static void serve(SSLServerSocket server) {
        try {
            while (true) {
                try (SSLSocket socket = (SSLSocket) server.accept()) {
                    socket.getOutputStream().write('!');
                    socket.getInputStream().read();
                }
            }
        } catch (IOException closed) {
            // The test has ended.
        }
    }

    private Connection acquire(Connector connector, Destination destination) throws Exception {
        return connector.pools().acquire(destination, AddressRule.ANY, scope, false);
    }

    private static void readByte(Connection connection) throws IOException {
        byte[] one = new byte[1];
        assertThat(connection.input().read(one, 0, 1)).isEqualTo(1);
    }

    @Test
    void aTlsConnectionIsUsedAgainUntilTheOriginClosesIt() throws Exception {
        try (SSLServerSocket server = tlsServer();
                Connector connector = connector().build()) {
            TimeSource.system().start("server", () -> serve(server));
            Connection first = acquire(connector, https(server.getLocalPort()));
            readByte(first);
            assertThat(first.wire().tls()).isNotNull();
            first.release();
            Connection second = acquire(connector, https(server.getLocalPort()));
            assertThat(second.wire()).isSameAs(first.wire());
            // Now the server closes it.
            second.wire().write(new byte[] {'?'}, 0, 1);
            Awaited.isTrue(() -> !second.wire().peek());
            second.release();
            Connection third = acquire(connector, https(server.getLocalPort()));

            assertThat(third.reused()).isFalse();
            assertThat(connector.statistics().closed()).isEqualTo(1);
        }
    }

    @Test
    void aFailedHandshakeIsReportedAsSuch() throws Exception {
        try (SSLServerSocket server = tlsServer();
                Connector connector =
                        connector().tls(TlsSettings.of(SSLContext.getDefault())).build()) {
            TimeSource.system().start("server", () -> serve(server));

            assertThatThrownBy(() -> acquire(connector, https(server.getLocalPort())))
                    .isInstanceOfSatisfying(ProxyException.class, failed -> {
                        assertThat(failed.outcome()).isEqualTo(Outcome.TLS_FAILED);
                        assertThat(failed.delivery()).isEqualTo(Delivery.NOT_SENT);
                        assertThat(failed).hasMessageContaining("localhost:" + server.getLocalPort() + " at 127.0.0.1");
                    });
            assertThat(connector.statistics().active()).isZero();
        }
    }

    @Test
    void aHandshakeThatHangsTimesOutOrIsCancelled() throws Exception {
        try (Origin silent = Origin.start();
                Connector connector =
                        connector().handshakeTimeout(Duration.ofSeconds(2)).build()) {
            CompletableFuture<ProxyException> late = failing(connector, https(silent.port()), scope);
            Socket first = silent.next();
            // The hello shows that the handshake has begun.
            assertThat(first.getInputStream().read()).isEqualTo(22);
            Awaited.isTrue(() -> {
                time.advance(Duration.ofMillis(100));
                return late.isDone();
            });
            assertThat(late.get().outcome()).isEqualTo(Outcome.CONNECT_TIMEOUT);
            assertThat(late.get()).hasMessageContaining("did not finish the TLS handshake within 2 s");
            assertThat(drained(first)).isTrue();

            CompletableFuture<ProxyException> cancelled = failing(connector, https(silent.port()), scope);
            Socket second = silent.next();
            assertThat(second.getInputStream().read()).isEqualTo(22);
            scope.cancel(Outcome.CLIENT_LEFT);
            assertThat(cancelled.get(10, TimeUnit.SECONDS).outcome()).isEqualTo(Outcome.CLIENT_LEFT);
            assertThat(drained(second)).isTrue();
            assertThat(connector.statistics().active()).isZero();
        }
    }

    private static CompletableFuture<ProxyException> failing(
            Connector connector, Destination destination, Exchange within) {
        CompletableFuture<ProxyException> result = new CompletableFuture<>();
        TimeSource.system().start("acquire", () -> {
            try {
                connector.pools().acquire(destination, AddressRule.ANY, within, false);
                result.completeExceptionally(new AssertionError("it did not fail"));
            } catch (ProxyException failure) {
                result.complete(failure);
            } catch (Throwable other) {
                result.completeExceptionally(other);
            }
        });
        return result;
    }

    /** Reads until the peer has closed the connection, or reset it. */
    private static boolean drained(Socket socket) throws IOException {
        socket.setSoTimeout(10_000);
        try {
            socket.getInputStream().readAllBytes();
        } catch (SocketException reset) {
            return true;
        }
        return true;
    }

    @Test
    void aConnectionWithAProxyHeaderServesOneRequest() throws Exception {
        Client client =
                new Client(new InetSocketAddress("192.0.2.7", 1234), new InetSocketAddress("192.0.2.1", 80), null);
        Exchange exchange = Exchange.builder(time).client(client).begin();
        try (Origin origin = Origin.start();
                Connector connector =
                        connector().proxyProtocol(ProxyProtocol.V1).build()) {
            Connection first = connector.pools().acquire(origin.destination(), AddressRule.ANY, exchange, false);
            String header = "PROXY TCP4 192.0.2.7 192.0.2.1 1234 80\r\n";
            assertThat(origin.next().getInputStream().readNBytes(header.length()))
                    .asString(StandardCharsets.US_ASCII)
                    .isEqualTo(header);
            first.release();
            assertThat(first.wire().closed()).isTrue();

            assertThat(acquire(connector, origin.destination()).reused()).isFalse();
        }
    }

    @Test
    void anUnresolvedClientCannotBeSentInAProxyHeader() throws Exception {
        Client client = new Client(
                InetSocketAddress.createUnresolved("client.example", 1234),
                new InetSocketAddress("192.0.2.1", 80),
                null);
        Exchange exchange = Exchange.builder(time).client(client).begin();
        try (Origin origin = Origin.start();
                Connector connector =
                        connector().proxyProtocol(ProxyProtocol.V2).build()) {
            assertThatThrownBy(() -> connector.pools().open(origin.destination(), AddressRule.ANY, exchange))
                    .isInstanceOf(ProxyException.class)
                    .hasMessageContaining("PROXY header");
            assertThat(Origin.isClosedByPeer(origin.next())).isTrue();
            assertThat(connector.statistics().unpooled()).isZero();
        }
    }
}
