package dev.sluice.proxy.wire;

import static dev.sluice.proxy.wire.WireFixture.read;
import static dev.sluice.proxy.wire.WireFixture.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.tls.ServerTls;
import dev.sluice.proxy.tls.TlsSettings;
import dev.sluice.proxy.wire.WireFixture.Task;
import dev.sluice.proxy.wire.WireFixture.TlsPair;
import java.io.EOFException;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class TlsHandshakeTest extends BetweenWires {
    private static final long NEVER = Long.MAX_VALUE;

    private static TlsSettings trusting(String... names) throws Exception {
        return TlsSettings.of(TestTls.client(names));
    }

    private static ServerTls serving(String name) throws Exception {
        return ServerTls.of(TlsSettings.of(TestTls.server(name)));
    }

    private static String certificateOf(TlsWire wire) throws Exception {
        X509Certificate certificate = (X509Certificate) wire.tls().getPeerCertificates()[0];
        Collection<List<?>> names = certificate.getSubjectAlternativeNames();
        return (String) names.iterator().next().get(1);
    }

    @Test
    void afterTheHandshakeBothEndsHaveASession() throws Exception {
        TlsPair tls = ends.tls(trusting("a.test"), serving("a.test"), "a.test");

        write(tls.near(), "ping");
        assertThat(read(tls.far(), 4)).isEqualTo("ping");
        write(tls.far(), "pong");
        assertThat(read(tls.near(), 4)).isEqualTo("pong");
        assertThat(tls.near().tls().getProtocol()).isEqualTo("TLSv1.3");
        assertThat(tls.far().tls().getProtocol()).isEqualTo("TLSv1.3");
        assertThat(tls.near().remote()).isEqualTo(ends.near.remote());
        assertThat(tls.near().local()).isEqualTo(ends.near.local());
        assertThat(tls.near().applicationProtocol()).isEmpty();
    }

    @Test
    void theCertificateIsChosenByNameAndMayChangeWhileRunning() throws Exception {
        AtomicReference<ServerTls> now = new AtomicReference<>(serving("a.test"));
        ServerTls server = name -> now.get().settings(name);
        assertThat(certificateOf(ends.tls(trusting("a.test"), server, "a.test").near()))
                .isEqualTo("a.test");

        ServerTls two = byName(serving("a.test"), serving("b.test"));
        now.set(two);
        for (String name : List.of("b.test", "a.test")) {
            ends.close();
            ends = new WireFixture();
            TlsPair tls = ends.tls(trusting("a.test", "b.test"), server, name);
            assertThat(certificateOf(tls.near())).isEqualTo(name);
        }
    }

    private static ServerTls byName(ServerTls a, ServerTls b) {
        return name -> "b.test".equals(name) ? b.settings(name) : a.settings(name);
    }

    @ParameterizedTest
    @CsvSource({
        "a.test,        a.test",
        "A.Test.,       a.test",
        "my_service.ns, none",
        "localhost,     localhost",
        "127.0.0.1,     none",
        "::1,           none"
    })
    void theServerIsToldTheNameButNoAddress(String host, String told) throws Exception {
        BlockingQueue<String> asked = new LinkedBlockingQueue<>();
        SSLParameters anyName = new SSLParameters();
        anyName.setEndpointIdentificationAlgorithm("");
        ServerTls server = serving("localhost");
        ends.tls(
                TlsSettings.of(TestTls.client("localhost"), anyName),
                name -> {
                    asked.add(name == null ? "none" : name);
                    return server.settings(name);
                },
                host);

        assertThat(asked.poll(1, TimeUnit.SECONDS)).isEqualTo(told);
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "localhost.", "127.0.0.1", "::1"})
    void aCertificateForTheNameOrAddressIsTrusted(String host) throws Exception {
        TlsPair tls = ends.tls(trusting("localhost"), serving("localhost"), host);

        write(tls.near(), "x");
        assertThat(read(tls.far(), 1)).isEqualTo("x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"b.test", "127.0.0.1"})
    void aCertificateForAnotherNameIsRefused(String host) throws Exception {
        Task<TlsWire> server = ends.start(() -> TlsWire.accept(ends.far, serving("a.test"), List.of(), NEVER));

        assertThatThrownBy(() -> TlsWire.connect(ends.near, trusting("a.test"), host, 443, List.of(), NEVER))
                .isInstanceOf(SSLHandshakeException.class);
        assertThat(ends.near.closed()).isTrue();
        assertThat(server.failure()).isInstanceOf(IOException.class);
        assertThat(ends.far.closed()).isTrue();
    }

    @Test
    void anUntrustedCertificateIsRefused() throws Exception {
        ends.start(() -> TlsWire.accept(ends.far, serving("a.test"), List.of(), NEVER));

        assertThatThrownBy(() -> TlsWire.connect(ends.near, trusting("b.test"), "a.test", 443, List.of(), NEVER))
                .isInstanceOf(SSLHandshakeException.class);
    }

    @Test
    void parametersAreApplied() throws Exception {
        SSLParameters parameters = new SSLParameters();
        parameters.setProtocols(new String[] {"TLSv1.2"});
        parameters.setApplicationProtocols(new String[] {"http/1.1"});
        TlsPair tls = ends.tls(
                TlsSettings.of(TestTls.client("a.test"), parameters),
                ServerTls.of(TlsSettings.of(TestTls.server("a.test"), parameters)),
                "a.test");

        assertThat(tls.far().tls().getProtocol()).isEqualTo("TLSv1.2");
        assertThat(tls.near().applicationProtocol()).isEqualTo("http/1.1");
        assertThat(tls.far().applicationProtocol()).isEqualTo("http/1.1");
    }

    @Test
    void aClientWithoutCertificateIsRefusedWhereOneIsNeeded() throws Exception {
        SSLParameters parameters = new SSLParameters();
        parameters.setNeedClientAuth(true);
        ServerTls server = ServerTls.of(TlsSettings.of(TestTls.server("a.test"), parameters));
        Task<TlsWire> refusing = ends.start(() -> TlsWire.accept(ends.far, server, List.of(), NEVER));
        assertThatThrownBy(() -> {
                    TlsWire client = TlsWire.connect(ends.near, trusting("a.test"), "a.test", 443, List.of(), NEVER);
                    read(client, 1);
                })
                .isInstanceOf(SSLException.class);
        assertThat(refusing.failure()).isInstanceOf(SSLHandshakeException.class);

        ends.close();
        ends = new WireFixture();
        SSLContext own = TestTls.server("a.test");
        TlsPair tls = ends.tls(TlsSettings.of(own), server, "a.test");
        assertThat(certificateOf(tls.far())).isEqualTo("a.test");
    }

    @Test
    void aNameWithoutSettingsIsRefusedWithAnAlert() throws Exception {
        Task<TlsWire> server = ends.start(() -> TlsWire.accept(ends.far, name -> null, List.of(), NEVER));

        assertThatThrownBy(() -> TlsWire.connect(ends.near, trusting("a.test"), "a.test", 443, List.of(), NEVER))
                .isInstanceOf(SSLException.class)
                .hasMessageContaining("unrecognized_name");
        assertThat(server.failure()).isInstanceOf(SSLHandshakeException.class).hasMessageContaining("a.test");
        assertThat(ends.far.closed()).isTrue();
    }

    @Test
    void bytesThatLookLikeHttpAreLeftForAnAnswer() throws Exception {
        Task<TlsWire> server = ends.start(() -> TlsWire.accept(ends.far, serving("a.test"), List.of(), NEVER));

        write(ends.near, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");

        assertThat(server.failure()).isInstanceOf(NoTlsException.class);
        write(ends.far, "400");
        assertThat(read(ends.near, 3)).isEqualTo("400");
    }

    @Test
    void aClientThatLeavesInItsHelloIsAFailure() throws Exception {
        Task<TlsWire> server = ends.start(() -> TlsWire.accept(ends.far, serving("a.test"), List.of(), NEVER));

        write(ends.near, "\26\3\1\2\0\1\0");
        ends.near.close();

        assertThat(server.failure()).isInstanceOf(EOFException.class);
    }

    @Test
    void aServerThatLeavesIsAFailure() throws Exception {
        Task<TlsWire> client =
                ends.start(() -> TlsWire.connect(ends.near, trusting("a.test"), "a.test", 443, List.of(), NEVER));
        read(ends.far, 10);
        ends.far.shutdownOutput();

        assertThat(client.failure()).isInstanceOf(IOException.class).hasMessageContaining("close_notify");
        assertThat(ends.near.closed()).isTrue();
    }

    @Test
    void aClientHelloWithoutEndIsRefused() throws Exception {
        Task<TlsWire> server = ends.start(() -> TlsWire.accept(ends.far, serving("a.test"), List.of(), NEVER));

        // It is refused before it is read to its end, so the write may fail.
        ends.start(() -> {
            write(ends.near, "\26\3\1\100\0\1\1\0\0" + "x".repeat(16_380) + "\26\3\1\100\0");
            return null;
        });

        assertThat(server.failure()).isInstanceOf(SSLHandshakeException.class).hasMessageContaining("16384");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\26\3\1", "\26\3\1\2\0\1\0\1\374\3\3"})
    void aSilentClientIsGivenUpAtTheDeadline(String sent) throws Exception {
        write(ends.near, sent);
        Task<TlsWire> server = ends.start(() -> TlsWire.accept(
                        ends.far,
                        serving("a.test"),
                        List.of(),
                        Duration.ofSeconds(5).toNanos()))
                .awaitBlocked();

        ends.time.advance(Duration.ofMillis(5_100));

        assertThat(server.failure()).isInstanceOf(WireTimeoutException.class).hasMessageContaining("handshake");
        assertThat(ends.far.closed()).isTrue();
    }

    @Test
    void aSilentServerIsGivenUpAtTheDeadline() throws Exception {
        TlsSettings settings = trusting("a.test");
        Task<TlsWire> client = ends.start(() -> TlsWire.connect(
                        ends.near,
                        settings,
                        "a.test",
                        443,
                        List.of(),
                        Duration.ofSeconds(5).toNanos()))
                .awaitBlocked();

        ends.time.advance(Duration.ofMillis(5_100));

        assertThat(client.failure()).isInstanceOf(WireTimeoutException.class);
        assertThat(ends.near.closed()).isTrue();
    }

    @Test
    void theDeadlineEndsWithTheHandshake() throws Exception {
        long soon = Duration.ofSeconds(5).toNanos();
        TlsSettings settings = trusting("a.test");
        Task<TlsWire> server = ends.start(() -> TlsWire.accept(ends.far, serving("a.test"), List.of(), soon));
        TlsWire client = TlsWire.connect(ends.near, settings, "a.test", 443, List.of(), soon);
        Task<String> reader = ends.start(() -> read(client, 1)).awaitBlocked();

        ends.time.advance(Duration.ofSeconds(60));
        write(server.get(), "x");

        assertThat(reader.get()).isEqualTo("x");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFaultOfTheSettingsClosesTheConnection(boolean error) throws Exception {
        Task<TlsWire> server = ends.start(() -> TlsWire.accept(
                ends.far,
                name -> {
                    if (error) {
                        throw new AssertionError("no keys");
                    }
                    throw new IllegalStateException("no keys");
                },
                List.of(),
                NEVER));
        Task<TlsWire> client =
                ends.start(() -> TlsWire.connect(ends.near, trusting("a.test"), "a.test", 443, List.of(), NEVER));

        assertThat(server.failure()).isInstanceOf(SSLException.class).hasMessageContaining("no keys");
        assertThat(client.failure()).hasMessageContaining("internal_error");
        assertThat(ends.far.closed()).isTrue();
    }
}
