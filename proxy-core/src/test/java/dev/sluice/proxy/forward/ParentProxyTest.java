package dev.sluice.proxy.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.auth.BasicAuth;
import dev.sluice.proxy.auth.Credentials;
import dev.sluice.proxy.connect.AddressRule;
import dev.sluice.proxy.header.Via;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.ScriptedOrigin;
import dev.sluice.proxy.testing.TestAuthority;
import dev.sluice.proxy.tls.TlsSettings;
import dev.sluice.proxy.transport.direct.DirectTransport;
import dev.sluice.proxy.wire.TestTls;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A proxy that passes requests on to another. */
class ParentProxyTest {
    private static final String ANN = "Basic YW5uOnNlY3JldA==";

    private final ForwardFixture fixture = new ForwardFixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    private static ParentProxy at(ProxyServer server) {
        return ParentProxy.at("http://127.0.0.1:" + server.address().getPort());
    }

    private static ParentProxy at(ScriptedOrigin parent) {
        return ParentProxy.at(parent.uri().toString());
    }

    private static String get(ProxyServer server, String url, String... fields) throws Exception {
        return ForwardFixture.exchange(
                server,
                "GET " + url + " HTTP/1.1\r\nHost: x\r\n" + String.join("", fields) + "Connection: close\r\n\r\n");
    }

    @Test
    void aParentGetsTheRequestInAbsoluteForm() throws Exception {
        ScriptedOrigin parent = fixture.hello();
        ProxyServer server = fixture.serve(fixture.anywhere().parent(at(parent)).via(Via.of("here")));

        assertThat(get(server, "http://far.example/x?y")).endsWith("hello");
        assertThat(parent.requests().get(0))
                .isEqualTo("GET http://far.example/x?y HTTP/1.1\r\nHost: far.example\r\n"
                        + "X-Forwarded-For: 127.0.0.1\r\nVia: 1.1 here\r\n\r\n");
        assertThat(fixture.records.awaitEnded(1).get(0).attempts().get(0).upstream())
                .isEqualTo("parent 127.0.0.1:" + parent.address().getPort());
    }

    /**
     * RFC 9112 §3.2.4: the last proxy on the path changes the target to an asterisk, and only if it has neither path
     * nor query.
     */
    @ParameterizedTest
    @CsvSource({
        "http://far.example,       far.example,      http://far.example,       *",
        "http://far.example:8080,  far.example:8080, http://far.example:8080,  *",
        "http://far.example/,      far.example,      http://far.example/,      /",
        "http://far.example?q,     far.example,      http://far.example/?q,    /?q",
    })
    void optionsOfAWholeServerStayAbsoluteUntilTheLastProxy(String url, String host, String toParent, String toOrigin)
            throws Exception {
        String asked = "OPTIONS " + url + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
        ScriptedOrigin parent = fixture.hello();
        assertThat(ForwardFixture.exchange(fixture.serve(fixture.anywhere().parent(at(parent))), asked))
                .endsWith("hello");
        assertThat(parent.requests().get(0)).startsWith("OPTIONS " + toParent + " HTTP/1.1\r\nHost: " + host + "\r\n");

        ScriptedOrigin origin = fixture.hello();
        ProxyServer last = fixture.serve(fixture.anywhere());
        String here = "127.0.0.1:" + origin.address().getPort();
        assertThat(ForwardFixture.exchange(last, asked.replace(host, here))).endsWith("hello");
        assertThat(origin.requests().get(0)).startsWith("OPTIONS " + toOrigin + " HTTP/1.1\r\nHost: " + here + "\r\n");
    }

    @Test
    void aParentOpensTunnels() throws Exception {
        ScriptedOrigin parent = fixture.origin(connection -> {
            connection.readHead();
            connection.write("HTTP/1.1 200 Connected\r\nContent-Length: 5\r\nX-Parent: 1\r\n\r\n");
            connection.write("echo " + connection.readAll());
        });
        ProxyServer server = fixture.serve(fixture.anywhere()
                .parent(at(parent).withCredentials("ann", "secret"))
                .via(Via.of("here")));

        try (RawConnection client = RawConnection.connect(server.address())) {
            client.write("CONNECT far.example:443 HTTP/1.1\r\nHost: far.example:443\r\n\r\n");
            assertThat(client.readHead())
                    .startsWith("HTTP/1.1 200 ")
                    .contains("X-Parent: 1")
                    .doesNotContain("Length");
            client.write("x");
            client.shutdownOutput();
            assertThat(client.readAll()).isEqualTo("echo x");
        }
        assertThat(parent.requests().get(0))
                .isEqualTo("CONNECT far.example:443 HTTP/1.1\r\nHost: far.example:443\r\n"
                        + "X-Forwarded-For: 127.0.0.1\r\nVia: 1.1 here\r\nProxy-Authorization: " + ANN + "\r\n\r\n");
    }

    @Test
    void aParentsRefusalOfATunnelIsPassedOn() throws Exception {
        ScriptedOrigin parent = fixture.origin(connection -> {
            connection.readHead();
            connection.write("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
        });
        ProxyServer server = fixture.serve(fixture.anywhere().parent(at(parent)));

        assertThat(ForwardFixture.exchange(
                        server,
                        "CONNECT far.example:443 HTTP/1.1\r\nHost: far.example:443\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 403 Forbidden\r\n")
                .endsWith("no");
    }

    @Test
    void twoProxiesMakeAChain() throws Exception {
        ScriptedOrigin origin = fixture.hello();
        ProxyServer outer = fixture.serve(fixture.anywhere()
                .trust("127.0.0.1")
                .via(Via.of("outer"))
                .authentication(BasicAuth.of("outer", Credentials.of("ann", "secret"))));
        ProxyServer inner = fixture.serve(fixture.anywhere()
                .parent(at(outer).withCredentials("ann", "secret"))
                .via(Via.of("inner")));

        assertThat(get(inner, origin.uri() + "/"))
                .contains("Via: 1.1 outer, 1.1 inner\r\n")
                .endsWith("hello");
        assertThat(origin.requests().get(0))
                .contains("Via: 1.1 inner, 1.1 outer\r\n", "X-Forwarded-For: 127.0.0.1, 127.0.0.1\r\n")
                .startsWith("GET / HTTP/1.1\r\n")
                .doesNotContain("Proxy-Authorization");

        ScriptedOrigin echo = fixture.echo();
        try (RawConnection client = RawConnection.connect(inner.address())) {
            client.write("CONNECT a.example:" + echo.address().getPort() + " HTTP/1.1\r\nHost: x\r\n\r\n");
            client.readHead();
            client.write("through two");
            client.shutdownOutput();
            assertThat(client.readAll()).isEqualTo("echo through two");
        }
    }

    @Test
    void proxiesThatAreEachOthersParentsDetectTheLoop() throws Exception {
        // The first proxy must listen before the second, its parent, exists.
        AtomicReference<ForwardProxy> later = new AtomicReference<>();
        ProxyServer first = fixture.serve(
                fixture.anywhere(),
                builder -> builder.transport(DirectTransport.shared())
                        .forward(request -> later.get().handle(request)));
        ProxyServer second = fixture.serve(fixture.anywhere().parent(at(first)));
        later.set(fixture.anywhere().parent(at(second)).build());

        assertThat(get(first, "http://far.example/")).startsWith("HTTP/1.1 508 ");
        assertThat(ForwardFixture.exchange(
                        first,
                        "CONNECT far.example:443 HTTP/1.1\r\nHost: far.example:443\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 508 ");
    }

    @Test
    void aParentIsReachedOverTls() throws Exception {
        ScriptedOrigin origin = fixture.hello();
        ScriptedOrigin echo = fixture.echo();
        ProxyServer outer = fixture.serve(fixture.anywhere(), builder -> builder.tls(tls()));
        ProxyServer inner = fixture.serve(fixture.anywhere()
                .parent(ParentProxy.at("https://localhost:" + outer.address().getPort())));

        assertThat(get(inner, origin.uri() + "/")).endsWith("hello");
        try (RawConnection client = RawConnection.connect(inner.address())) {
            client.write("CONNECT a.example:" + echo.address().getPort() + " HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
            client.write("x");
            client.shutdownOutput();
            assertThat(client.readAll()).isEqualTo("echo x");
        }
    }

    @Test
    void aParentMayHaveItsOwnTlsSettings() throws Exception {
        TestAuthority authority = TestAuthority.create();
        ScriptedOrigin origin = fixture.hello();
        ProxyServer outer = fixture.serve(
                fixture.anywhere(),
                builder -> builder.tls(authority.server("parent.test").toBuilder()
                        .trust(authority.trust())
                        .clientCertificate(TlsSettings.ClientCertificate.REQUIRED)
                        .build()));
        TlsSettings own = authority.client().toBuilder()
                .addCertificate(authority.certificate("branch"))
                .serverName("parent.test")
                .build();
        ParentProxy parent =
                ParentProxy.at("https://127.0.0.1:" + outer.address().getPort());
        ProxyServer known =
                fixture.serve(fixture.anywhere().parent(parent.withTls(own).withCredentials("ann", "secret")));
        ProxyServer unknown = fixture.serve(fixture.anywhere().parent(parent));

        assertThat(get(known, origin.uri() + "/")).endsWith("hello");
        assertThat(get(unknown, origin.uri() + "/")).startsWith("HTTP/1.1 502 ");
    }

    @Test
    void tlsSettingsThatDoNotFitAParentAreRefused() {
        TlsSettings settings = TlsSettings.builder().build();
        assertThatThrownBy(() -> ParentProxy.at("http://a.example").withTls(settings))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("parent proxy has TLS settings, but its URL is not https://…: http://a.example");
        assertThatThrownBy(() -> ParentProxy.at("https://a.example")
                        .withTls(settings.toBuilder().serverNameFromHost(true).build()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("https://a.example");
    }

    private static javax.net.ssl.SSLContext tls() {
        try {
            return TestTls.server("localhost");
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "http://a.corp.example/,   first",
        "http://corp.example/,     usual",
        "http://x.a.corp.example/, first",
        "http://b.example/,        second",
        "http://10.1.2.3/,         second",
        "http://c.example/,        usual",
    })
    void theFirstParentThatHasTheHostIsTaken(String url, String parent) throws Exception {
        ScriptedOrigin first = fixture.hello();
        ScriptedOrigin second = fixture.hello();
        ScriptedOrigin usual = fixture.hello();
        ProxyServer server = fixture.serve(fixture.anywhere()
                .addParent(at(first), "*.corp.example")
                .addParent(at(second), "b.example", "10.0.0.0/8", "*.corp.example")
                .parent(at(usual)));

        assertThat(get(server, url)).endsWith("hello");
        assertThat(first.connections()).isEqualTo(parent.equals("first") ? 1 : 0);
        assertThat(second.connections()).isEqualTo(parent.equals("second") ? 1 : 0);
        assertThat(usual.connections()).isEqualTo(parent.equals("usual") ? 1 : 0);
    }

    @Test
    void someHostsAreReachedDirectly() throws Exception {
        ScriptedOrigin origin = fixture.hello();
        ScriptedOrigin parent = fixture.hello();
        ProxyServer server =
                fixture.serve(fixture.anywhere().addDirect("*.local").parent(at(parent)));

        get(server, "http://a.local:" + origin.address().getPort() + "/");
        assertThat(origin.requests()).hasSize(1);
        assertThat(parent.requests()).isEmpty();
    }

    @Test
    void credentialsAreRelayedIfOnlyTheParentAsksForThem() throws Exception {
        ScriptedOrigin parent = fixture.origin(connection -> {
            String head = connection.readHead();
            connection.write(
                    head.contains("Proxy-Authorization: " + ANN)
                            ? ForwardFixture.HELLO
                            : "HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic realm=\"p\"\r\nContent-Length: 0\r\n\r\n");
        });
        ProxyServer server = fixture.serve(fixture.anywhere().parent(at(parent)));

        assertThat(get(server, "http://far.example/"))
                .startsWith("HTTP/1.1 407 ")
                .contains("Proxy-Authenticate: Basic realm=\"p\"");
        assertThat(get(server, "http://far.example/", "Proxy-Authorization: " + ANN + "\r\n"))
                .endsWith("hello");
    }

    @Test
    void aParentThatRefusesOurCredentialsIsNotTheClientsFault() throws Exception {
        ScriptedOrigin parent = fixture.origin(connection -> {
            connection.readHead();
            connection.write(
                    "HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic realm=\"p\"\r\nContent-Length: 2\r\n\r\nno");
        });
        ProxyServer server = fixture.serve(fixture.anywhere().parent(at(parent).withCredentials("ann", "wrong")));

        assertThat(get(server, "http://far.example/", "Proxy-Authorization: Basic mine\r\n"))
                .startsWith("HTTP/1.1 502 ")
                .doesNotContain("Proxy-Authenticate", "realm");
        assertThat(parent.requests().get(0)).doesNotContain("mine");
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1,        403",
        "169.254.169.254,  403",
        "[::1],            403",
        "2130706433,       403",
        "0x7f.1,           403",
        "127.1.,           403",
        "93.184.216.34,    200",
        "a.example,        200",
        "a1.2b,            200",
    })
    void anAddressIsCheckedBeforeAParentGetsIt(String host, int status) throws Exception {
        ScriptedOrigin parent = fixture.hello();
        ProxyServer server =
                fixture.serve(fixture.anywhere().addresses(AddressRule.PUBLIC).parent(at(parent)));

        assertThat(get(server, "http://" + host + "/")).startsWith("HTTP/1.1 " + status + ' ');
        assertThat(parent.connections()).isEqualTo(status == 200 ? 1 : 0);
    }

    @Test
    void aParentsUrlIsSchemeHostAndPort() {
        for (String wrong : List.of(
                "socks://a",
                "a:3128",
                "u:secret@a:3128",
                "http://u:secret@a/",
                "http://u:secret^@a",
                "http:u:secret@a",
                "http://a/path",
                "http://a:0")) {
            assertThatThrownBy(() -> ParentProxy.at(wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageNotContaining("secret");
        }
        ParentProxy parent = ParentProxy.at("https://A.example:3128").withCredentials("ann", "secret");
        assertThat(parent).hasToString("https://a.example:3128");
        assertThat(parent.scheme()).isEqualTo("https");
        assertThat(parent.authority()).hasToString("a.example:3128");
    }
}
