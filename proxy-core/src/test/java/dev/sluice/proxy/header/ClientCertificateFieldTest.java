package dev.sluice.proxy.header;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Client;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.header.Forwarding.ClientCertificate;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.spi.Transport;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.TestAuthority;
import dev.sluice.proxy.tls.TlsCertificate;
import dev.sluice.proxy.tls.TlsSettings;
import dev.sluice.proxy.transport.direct.DirectTransport;
import dev.sluice.proxy.transport.jdk.JdkTransport;
import java.io.ByteArrayInputStream;
import java.net.Socket;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What an origin is told of a client's certificate, over both transports. */
@Timeout(60)
class ClientCertificateFieldTest {
    private static final TestAuthority AUTHORITY = TestAuthority.create();
    private static final TlsCertificate ANN = AUTHORITY.certificate("ann \"quoted\"");
    private static final String FORGED =
            "Client-Cert: :AAAA:\r\nX-Forwarded-Client-Cert: Hash=00\r\nclient_cert: :AAAA:\r\n";

    private final FakeUpstream origin = FakeUpstream.named("origin").answer(200, "ok");

    static Stream<Transport> transports() {
        return Stream.of(DirectTransport.shared(), JdkTransport.shared());
    }

    /** Sends a request; returns the lines of a field that the origin gets. */
    private List<String> told(Transport transport, Forwarding rules, boolean known, String fields, String name)
            throws Exception {
        return told(transport, rules, known ? ANN : null, fields, name);
    }

    private List<String> told(
            Transport transport, Forwarding rules, @Nullable TlsCertificate known, String fields, String name)
            throws Exception {
        TlsSettings.Builder client = TlsSettings.builder().trust(AUTHORITY.trust());
        TlsSettings own = (known == null ? client : client.addCertificate(known)).build();
        TlsSettings tls = AUTHORITY.server("localhost").toBuilder()
                .trust(AUTHORITY.trust())
                .clientCertificate(TlsSettings.ClientCertificate.WANTED)
                .build();
        try (ProxyServer server = ProxyServer.builder()
                        .transport(transport)
                        .tls(tls)
                        .addRoute(
                                "/**",
                                ReverseProxy.builder(origin).forwarding(rules).build())
                        .build()
                        .start();
                SSLSocket socket = (SSLSocket) own.context()
                        .getSocketFactory()
                        .createSocket(
                                server.address().getAddress(), server.address().getPort())) {
            String request = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + fields + "\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            socket.getInputStream().readAllBytes();
        }
        return origin.requests().get(origin.requests().size() - 1).headers().all(name);
    }

    private static Forwarding telling(ClientCertificate form, String... trusted) {
        return Forwarding.builder().clientCertificate(form).trust(trusted).build();
    }

    @ParameterizedTest
    @MethodSource("transports")
    void theFieldOfRfc9440HasTheCertificate(Transport transport) throws Exception {
        List<String> told = told(transport, telling(ClientCertificate.CLIENT_CERT), true, FORGED, "Client-Cert");

        assertThat(told).hasSize(1);
        assertThat(told.get(0)).startsWith(":").endsWith(":");
        byte[] der =
                Base64.getDecoder().decode(told.get(0).substring(1, told.get(0).length() - 1));
        assertThat(der).isEqualTo(ANN.chain().get(0).getEncoded());
    }

    @ParameterizedTest
    @MethodSource("transports")
    void theFieldOfEnvoyHasItsHashAndItsSubjectToo(Transport transport) throws Exception {
        Forwarding rules = telling(ClientCertificate.X_FORWARDED_CLIENT_CERT);
        List<String> told = told(transport, rules, true, FORGED, "X-Forwarded-Client-Cert");

        byte[] der = ANN.chain().get(0).getEncoded();
        String hash =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(der));
        assertThat(told).hasSize(1);
        assertThat(told.get(0))
                .startsWith("Hash=" + hash + ";Cert=\"-----BEGIN%20CERTIFICATE-----%0A")
                .endsWith(";Subject=\"CN=ann \\\\\\\"quoted\\\\\\\"\"");
        String encoded = told.get(0).replaceAll(".*;Cert=\"([^\"]*)\".*", "$1");
        String pem = URLDecoder.decode(encoded, StandardCharsets.US_ASCII);
        assertThat(CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII))))
                .isEqualTo(ANN.chain().get(0));
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aClientCannotSendItItself(Transport transport) throws Exception {
        for (ClientCertificate form : ClientCertificate.values()) {
            assertThat(told(transport, telling(form), false, FORGED, "Client-Cert"))
                    .isEmpty();
            assertThat(told(transport, telling(form), false, FORGED, "client_cert"))
                    .isEmpty();
            assertThat(told(transport, telling(form), false, FORGED, "X-Forwarded-Client-Cert"))
                    .isEmpty();
        }
        assertThat(told(transport, Forwarding.DEFAULT, true, FORGED, "Client-Cert"))
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("transports")
    void whatATrustedPeerSaysOfItsClientGoesOn(Transport transport) throws Exception {
        Forwarding rules = telling(ClientCertificate.CLIENT_CERT, "127.0.0.0/8");
        assertThat(told(transport, rules, true, FORGED, "Client-Cert")).containsExactly(":AAAA:");
        assertThat(told(transport, rules, true, "", "Client-Cert")).hasSize(1);
        assertThat(told(transport, rules, false, "", "Client-Cert")).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aSubjectIsWrittenInAscii(Transport transport) throws Exception {
        Forwarding rules = telling(ClientCertificate.X_FORWARDED_CLIENT_CERT);
        TlsCertificate odd = AUTHORITY.certificate("Zo\u00EB\r\nX-Evil: \u5317\t\u007F");
        List<String> told = told(transport, rules, odd, "", "X-Forwarded-Client-Cert");
        assertThat(told).hasSize(1);
        assertThat(told.get(0))
                .endsWith(";Subject=\"CN=Zo\\\\C3\\\\AB\\\\0D\\\\0AX-Evil: \\\\E5\\\\8C\\\\97\\\\09\\\\7F\"");
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aTrustedPeersOwnCertificateIsNotThatOfTheClientBehindIt(Transport transport) throws Exception {
        Forwarding rules = telling(ClientCertificate.CLIENT_CERT, "127.0.0.0/8");
        for (String behind : List.of("X-Forwarded-For: 192.0.2.1\r\n", "X-Forwarded-For: unknown\r\n")) {
            assertThat(told(transport, rules, true, behind, "Client-Cert")).isEmpty();
        }
        assertThat(told(transport, rules, true, "X-Forwarded-Client-Cert: Hash=00\r\n", "Client-Cert"))
                .isEmpty();
        Forwarding untrusting = telling(ClientCertificate.CLIENT_CERT);
        assertThat(told(transport, untrusting, true, "X-Forwarded-For: 192.0.2.1\r\n", "Client-Cert"))
                .hasSize(1);
    }

    @Test
    void aPlainConnectionHasNoCertificate() {
        assertThat(new Client(null, null, null).certificate()).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void behindAHeaderOfTheProxyProtocolItIsThatOfTheTlsClient(ClientCertificate form) throws Exception {
        if (form == ClientCertificate.NONE) {
            return;
        }
        TlsSettings tls = AUTHORITY.server("localhost").toBuilder()
                .trust(AUTHORITY.trust())
                .clientCertificate(TlsSettings.ClientCertificate.REQUIRED)
                .build();
        TlsSettings ann = TlsSettings.builder()
                .trust(AUTHORITY.trust())
                .addCertificate(ANN)
                .build();
        try (DirectTransport transport = DirectTransport.builder()
                        .addProxyProtocolPeers("127.0.0.1")
                        .build();
                ProxyServer server = ProxyServer.builder()
                        .transport(transport)
                        .tls(tls)
                        .addRoute(
                                "/**",
                                ReverseProxy.builder(origin)
                                        .forwarding(telling(form))
                                        .build())
                        .build()
                        .start();
                Socket plain = new Socket(
                        server.address().getAddress(), server.address().getPort())) {
            plain.getOutputStream()
                    .write("PROXY TCP4 192.0.2.7 192.0.2.1 4000 443\r\n".getBytes(StandardCharsets.US_ASCII));
            try (SSLSocket socket =
                    (SSLSocket) ann.context().getSocketFactory().createSocket(plain, "localhost", 443, true)) {
                socket.getOutputStream()
                        .write(("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + FORGED + "\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
                socket.getInputStream().readAllBytes();
            }
        }
        Headers told = origin.requests().get(0).headers();
        assertThat(told.all("X-Forwarded-For")).containsExactly("192.0.2.7");
        boolean rfc = form == ClientCertificate.CLIENT_CERT;
        assertThat(told.all("Client-Cert")).hasSize(rfc ? 1 : 0).noneMatch(value -> value.contains(":AAAA:"));
        assertThat(told.all("X-Forwarded-Client-Cert"))
                .hasSize(rfc ? 0 : 1)
                .allMatch(value -> value.contains("CN=ann"));
        assertThat(told.has("client_cert")).isFalse();
    }
}
