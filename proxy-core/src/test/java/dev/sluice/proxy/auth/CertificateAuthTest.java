package dev.sluice.proxy.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Principal;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.TestAuthority;
import dev.sluice.proxy.tls.TlsCertificate;
import dev.sluice.proxy.tls.TlsSettings;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.Map;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CertificateAuthTest {
    private static final TestAuthority AUTHORITY = TestAuthority.create();
    private static final TlsCertificate ANN = AUTHORITY.certificate("ann", "ann.example");
    private static final TlsCertificate BOB = AUTHORITY.certificate("bob");

    /** Status and body of the answer to a client with this certificate, or with none. */
    private static String answer(CertificateAuth auth, @Nullable TlsCertificate shown) throws Exception {
        TlsSettings.Builder client = TlsSettings.builder().trust(AUTHORITY.trust());
        TlsSettings own = (shown == null ? client : client.addCertificate(shown)).build();
        TlsSettings tls = AUTHORITY.server("localhost").toBuilder()
                .trust(AUTHORITY.trust())
                .clientCertificate(TlsSettings.ClientCertificate.WANTED)
                .build();
        try (ProxyServer server = ProxyServer.builder()
                        .tls(tls)
                        .addFilter(Authentication.require(auth))
                        .addRoute(
                                "/**",
                                request -> ProxyResponse.of(
                                        200,
                                        String.valueOf(
                                                request.exchange().record().principal())))
                        .build()
                        .start();
                SSLSocket socket = (SSLSocket) own.context()
                        .getSocketFactory()
                        .createSocket(
                                server.address().getAddress(), server.address().getPort())) {
            socket.getOutputStream()
                    .write("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            return all.substring(9, 13) + all.substring(all.indexOf("\r\n\r\n") + 4);
        }
    }

    private static X509Certificate of(TlsCertificate certificate) {
        return certificate.chain().get(0);
    }

    @Test
    void theSubjectNamesThePrincipal() throws Exception {
        assertThat(answer(CertificateAuth.bySubject(), ANN)).isEqualTo("200 CN=ann");
        assertThat(answer(CertificateAuth.bySubject(), null)).startsWith("403 ");
    }

    @Test
    void onlyTheCertificatesThatAreNamedMayEnter() throws Exception {
        CertificateAuth auth = CertificateAuth.byFingerprint(Map.of(CertificateAuth.fingerprint(of(ANN)), "ann"));

        assertThat(answer(auth, ANN)).isEqualTo("200 ann");
        assertThat(answer(auth, BOB)).startsWith("403 ").contains("not one of those");
        assertThat(answer(auth, null)).startsWith("403 ");
    }

    @Test
    void anyFunctionMayNameThePrincipal() throws Exception {
        CertificateAuth auth = CertificateAuth.by(certificate ->
                CertificateAuth.alternativeNames(certificate).contains("ann.example") ? Principal.of("a") : null);

        assertThat(answer(auth, ANN)).isEqualTo("200 a");
        assertThat(answer(auth, BOB)).startsWith("403 ");
        assertThat(CertificateAuth.alternativeNames(of(ANN))).containsExactly("ann", "ann.example");
    }

    @Test
    void aConnectionWithoutTlsHasNoCertificate() throws Exception {
        assertThat(Entering.by(CertificateAuth.bySubject()).status()).isEqualTo(403);
        assertThat(Entering.by(Authenticator.anyOf(
                                CertificateAuth.bySubject(), BasicAuth.of("x", Credentials.of("a", "b"))))
                        .status())
                .isEqualTo(401);
    }

    @Test
    void whatIsNoFingerprintIsRefused() {
        assertThatThrownBy(() -> CertificateAuth.byFingerprint(Map.of("AB:CD", "ann")))
                .hasMessage("byFingerprint must be 64 hexadecimal digits, the SHA-256: \"AB:CD\" of user ann");
        assertThatThrownBy(() -> CertificateAuth.byFingerprint(Map.of()))
                .hasMessage("byFingerprint must have at least one user");
    }
}
