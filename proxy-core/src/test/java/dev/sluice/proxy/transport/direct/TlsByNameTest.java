package dev.sluice.proxy.transport.direct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.connect.AddressRule;
import dev.sluice.proxy.forward.ForwardProxy;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.ScriptedOrigin;
import dev.sluice.proxy.tls.ServerTls;
import dev.sluice.proxy.tls.TlsSettings;
import dev.sluice.proxy.wire.TestTls;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests on a connection must be for the name that its TLS settings were chosen by. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TlsByNameTest {
    private @Nullable ProxyServer server;

    @AfterEach
    void close() {
        if (server != null) {
            server.close();
        }
    }

    /**
     * There are three names. One requires a client certificate; the other two have the same settings, which are also
     * used without a name.
     */
    private static ServerTls names() throws Exception {
        SSLContext context = TestTls.server("public.test");
        SSLParameters need = new SSLParameters();
        need.setNeedClientAuth(true);
        SSLParameters twice = new SSLParameters(null, new String[] {"TLSv1.3", "TLSv1.2"});
        SSLParameters again = new SSLParameters(null, new String[] {"TLSv1.3", "TLSv1.2"});
        Map<String, TlsSettings> names = Map.of(
                "public.test", TlsSettings.of(context, twice),
                "other.test", TlsSettings.of(context, again),
                "admin.test", TlsSettings.of(context, need));
        return name -> name == null ? names.get("public.test") : names.get(name);
    }

    private static ProxyServer.Builder server(ServerTls tls) {
        return ProxyServer.builder()
                .transport(DirectTransport.shared())
                .tls(tls)
                .addRoute(Route.host("admin.test").to(request -> ProxyResponse.of(200, "secret")))
                .addRoute("/**", request -> ProxyResponse.of(200, "public"));
    }

    private String request(@Nullable String sni, String first, String host) throws Exception {
        return request(sni, TestTls.client("public.test"), first, host);
    }

    private String request(@Nullable String sni, SSLContext context, String first, String host) throws Exception {
        if (server == null) {
            server = server(names()).build().start();
        }
        return exchange(server, sni, context, first + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
    }

    private static String exchange(ProxyServer server, @Nullable String sni, SSLContext context, String request)
            throws Exception {
        try (SSLSocket socket = connect(server, sni, context, "TLSv1.3")) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            ByteArrayOutputStream received = new ByteArrayOutputStream();
            socket.getInputStream().transferTo(received);
            return received.toString(StandardCharsets.ISO_8859_1);
        }
    }

    private static SSLSocket connect(ProxyServer server, @Nullable String sni, SSLContext context, String protocol)
            throws Exception {
        SSLSocket socket = (SSLSocket) context.getSocketFactory()
                .createSocket(server.address().getAddress(), server.address().getPort());
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setProtocols(new String[] {protocol});
        parameters.setServerNames(sni == null ? List.of() : List.of(new SNIHostName(sni)));
        socket.setSSLParameters(parameters);
        socket.setSoTimeout(20_000);
        return socket;
    }

    @ParameterizedTest
    @CsvSource({
        "GET /, admin.test",
        "GET /, ADMIN.Test",
        "GET /, admin.test.",
        "GET /, admin.test:443",
        "GET /, admin.test.:8443",
        "GET https://admin.test/, public.test",
        "GET https://ADMIN.TEST.:443/x, public.test",
        "OPTIONS *, admin.test",
        "GET /, nobody.test",
        "GET /, public.test.admin.test"
    })
    void aRequestForAHostWithOtherSettingsIsMisdirected(String first, String host) throws Exception {
        assertThat(request("public.test", first, host))
                .startsWith("HTTP/1.1 421 ")
                .doesNotContain("secret");
        assertThat(request(null, first, host)).startsWith("HTTP/1.1 421 ").doesNotContain("secret");
    }

    @ParameterizedTest
    @CsvSource({
        "GET /, public.test",
        "GET /, PUBLIC.test.:443",
        "GET /, other.test",
        "GET https://other.test/, public.test",
        "GET /, 127.0.0.1",
        "GET /, '[::1]:443'"
    })
    void aRequestForTheSameNameOrTheSameSettingsIsServed(String first, String host) throws Exception {
        assertThat(request("public.test", first, host))
                .startsWith("HTTP/1.1 200 ")
                .endsWith("public");
        assertThat(request(null, first, host)).startsWith("HTTP/1.1 200 ").endsWith("public");
    }

    @Test
    void aClientWithTheCertificateIsServed() throws Exception {
        assertThat(request("admin.test", TestTls.server("public.test"), "GET /", "Admin.test:443"))
                .endsWith("secret");
        assertThat(request("admin.test", TestTls.server("public.test"), "GET /", "public.test"))
                .startsWith("HTTP/1.1 421 ");
    }

    /** {@code *.admin.test} stands for names that a client cannot send in TLS, but can send in {@code Host}. */
    @ParameterizedTest
    @ValueSource(strings = {"a!.admin.test", "$x.admin.test:443", "a(b).ADMIN.test.", "%24.admin.test"})
    void aHostThatNoServerNameCanBeIsOfTheSettingsOfItsName(String host) throws Exception {
        ServerTls names = names();
        server = server(name ->
                        names.settings(name != null && name.endsWith(".admin.test") ? "admin.test" : "public.test"))
                .build()
                .start();
        assertThat(request("public.test", "GET /", host))
                .startsWith("HTTP/1.1 4")
                .doesNotContain("public");
        assertThat(request(null, "GET /", host)).startsWith("HTTP/1.1 4").doesNotContain("public");
    }

    /**
     * An HTTP/1.0 request without Host is for the settings without a name, which may require more than the connection
     * has.
     */
    @Test
    void aRequestWithoutHostNeedsTheSettingsWithoutAName() throws Exception {
        ServerTls names = names();
        server = server(name -> names.settings(name == null ? "admin.test" : name))
                .build()
                .start();
        SSLContext context = TestTls.client("public.test");
        String none = "GET / HTTP/1.0\r\n\r\n";
        assertThat(exchange(server, "public.test", context, none)).startsWith("HTTP/1.1 421 ");
        assertThat(exchange(server, "admin.test", TestTls.server("public.test"), none))
                .endsWith("public");
    }

    @Test
    void withOneSettingForAllNoRequestIsMisdirected() throws Exception {
        server = server(ServerTls.of(TlsSettings.of(TestTls.server("public.test"))))
                .build()
                .start();
        assertThat(request("public.test", "GET /", "admin.test")).endsWith("secret");
    }

    @Test
    void aForwardProxyServesEveryHost() throws Exception {
        try (ScriptedOrigin origin = ScriptedOrigin.start(connection -> {
            connection.readHead();
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfar!");
        })) {
            server = server(names())
                    .forward(ForwardProxy.builder()
                            .addresses(AddressRule.ANY)
                            .anyPort(true)
                            .build())
                    .build()
                    .start();
            assertThat(request("public.test", "GET " + origin.uri() + "/x", "admin.test"))
                    .endsWith("far!");
            assertThat(request("public.test", "GET /", "admin.test")).startsWith("HTTP/1.1 421 ");
        }
    }

    @Test
    void anotherHandshakeIsRefused() throws Exception {
        server = server(names()).build().start();
        try (SSLSocket socket = connect(server, "public.test", TestTls.client("public.test"), "TLSv1.2")) {
            socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: public.test\r\n\r\n".getBytes());
            assertThat(socket.getInputStream().read()).isEqualTo('H');
            assertThatThrownBy(() -> {
                        socket.startHandshake();
                        socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: public.test\r\n\r\n".getBytes());
                        socket.getInputStream().readAllBytes();
                        throw new AssertionError("renegotiated");
                    })
                    .isInstanceOf(IOException.class);
        }
    }
}
