package dev.sluice.proxy.transport.direct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.connect.ConnectionLimits;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.TestAuthority;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.tls.OriginTls;
import dev.sluice.proxy.tls.ServerTls;
import dev.sluice.proxy.tls.TlsCertificate;
import dev.sluice.proxy.tls.TlsFiles;
import dev.sluice.proxy.tls.TlsSettings;
import dev.sluice.proxy.transport.direct.DirectTransport.OriginOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** TLS settings of one upstream, and the name of its server. */
@Timeout(60)
class OriginTlsTest {
    private static final TestAuthority AUTHORITY = TestAuthority.create();

    /** The names that settings were asked for: by connections, and by requests for another host. */
    private final List<String> asked = new CopyOnWriteArrayList<>();

    private final DirectTransport direct = DirectTransport.builder().build();
    private ProxyServer origin;

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        direct.close();
        if (origin != null) {
            origin.close();
        }
    }

    /** An origin whose certificate has these names; it answers with the subject of its client's certificate. */
    private URI serving(String... names) {
        TlsSettings settings = AUTHORITY.server(names).toBuilder()
                .trust(AUTHORITY.trust())
                .clientCertificate(TlsSettings.ClientCertificate.WANTED)
                .build();
        ServerTls noting = name -> {
            asked.add(String.valueOf(name));
            return settings;
        };
        origin = ProxyServer.builder()
                .tls(noting)
                .addRoute("/**", request -> ProxyResponse.of(200, whoAsks(request)))
                .build()
                .start();
        return URI.create("https://127.0.0.1:" + origin.address().getPort());
    }

    private static String whoAsks(ProxyRequest request) {
        X509Certificate shown = request.exchange().client().certificate();
        return shown == null ? "nobody" : shown.getSubjectX500Principal().getName();
    }

    private static TlsSettings.Builder trusting() {
        return TlsSettings.builder().trust(AUTHORITY.trust());
    }

    private static TlsSettings showing(String subject) {
        return trusting().addCertificate(AUTHORITY.certificate(subject)).build();
    }

    private Upstream upstream(URI uri, OriginTls tls) {
        return direct.upstream("o", uri, tls);
    }

    private static String get(Upstream upstream) throws Exception {
        return TestClient.of(ReverseProxy.to(upstream)).get("/").text();
    }

    /** With a Host that is preserved. */
    private static String get(Upstream upstream, String host) throws Exception {
        ReverseProxy proxy = ReverseProxy.builder(upstream).preserveHost(true).build();
        return TestClient.of(proxy)
                .send("GET", "/", Headers.of("Host", host), new byte[0])
                .text();
    }

    private static Outcome failure(Upstream upstream) throws Exception {
        try {
            throw new AssertionError(get(upstream));
        } catch (ProxyException why) {
            return why.outcome();
        }
    }

    @Test
    void aFixedNameIsAskedForAndOnlyItIsChecked() throws Exception {
        URI uri = serving("shop.internal");
        assertThat(get(upstream(uri, trusting().serverName("Shop.Internal.").build())))
                .isEqualTo("nobody");
        assertThat(asked).first().isEqualTo("shop.internal");
        // Neither the address in the URL nor another name.
        assertThat(failure(upstream(uri, trusting().build()))).isEqualTo(Outcome.TLS_FAILED);
        assertThat(failure(upstream(uri, trusting().serverName("other.test").build())))
                .isEqualTo(Outcome.TLS_FAILED);
    }

    @Test
    void aCertificateForTheAddressAloneIsNotForTheName() throws Exception {
        URI uri = serving("127.0.0.1");
        Upstream named = upstream(uri, trusting().serverName("shop.internal").build());
        assertThatThrownBy(() -> get(named))
                .isInstanceOf(ProxyException.class)
                .hasMessageContaining("failed the TLS handshake for the name shop.internal");
    }

    @Test
    void connectionsAreNotSharedBetweenSettings() throws Exception {
        URI uri = serving("127.0.0.1");
        TlsSettings ann = showing("ann");
        Upstream first = upstream(uri, ann);
        Upstream second = upstream(uri, showing("bob"));
        Upstream same =
                direct.upstream("same", uri, OriginOptions.builder().tls(ann).build());

        assertThat(List.of(get(first), get(second), get(first), get(second), get(same)))
                .containsExactly("CN=ann", "CN=bob", "CN=ann", "CN=bob", "CN=ann");
        assertThat(direct.connections().opened()).isEqualTo(2);
    }

    @Test
    void aPreservedHostIsTheNameAndAConnectionServesOnlyItsName() throws Exception {
        URI uri = serving("a.test", "b.test", "shop.internal");
        Upstream followed = upstream(
                uri,
                trusting().serverName("shop.internal").serverNameFromHost(true).build());

        for (String host : List.of("a.test", "B.test:8443", "a.test.", "b.test", "shop.internal")) {
            assertThat(get(followed, host)).isEqualTo("nobody");
        }
        assertThat(get(followed)).isEqualTo("nobody");
        assertThat(asked).contains("a.test", "b.test", "shop.internal");
        assertThat(direct.connections().opened()).isEqualTo(3);
    }

    @Test
    void aHostThatIsNotPreservedIsNoName() throws Exception {
        URI uri = serving("127.0.0.1");
        Upstream followed = upstream(uri, trusting().serverNameFromHost(true).build());

        assertThat(get(followed)).isEqualTo("nobody");
        assertThat(asked).containsOnly("null");
    }

    @Test
    void aNameWithoutACertificateIsRefusedAndDoesNotBlameTheServer() throws Exception {
        URI uri = serving("a.test");
        Upstream followed = upstream(uri, trusting().serverNameFromHost(true).build());

        assertThatThrownBy(() -> get(followed, "evil.test"))
                .isInstanceOfSatisfying(ProxyException.class, why -> {
                    assertThat(why.status()).isEqualTo(421);
                    assertThat(why.outcome().blamesUpstream()).isFalse();
                    assertThat(why.publicDetail()).isEqualTo("the host of the request is not served here");
                })
                .hasMessageContaining("failed the TLS handshake for the name evil.test");
        // Without a name from the client it is the server's fault.
        assertThat(failure(followed)).isEqualTo(Outcome.TLS_FAILED);
        assertThat(get(followed, "a.test")).isEqualTo("nobody");
    }

    @Test
    void allNamesOfAServerShareItsLimits() throws Exception {
        URI uri = serving("*.test");
        DirectTransport small = DirectTransport.builder()
                .connector(Connector.builder()
                        .limits(ConnectionLimits.builder().active(2).build())
                        .build())
                .build();
        try (small) {
            Upstream followed =
                    small.upstream("o", uri, trusting().serverNameFromHost(true).build());
            for (String name : List.of("a", "b", "c", "d", "d", "c")) {
                get(followed, name + ".test");
            }
            assertThat(small.connections().idle()).isEqualTo(2);
            assertThat(small.connections().opened()).isEqualTo(4);
            assertThat(small.connections().reused()).isEqualTo(2);
        }
    }

    private void write(String subject) throws IOException {
        TlsCertificate certificate = AUTHORITY.certificate(subject);
        Files.writeString(folder.resolve("chain.pem"), TestAuthority.chainPem(certificate));
        Files.writeString(folder.resolve("key.pem"), TestAuthority.keyPem(certificate));
    }

    @Test
    void aRenewedCertificateIsShownOnNewConnections() throws Exception {
        write("old");
        try (TlsFiles files = TlsFiles.builder()
                .addPem(folder.resolve("chain.pem"), folder.resolve("key.pem"))
                .options(trusting())
                .build()) {
            Upstream upstream = upstream(serving("127.0.0.1"), files);
            assertThat(get(upstream)).isEqualTo("CN=old");
            write("new");
            assertThat(files.reload()).isTrue();
            // An open connection goes on.
            assertThat(get(upstream)).isEqualTo("CN=old");
            upstream.close();
            assertThat(get(upstream)).isEqualTo("CN=new");
        }
    }

    @Test
    void theAuthoritiesThatAreTrustedMayChange() throws Exception {
        Path trust = Files.writeString(
                folder.resolve("ca.pem"), TestAuthority.create().pem());
        try (TlsFiles files = TlsFiles.builder().trust(trust).build()) {
            Upstream upstream = upstream(serving("127.0.0.1"), files);
            assertThat(failure(upstream)).isEqualTo(Outcome.TLS_FAILED);
            Files.writeString(trust, AUTHORITY.pem());
            files.reload();
            assertThat(get(upstream)).isEqualTo("nobody");
        }
    }

    @Test
    void filesCanBeTheSettingsOfAWholeConnector() throws Exception {
        write("all");
        try (TlsFiles files = TlsFiles.builder()
                        .addPem(folder.resolve("chain.pem"), folder.resolve("key.pem"))
                        .options(trusting())
                        .build();
                DirectTransport whole = DirectTransport.builder()
                        .connector(Connector.builder().tls(files).build())
                        .build()) {
            assertThat(get(whole.upstream("o", serving("127.0.0.1")))).isEqualTo("CN=all");
        }
    }

    @Test
    void settingsWithoutTlsAndTheNameOfOneServerForAllAreRefused() {
        TlsSettings named = trusting().serverName("a.test").build();
        URI plain = URI.create("http://a.test");
        assertThatThrownBy(() -> upstream(plain, named))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("upstream has TLS settings, but its URI is not https://…: http://a.test");
        Connector.Builder connector = Connector.builder();
        assertThatThrownBy(() -> connector.tls(named))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("serverName a.test");
        assertThatThrownBy(
                        () -> connector.tls(trusting().serverNameFromHost(true).build()))
                .hasMessageContaining("serverName from the Host");
        TlsSettings.Builder settings = TlsSettings.builder();
        assertThatThrownBy(() -> settings.serverName("10.0.0.1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "serverName must be the name of a host, such as shop.example, and no address: \"10.0.0.1\"");
        assertThatThrownBy(() -> settings.serverName("*.a.test")).isInstanceOf(IllegalArgumentException.class);
    }
}
