package dev.sluice.proxy.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.spi.Transport;
import dev.sluice.proxy.spi.UpstreamSource;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.ScriptedOrigin;
import dev.sluice.proxy.transport.direct.DirectTransport;
import dev.sluice.proxy.transport.jdk.JdkTransport;
import java.net.URI;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A service, an origin and a proxy with real connections. */
@Timeout(60)
class ForwardAuthServerTest {
    private ScriptedOrigin service;
    private ScriptedOrigin origin;
    private volatile String answer = "HTTP/1.1 204 No Content\r\nRemote-User: anna\r\n\r\n";

    @BeforeEach
    void start() throws Exception {
        service = ScriptedOrigin.start(connection -> {
            while (true) {
                connection.readHead();
                connection.write(answer);
            }
        });
        origin = ScriptedOrigin.start(connection -> {
            while (true) {
                if (connection.readHead().toLowerCase(Locale.ROOT).contains("\r\nupgrade: ")) {
                    connection.write("HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n");
                    connection.write("echo " + connection.readExactly(3));
                    return;
                }
                connection.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
            }
        });
    }

    @AfterEach
    void closeAll() {
        service.close();
        origin.close();
    }

    static Stream<Transport> transports() {
        return Stream.of(DirectTransport.shared(), JdkTransport.shared());
    }

    private ProxyServer server(Transport transport) {
        return server(transport, Route.path("/**"));
    }

    private ProxyServer server(Transport transport, Route.Builder route) {
        ForwardAuth auth = ForwardAuth.builder(service.uri() + "/verify?app=shop")
                .responseFields("Remote-User")
                .build();
        return ProxyServer.builder()
                .transport(transport)
                .port(0)
                .addRoute(route.addFilter(auth).to(origin.uri().toString()))
                .build()
                .start();
    }

    private static String send(ProxyServer server, String request) throws Exception {
        try (RawConnection client = RawConnection.connect(server.address())) {
            client.write(request + "\r\nHost: shop.example\r\nConnection: close\r\n\r\n");
            return client.readAll();
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void itDecidesOverConnectionsThatAreUsedAgain(Transport transport) throws Exception {
        try (ProxyServer server = server(transport)) {
            assertThat(send(server, "GET /a?b HTTP/1.1\r\nRemote-User: root")).endsWith("hello");
            assertThat(send(server, "GET /c HTTP/1.1")).endsWith("hello");
            assertThat(service.connections()).isEqualTo(1);
            assertThat(service.requests().get(0)).startsWith("GET /verify?app=shop HTTP/1.1\r\n");
            assertThat(service.requests().get(0).toLowerCase(Locale.ROOT))
                    .contains("\r\nhost: 127.0.0.1:" + service.address().getPort() + "\r\n")
                    .contains("\r\nx-forwarded-uri: /a?b\r\n")
                    .contains("\r\nx-forwarded-host: shop.example\r\n");
            assertThat(origin.requests().get(0).toLowerCase(Locale.ROOT))
                    .contains("remote-user: anna")
                    .doesNotContain("root");
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void itsRefusalGoesBack(Transport transport) throws Exception {
        answer = "HTTP/1.1 302 Found\r\nLocation: https://login.example/\r\nSet-Cookie: csrf=1\r\n"
                + "Transfer-Encoding: chunked\r\nKeep-Alive: timeout=9\r\n\r\n3\r\nsee\r\n0\r\n\r\n";
        try (ProxyServer server = server(transport)) {
            assertThat(send(server, "GET / HTTP/1.1"))
                    .startsWith("HTTP/1.1 302 ")
                    .contains("https://login.example/", "csrf=1")
                    .doesNotContain("timeout=9")
                    .endsWith("\r\n\r\nsee");
            assertThat(send(server, "HEAD / HTTP/1.1"))
                    .startsWith("HTTP/1.1 302 ")
                    .contains("https://login.example/")
                    .endsWith("\r\n\r\n");
            assertThat(origin.requests()).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void withoutTheServiceNobodyEnters(Transport transport) throws Exception {
        try (ProxyServer server = server(transport)) {
            service.close();
            assertThat(send(server, "GET / HTTP/1.1")).startsWith("HTTP/1.1 503 ");
            assertThat(origin.requests()).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void anAnswerThatIsNotHttpLetsNobodyEnter(Transport transport) throws Exception {
        answer = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 7\r\n\r\nhello";
        try (ProxyServer server = server(transport)) {
            assertThat(send(server, "GET / HTTP/1.1")).startsWith("HTTP/1.1 503 ");
            assertThat(origin.requests()).isEmpty();
        }
    }

    @Test
    void aServerThatDecidesMayHaveABasePath() throws Exception {
        UpstreamSource servers =
                UpstreamSource.of(DirectTransport.shared().upstream("service", URI.create(service.uri() + "/base")));
        try (ProxyServer server = ProxyServer.builder()
                .port(0)
                .addFilter(ForwardAuth.builder(servers, "/verify?a").build())
                .addRoute("/**", origin.uri().toString())
                .build()
                .start()) {
            assertThat(send(server, "GET / HTTP/1.1")).endsWith("hello");
            assertThat(service.requests().get(0)).startsWith("GET /base/verify?a HTTP/1.1\r\n");
        }
    }

    @Test
    void aWebSocketEntersLikeAnythingElse() throws Exception {
        Route.Builder route = Route.path("/chat").allowUpgrade("websocket");
        try (ProxyServer server = server(DirectTransport.shared(), route);
                RawConnection client = RawConnection.connect(server.address())) {
            client.write(
                    "GET /chat HTTP/1.1\r\nHost: shop.example\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n");
            assertThat(client.readHead()).startsWith("HTTP/1.1 101 ");
            client.write("abc");
            assertThat(client.readExactly(8)).isEqualTo("echo abc");
            assertThat(service.requests().get(0)).doesNotContain("pgrade");
        }
    }

    @Test
    void aServiceThatAsksThisServerIsALoop() throws Exception {
        AtomicReference<ProxyHandler> back = new AtomicReference<>();
        try (ProxyServer loop = ProxyServer.builder()
                        .port(0)
                        .addRoute("/**", request -> back.get().handle(request))
                        .build()
                        .start();
                ProxyServer server = ProxyServer.builder()
                        .port(0)
                        .addFilter(ForwardAuth.at(
                                "http://127.0.0.1:" + loop.address().getPort()))
                        .addRoute("/**", origin.uri().toString())
                        .build()
                        .start()) {
            back.set(ReverseProxy.to("http://127.0.0.1:" + server.address().getPort()));
            assertThat(send(server, "GET / HTTP/1.1")).startsWith("HTTP/1.1 503 ");
            assertThat(origin.requests()).isEmpty();
        }
    }
}
