package dev.sluice.examples.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.balancer.UpstreamPool;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.TestAuthority;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.tls.TlsFiles;
import dev.sluice.proxy.tls.TlsSettings;
import dev.sluice.proxy.transport.direct.DirectTransport;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;

/** What the examples of {@code tls.md} do. */
final class TlsExamples {
    private TlsExamples() {}

    static void theFilesAreShown(Example example) throws Exception {
        ExampleClient client = example.run().started();
        assertThat(ExampleTls.subject(example.keys().client(), client, "shop.example"))
                .isEqualTo("CN=shop.example");
    }

    static void eachClientGetsTheKindItCanUse(Example example) throws Exception {
        ExampleClient client = serving(example, example.run().value("tls", TlsSettings.class));
        for (String kind : new String[] {"RSA", "EC"}) {
            TlsSettings able = example.keys().authority().client().toBuilder()
                    .protocols("TLSv1.2")
                    .cipherSuites("TLS_ECDHE_" + (kind.equals("EC") ? "ECDSA" : kind) + "_WITH_AES_128_GCM_SHA256")
                    .build();
            SSLContext context = able.context();
            try (SSLSocket socket = (SSLSocket) context.getSocketFactory()
                    .createSocket(
                            client.address().getAddress(), client.address().getPort())) {
                able.apply(socket);
                socket.startHandshake();
                assertThat(ExampleTls.shown(socket).getPublicKey().getAlgorithm())
                        .isEqualTo(kind);
            }
        }
    }

    static void newFilesTakeEffect(Example example) throws Exception {
        ExampleKeys keys = example.keys();
        ExampleClient client = example.run().started();
        BigInteger before = serial(keys, client);
        keys.write("shop", keys.authority().certificate("shop.example", "127.0.0.1"));
        assertThat(example.value("files", TlsFiles.class).reload()).isTrue();
        assertThat(serial(keys, client)).isNotEqualTo(before);
    }

    private static BigInteger serial(ExampleKeys keys, ExampleClient client) throws IOException {
        try (SSLSocket socket = ExampleTls.handshake(keys.client(), client, "shop.example")) {
            return ExampleTls.shown(socket).getSerialNumber();
        }
    }

    static void theNameDecides(Example example) throws Exception {
        SSLContext context = example.keys().client();
        ExampleClient client = example.run().started();
        assertThat(ExampleTls.subject(context, client, "shop.example")).isEqualTo("CN=shop.example");
        assertThat(ExampleTls.subject(context, client, "a.shop.example")).isEqualTo("CN=*.shop.example");
        assertThatThrownBy(() -> ExampleTls.subject(context, client, "other.example"))
                .isInstanceOf(SSLException.class);
        try (SSLSocket shop = ExampleTls.handshake(context, client, "shop.example")) {
            assertThat(ExampleTls.ask(shop, "Host: a.shop.example")).startsWith("HTTP/1.1 421 ");
        }
    }

    static void aRequestInClearIsRedirected(Example example) throws Exception {
        ProxyServer plain = example.run().value("plain", ProxyServer.class);
        ExampleClient client = new ExampleClient(plain.start().address());
        assertThat(client.get("/a?b", "Host: shop.example"))
                .startsWith("HTTP/1.1 308 ")
                .contains("\r\nLocation: https://shop.example/a?b\r\n");
    }

    static void aClientWithoutACertificateIsRefused(Example example) throws Exception {
        TestAuthority authority = example.keys().authority();
        ExampleClient client = serving(example, example.run().value("tls", TlsSettings.class));
        SSLContext known = authority.client().toBuilder()
                .addCertificate(authority.certificate("ann"))
                .build()
                .context();
        try (SSLSocket socket = ExampleTls.handshake(known, client, "shop.example")) {
            assertThat(ExampleTls.ask(socket, "Host: shop.example")).endsWith("CN=ann");
        }
        try (SSLSocket socket = ExampleTls.handshake(authority.client().context(), client, "shop.example")) {
            assertThatThrownBy(() -> ExampleTls.ask(socket, "Host: shop.example"))
                    .isInstanceOf(IOException.class);
        }
    }

    static void theOriginIsToldOfTheCertificate(Example example) throws Exception {
        TestAuthority authority = example.keys().authority();
        ReverseProxy proxy = example.run().value("proxy", ReverseProxy.class);
        ProxyServer server = example.closing(ProxyServer.builder()
                .tls(authority.server("shop.example").toBuilder()
                        .trust(authority.trust())
                        .clientCertificate(TlsSettings.ClientCertificate.WANTED)
                        .build())
                .addRoute("/**", proxy)
                .build());
        ExampleClient client = new ExampleClient(server.start().address());
        SSLContext known = authority.client().toBuilder()
                .addCertificate(authority.certificate("ann"))
                .build()
                .context();
        try (SSLSocket socket = ExampleTls.handshake(known, client, "shop.example")) {
            ExampleTls.ask(socket, "Host: shop.example");
        }
        assertThat(example.origin("http://pool").heads().get(0)).contains("\nClient-Cert: :MII");
    }

    static void theOriginIsTrustedAndIsShownACertificate(Example example) throws Exception {
        TestAuthority authority = example.keys().authority();
        ExampleClient origin = serving(
                example,
                authority.server("localhost").toBuilder()
                        .trust(authority.trust())
                        .clientCertificate(TlsSettings.ClientCertificate.REQUIRED)
                        .build());
        DirectTransport direct = example.run().value("direct", DirectTransport.class);
        URI uri = URI.create("https://localhost:" + origin.address().getPort());
        assertThat(TestClient.of(ReverseProxy.to(direct.upstream("origin", uri)))
                        .get("/")
                        .text())
                .isEqualTo("CN=gateway");
    }

    static void theNameIsCheckedInsteadOfTheAddress(Example example) throws Exception {
        ExampleClient named = serving(example, example.keys().authority().server("shop.internal"));
        at(named, "https://10.0.0.1:8443", example);
        UpstreamPool pool = example.run().value("pool", UpstreamPool.class);
        assertThat(TestClient.of(ReverseProxy.to(pool)).get("/").text()).isEqualTo("nobody");
    }

    static void theHostIsTheName(Example example) throws Exception {
        ExampleClient hosting = serving(example, example.keys().authority().server("a.test", "b.test"));
        at(hosting, "https://10.0.0.2:8443", example);
        TestClient client = TestClient.of(example.run().value("proxy", ReverseProxy.class));
        for (String host : new String[] {"a.test", "b.test"}) {
            assertThat(client.send("GET", "/", Headers.of("Host", host), new byte[0])
                            .text())
                    .isEqualTo("nobody");
        }
        assertThatThrownBy(() -> client.send("GET", "/", Headers.of("Host", "c.test"), new byte[0]))
                .isInstanceOfSatisfying(
                        ProxyException.class, why -> assertThat(why.status()).isEqualTo(421));
    }

    /** Lets the example's URL lead to a server. */
    private static void at(ExampleClient server, String url, Example example) {
        example.replace(
                example.origin(url).url(),
                "https://127.0.0.1:" + server.address().getPort());
    }

    static void theTestsClientTrustsTheServer(Example example) throws Exception {
        ExampleClient server = example.run().started();
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("https://localhost:" + server.address().getPort() + "/a"))
                .build();
        assertThat(example.value("client", HttpClient.class)
                        .send(request, HttpResponse.BodyHandlers.ofString())
                        .body())
                .isEqualTo("http://pool GET /a");
    }

    /** A server that answers with the name in the client's certificate. */
    static void onlyTheNamedVersionIsSpoken(Example example) throws Exception {
        ExampleClient server = serving(example, example.run().value("tls", TlsSettings.class));
        TlsSettings older = example.keys().authority().client().toBuilder()
                .protocols("TLSv1.2")
                .build();
        assertThatThrownBy(() -> spoken(server, older)).isInstanceOf(SSLException.class);
        assertThat(spoken(server, example.keys().authority().client())).isEqualTo("TLSv1.3 TLS_AES_256_GCM_SHA384");
    }

    /** The version and the suite that both sides agree on. */
    private static String spoken(ExampleClient server, TlsSettings client) throws Exception {
        try (SSLSocket socket = (SSLSocket) client.context()
                .getSocketFactory()
                .createSocket(server.address().getAddress(), server.address().getPort())) {
            client.apply(socket);
            socket.startHandshake();
            return socket.getSession().getProtocol() + ' ' + socket.getSession().getCipherSuite();
        }
    }

    private static ExampleClient serving(Example example, TlsSettings tls) {
        ProxyServer server = example.closing(ProxyServer.builder()
                .tls(tls)
                .addRoute("/**", request -> ProxyResponse.of(200, clientOf(request)))
                .build());
        return new ExampleClient(server.start().address());
    }

    private static String clientOf(ProxyRequest request) {
        X509Certificate shown = request.exchange().client().certificate();
        return shown == null ? "nobody" : shown.getSubjectX500Principal().getName();
    }
}
