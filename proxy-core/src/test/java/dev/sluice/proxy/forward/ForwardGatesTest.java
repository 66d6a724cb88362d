package dev.sluice.proxy.forward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.ExchangeRecord;
import dev.sluice.proxy.Principal;
import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.auth.Authentication;
import dev.sluice.proxy.auth.BasicAuth;
import dev.sluice.proxy.auth.ClientAddresses;
import dev.sluice.proxy.auth.Credentials;
import dev.sluice.proxy.browser.Cors;
import dev.sluice.proxy.browser.SecurityHeaders;
import dev.sluice.proxy.content.BodyRewrite;
import dev.sluice.proxy.content.Compression;
import dev.sluice.proxy.content.Decompression;
import dev.sluice.proxy.header.RequestId;
import dev.sluice.proxy.key.RequestKey;
import dev.sluice.proxy.limit.Bandwidth;
import dev.sluice.proxy.limit.ConcurrencyLimit;
import dev.sluice.proxy.limit.FailureLimit;
import dev.sluice.proxy.limit.RateLimit;
import dev.sluice.proxy.limit.Shedding;
import dev.sluice.proxy.mirror.Mirror;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.ScriptedOrigin;
import dev.sluice.proxy.time.Awaited;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** All filters of a gateway at a forward proxy: for a request, for CONNECT, and for an upgrade. */
@Timeout(60)
class ForwardGatesTest {
    private static final String WHO =
            "Proxy-Authorization: Basic " + Base64.getEncoder().encodeToString("anna:secret".getBytes()) + "\r\n";

    private final ForwardFixture fixture = new ForwardFixture();
    private final FakeUpstream copies = FakeUpstream.named("copies").answer(200, "dropped");
    private final ConcurrencyLimit places = ConcurrencyLimit.of(1).withKey(RequestKey.principal());

    @AfterEach
    void close() {
        fixture.close();
    }

    private List<ProxyFilter> gates() {
        return List.of(
                RequestId.DEFAULT,
                SecurityHeaders.DEFAULT,
                Cors.builder().allowOrigins("https://app.example").build(),
                ClientAddresses.builder().allow("127.0.0.0/8").build(),
                Shedding.DEFAULT,
                FailureLimit.perMinute(2),
                RateLimit.perMinute(100).withDraft11Fields(true),
                Bandwidth.perSecond(10_000_000),
                places,
                Compression.builder().minBytes(1).build(),
                Decompression.builder().build(),
                BodyRewrite.response()
                        .text((request, text) -> text + " rewritten")
                        .mediaTypes("text/plain")
                        .build(),
                Mirror.builder(ReverseProxy.to(copies)).build());
    }

    private ProxyServer proxy() throws Exception {
        return fixture.serve(
                fixture.anywhere()
                        .deny("denied.example")
                        .authentication(BasicAuth.of("proxy", Credentials.of("anna", "secret"))),
                server -> {
                    gates().forEach(server::addFilter);
                    return server;
                });
    }

    private void awaitFree(ProxyServer proxy) throws Exception {
        Awaited.isTrue(() -> proxy.pipeline().inFlight() == 0);
    }

    @Test
    void aRequestPassesAllOfThem() throws Exception {
        ProxyServer proxy = proxy();
        ScriptedOrigin origin = fixture.origin(connection -> {
            String head = connection.readHead();
            String seen = head.toLowerCase(java.util.Locale.ROOT);
            assertThat(seen).contains("x-request-id: ").doesNotContain("proxy-authorization");
            connection.write("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nServer: inner/1\r\n"
                    + "Content-Length: 5\r\nConnection: close\r\n\r\nhello");
        });
        String head = "GET http://127.0.0.1:" + origin.address().getPort() + "/ HTTP/1.1\r\nHost: 127.0.0.1:"
                + origin.address().getPort() + "\r\nOrigin: https://app.example\r\nConnection: close\r\n";
        String answer = ForwardFixture.exchange(proxy, head + WHO + "\r\n");
        assertThat(answer)
                .startsWith("HTTP/1.1 200 ")
                .contains("X-Content-Type-Options: nosniff")
                .contains("Access-Control-Allow-Origin: https://app.example")
                .contains("RateLimit: \"default\";r=99;")
                .contains("X-Request-Id: ")
                .endsWith("hello rewritten")
                .doesNotContain("inner/1");
        awaitFree(proxy);
        ExchangeRecord record = fixture.records.awaitEnded(1).get(0);
        assertThat(record.principal()).isNotNull().extracting(Principal::name).isEqualTo("anna");
        assertThat(copies.requests())
                .hasSize(1)
                .allSatisfy(copy ->
                        assertThat(copy.headers().has("Proxy-Authorization")).isFalse());
        assertThat(ForwardFixture.exchange(proxy, head + WHO + "Accept-Encoding: gzip\r\n\r\n"))
                .contains("Content-Encoding: gzip");
    }

    @Test
    void whoIsRefusedTooOftenIsRefusedUnchecked() throws Exception {
        ProxyServer proxy = proxy();
        for (int i = 0; i < 2; i++) {
            assertThat(ForwardFixture.connect(proxy, fixture.hello().address())).contains(" 407 ");
        }
        assertThat(ForwardFixture.connect(proxy, fixture.hello().address())).contains(" 429 ");
    }

    /** Else any page with some pictures of another host would lock its readers out. */
    @Test
    void whatAnOriginRefusesDoesNotCount() throws Exception {
        ProxyServer proxy = proxy();
        ScriptedOrigin origin = fixture.origin(connection -> {
            connection.readHead();
            connection.write("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        });
        String to = "127.0.0.1:" + origin.address().getPort();
        for (int i = 0; i < 4; i++) {
            assertThat(ForwardFixture.exchange(
                            proxy,
                            "GET http://" + to + "/ HTTP/1.1\r\nHost: " + to + "\r\nConnection: close\r\n" + WHO
                                    + "\r\n"))
                    .startsWith("HTTP/1.1 401 ");
            awaitFree(proxy);
            // One that the proxy refuses, as it is not allowed there.
            assertThat(ForwardFixture.exchange(
                            proxy,
                            "GET http://denied.example/ HTTP/1.1\r\nHost: denied.example\r\nConnection: close\r\n" + WHO
                                    + "\r\n"))
                    .startsWith("HTTP/1.1 403 ");
            awaitFree(proxy);
        }
    }

    @Test
    void aTunnelPassesAllOfThemAndKeepsItsPlaceUntilItIsClosed() throws Exception {
        ProxyServer proxy = proxy();
        ScriptedOrigin echo = fixture.echo();
        String to = "127.0.0.1:" + echo.address().getPort();
        String connect = "CONNECT " + to + " HTTP/1.1\r\nHost: " + to + "\r\n" + WHO + "\r\n";
        try (RawConnection tunnel = RawConnection.connect(proxy.address())) {
            tunnel.write(connect);
            assertThat(tunnel.readHead())
                    .startsWith("HTTP/1.1 200 ")
                    .contains("X-Request-Id: ")
                    .doesNotContain("Content-Encoding");
            assertThat(ForwardFixture.exchange(proxy, connect)).contains(" 429 ");
            tunnel.write("as it is");
            tunnel.shutdownOutput();
            assertThat(tunnel.readAll()).isEqualTo("echo as it is");
        }
        awaitFree(proxy);
        assertThat(copies.requests()).isEmpty();
        try (RawConnection again = RawConnection.connect(proxy.address())) {
            again.write(connect);
            assertThat(again.readHead()).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void anUpgradeOnARoutePassesAllOfThem() throws Exception {
        ScriptedOrigin origin = fixture.origin(connection -> {
            assertThat(connection.readHead()).contains("X-Request-Id: ").doesNotContain("Authorization: ");
            connection.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n");
            connection.write("echo " + connection.readAll());
        });
        ProxyServer.Builder building = ProxyServer.builder()
                .addFilter(Authentication.require(BasicAuth.of("shop", Credentials.of("anna", "secret"))));
        gates().forEach(building::addFilter);
        ProxyServer gateway = fixture.start(building.addRoute(Route.path("/**")
                .allowUpgrade("echo")
                .to("http://127.0.0.1:" + origin.address().getPort())));
        String upgrade = "GET /chat HTTP/1.1\r\nHost: shop.example\r\nConnection: Upgrade\r\nUpgrade: echo\r\n"
                + "Accept-Encoding: gzip\r\n";
        try (RawConnection tunnel = RawConnection.connect(gateway.address())) {
            tunnel.write(upgrade + WHO.replace("Proxy-", "") + "\r\n");
            assertThat(tunnel.readHead())
                    .startsWith("HTTP/1.1 101 ")
                    .contains("X-Request-Id: ")
                    .doesNotContain("Content-Encoding");
            tunnel.write("as it is");
            tunnel.shutdownOutput();
            assertThat(tunnel.readAll()).isEqualTo("echo as it is");
        }
        awaitFree(gateway);
        assertThat(copies.requests()).isEmpty();
        try (RawConnection refused = RawConnection.connect(gateway.address())) {
            refused.write(upgrade + "\r\n");
            assertThat(refused.readHead()).startsWith("HTTP/1.1 401 ");
        }
    }
}
