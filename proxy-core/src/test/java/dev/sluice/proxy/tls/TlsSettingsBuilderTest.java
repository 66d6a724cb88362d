package dev.sluice.proxy.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.testing.TestAuthority;
import dev.sluice.proxy.tls.TlsSettings.ClientCertificate;
import java.time.Instant;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;

class TlsSettingsBuilderTest {
    private static final TestAuthority AUTHORITY = TestAuthority.create();

    private static SSLParameters parameters(TlsSettings settings) {
        SSLParameters parameters = settings.parameters();
        assertThat(parameters).isNotNull();
        return parameters;
    }

    @Test
    void theDefaultsAreModern() {
        SSLParameters parameters = parameters(TlsSettings.builder().build());
        assertThat(parameters.getProtocols()).containsExactly("TLSv1.3", "TLSv1.2");
        assertThat(parameters.getCipherSuites())
                .allMatch(suite -> suite.contains("_GCM_") || suite.contains("_CHACHA20_"))
                .allMatch(suite -> suite.startsWith("TLS_ECDHE_") || !suite.contains("_WITH_"));
        assertThat(parameters.getUseCipherSuitesOrder()).isTrue();
        assertThat(parameters.getNeedClientAuth()).isFalse();
        assertThat(parameters.getWantClientAuth()).isFalse();
        assertThat(parameters.getEndpointIdentificationAlgorithm()).isNull();
        assertThat(parameters.getApplicationProtocols()).isEmpty();
    }

    @Test
    void eachOptionIsKeptInACopy() {
        TlsSettings settings = TlsSettings.builder()
                .addCertificate(AUTHORITY.certificate("a.test"))
                .trust(AUTHORITY.trust())
                .clientCertificate(ClientCertificate.WANTED)
                .protocols("TLSv1.2")
                .cipherSuites("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256")
                .applicationProtocols("http/1.1")
                .checkName(false)
                .serverName("b.test")
                .serverNameFromHost(true)
                .build();
        for (TlsSettings same :
                new TlsSettings[] {settings, settings.toBuilder().build()}) {
            SSLParameters parameters = parameters(same);
            assertThat(parameters.getProtocols()).containsExactly("TLSv1.2");
            assertThat(parameters.getCipherSuites()).containsExactly("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256");
            assertThat(parameters.getApplicationProtocols()).containsExactly("http/1.1");
            assertThat(parameters.getWantClientAuth()).isTrue();
            assertThat(parameters.getEndpointIdentificationAlgorithm()).isEmpty();
            assertThat(same.serverName()).contains("b.test");
            assertThat(same.serverNameFromHost()).isTrue();
            assertThat(same).asString().contains("CN=a.test", "trust TlsTrust[CN=Test Authority]");
        }
    }

    @Test
    void theFirstCertificateToExpireCounts() {
        Instant soon = Instant.parse("2090-01-01T00:00:00Z");
        TlsSettings settings = TlsSettings.builder()
                .addCertificate(
                        AUTHORITY.issue("a.test").until(soon.plusSeconds(9)).build())
                .addCertificate(AUTHORITY.issue("a.test").until(soon).build())
                .build();
        assertThat(settings.expiresAt()).contains(soon);
        assertThat(TlsSettings.builder().build().expiresAt()).isEmpty();
    }

    @Test
    void whatCannotBeIsRefused() throws Exception {
        assertThatThrownBy(() -> TlsSettings.builder().protocols("TLSv9").build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"TLSv9\"");
        assertThatThrownBy(() -> TlsSettings.builder().cipherSuites("TLS_FOO").build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"TLS_FOO\"");
        assertThatThrownBy(() -> TlsSettings.builder().protocols()).hasMessage("protocols needs at least one value");
        assertThatThrownBy(() -> TlsSettings.builder()
                        .protocols("TLSv1.3")
                        .cipherSuites("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256")
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("[TLSv1.3]")
                .hasMessageContaining("allow no handshake");
        assertThatThrownBy(() -> TlsSettings.builder()
                        .clientCertificate(ClientCertificate.REQUIRED)
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "clientCertificate REQUIRED needs trust in authorities of your own: anybody can have a certificate"
                                + " of those that the JVM trusts");
        TlsSettings foreign = TlsSettings.of(SSLContext.getDefault());
        assertThatThrownBy(foreign::toBuilder).isInstanceOf(IllegalStateException.class);
        assertThat(foreign.expiresAt()).isEmpty();
    }
}
