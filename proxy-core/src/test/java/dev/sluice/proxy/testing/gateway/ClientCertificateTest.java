package dev.sluice.proxy.testing.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.testing.TestAuthority;
import dev.sluice.proxy.tls.TlsSettings;
import dev.sluice.proxy.tls.TlsSettings.ClientCertificate;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Certificates of clients. */
@Timeout(60)
class ClientCertificateTest {
    private static FakeGateway asking(ClientCertificate wanted) {
        FakeGateway gateway = FakeGateway.builder().clientCertificate(wanted).start();
        gateway.on("GET /").answers("hello");
        return gateway;
    }

    /** A client that trusts the gateway, with a certificate of this authority, or without. */
    private static SSLContext client(FakeGateway gateway, @Nullable TestAuthority authority) {
        TlsSettings.Builder settings = gateway.authority().client().toBuilder();
        if (authority != null) {
            settings.addCertificate(authority.certificate("anna"));
        }
        return settings.build().context();
    }

    private static String get(FakeGateway gateway, SSLContext client, String version) throws Exception {
        try (SSLSocket socket = (SSLSocket) client.getSocketFactory()
                .createSocket(gateway.address().getAddress(), gateway.address().getPort())) {
            socket.setEnabledProtocols(new String[] {version});
            OutputStream out = socket.getOutputStream();
            InputStream in = socket.getInputStream();
            out.write("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aClientWithoutOneFailsInTheHandshakeAndIsToldWhy(String version) throws Exception {
        try (FakeGateway gateway = asking(ClientCertificate.REQUIRED)) {
            for (int i = 0; i < 10; i++) {
                assertThatThrownBy(() -> get(gateway, client(gateway, null), version))
                        .isInstanceOf(SSLException.class)
                        .hasMessageContaining("fatal alert");
            }
            assertThat(gateway.received()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = ClientCertificate.class,
            names = {"WANTED", "REQUIRED"})
    void oneOfAnotherAuthorityFailsToo(ClientCertificate wanted) throws Exception {
        try (FakeGateway gateway = asking(wanted)) {
            // All have the same name, without which a client would not show it.
            SSLContext stranger = client(gateway, TestAuthority.create());
            assertThatThrownBy(() -> get(gateway, stranger, "TLSv1.2")).isInstanceOf(SSLException.class);
            assertThat(gateway.received()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = ClientCertificate.class,
            names = {"WANTED", "REQUIRED"})
    void whatTheClientHasShownIsReceived(ClientCertificate wanted) throws Exception {
        try (FakeGateway gateway = asking(wanted)) {
            for (String version : new String[] {"TLSv1.2", "TLSv1.3"}) {
                assertThat(get(gateway, client(gateway, gateway.authority()), version))
                        .endsWith("hello");
                X509Certificate shown = gateway.next().certificate();
                assertThat(shown).isNotNull();
                assertThat(shown.getSubjectX500Principal().getName()).isEqualTo("CN=anna");
            }
        }
    }

    @Test
    void aClientNeedNotShowOneThatIsOnlyWanted() throws Exception {
        try (FakeGateway gateway = asking(ClientCertificate.WANTED)) {
            assertThat(get(gateway, client(gateway, null), "TLSv1.3")).endsWith("hello");
            assertThat(gateway.next().certificate()).isNull();
        }
    }

    @Test
    void clientsAreNotAskedByDefaultNorWithoutTls() throws Exception {
        try (FakeGateway gateway = asking(ClientCertificate.NONE);
                FakeGateway requiring = asking(ClientCertificate.REQUIRED)) {
            assertThat(get(gateway, client(gateway, gateway.authority()), "TLSv1.3"))
                    .endsWith("hello");
            assertThat(gateway.next().certificate()).isNull();
            assertThat(Seen.body(requiring, requiring.uri())).isEqualTo("hello");
            assertThat(requiring.next().certificate()).isNull();
        }
    }

    @Test
    void theServersCertificateMayBeWrongAsEver() throws Exception {
        try (FakeGateway gateway = asking(ClientCertificate.REQUIRED)) {
            gateway.connection(1).fails(Fault.EXPIRED_CERTIFICATE);
            SSLContext anna = client(gateway, gateway.authority());
            assertThatThrownBy(() -> get(gateway, anna, "TLSv1.3")).isInstanceOf(SSLException.class);
            assertThat(get(gateway, anna, "TLSv1.3")).endsWith("hello");
        }
    }
}
