package dev.sluice.examples.recipes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.balancer.UpstreamPool;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.ScriptedOrigin;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The recipes of the reverse proxy, each in front of real servers. */
class ReverseProxyRecipesTest extends RecipeRun {
    @Test
    void fiveLinesMakeAReverseProxy() throws Exception {
        try (ProxyServer proxy = FiveLineReverseProxy.start(0, one.url())) {
            assertThat(get(proxy.address(), "/a?b=c").body()).isEqualTo("one GET /a?b=c");
            assertThat(one.heads().get(0)).contains("\nX-Forwarded-For: 127.0.0.1\n");
        }
    }

    @Test
    void aClosingServerIsNotReadyButStillServes() throws Exception {
        try (ProxyServer proxy = ReadinessRoute.start(0, one.url(), Duration.ofMinutes(1))) {
            InetSocketAddress address = proxy.address();
            assertThat(get(address, "/ready").statusCode()).isEqualTo(200);
            Thread closing = new Thread(proxy::close);
            closing.start();
            while (proxy.ready()) {
                Thread.onSpinWait();
            }
            assertThat(get(address, "/ready").statusCode()).isEqualTo(503);
            assertThat(get(address, "/a").body()).isEqualTo("one GET /a");
            // Ends the lame-duck time and the drain after it.
            closing.interrupt();
            closing.join(20_000);
            assertThat(closing.isAlive()).isFalse();
        }
    }

    @Test
    void probesWaitForAWarmUpAndAMemberAndOutliveTheServersPort() throws Exception {
        UpstreamPool pool = UpstreamPool.builder().build();
        CountDownLatch warm = new CountDownLatch(1);
        KubernetesProbes.Gateway gateway = KubernetesProbes.start("127.0.0.1", 0, 0, pool, warm);
        try (ProxyServer server = gateway.server()) {
            InetSocketAddress probes = gateway.probes().address();
            assertThat(get(probes, "/live").statusCode()).isEqualTo(200);
            assertThat(get(probes, "/ready").body()).isEqualTo("not ready: warm-up, pool\n");
            warm.countDown();
            // A busy machine may not have asked a condition within its time.
            await("the member is missing", () -> get(probes, "/ready").body().equals("not ready: pool\n"));
            pool.add(one.url());
            await("ready", () -> get(probes, "/ready").statusCode() == 200);
            assertThat(get(server.address(), "/a").body()).isEqualTo("one GET /a");
            Thread closing = new Thread(server::close);
            closing.start();
            while (server.ready()) {
                Thread.onSpinWait();
            }
            assertThat(get(probes, "/ready").body()).isEqualTo("not ready: server\n");
            assertThat(get(probes, "/live").statusCode()).isEqualTo(200);
            assertThat(get(server.address(), "/a").body()).isEqualTo("one GET /a");
            closing.interrupt();
            closing.join(20_000);
            assertThat(closing.isAlive()).isFalse();
        }
    }

    @Test
    void anOperatorDecidesHowMuchOfARouteTheLogKeeps() throws Exception {
        try (ProxyServer proxy = AccessLogOfOneRoute.start(0, one.url())) {
            InetSocketAddress address = proxy.address();
            assertThat(get(address, "/a").body()).isEqualTo("one GET /a");
            assertThat(send(request(address, "/log/shop/all").POST(BodyPublishers.noBody()))
                            .body())
                    .isEqualTo("shop: 1.0\n");
            assertThat(send(request(address, "/log/shop/some").POST(BodyPublishers.noBody()))
                            .body())
                    .isEqualTo("shop: 0.01\n");
        }
    }

    @Test
    void aRouteReplacesThePrefix() throws Exception {
        try (ProxyServer proxy = RoutesAndRewrites.start(0, one.url(), two.url())) {
            assertThat(get(proxy.address(), "/api/users/7").body()).isEqualTo("one GET /v2/users/7");
        }
    }

    @Test
    void aRewriteChangesTargetAndFieldsAndTheHookTheResponse() throws Exception {
        try (ProxyServer proxy = RoutesAndRewrites.start(0, one.url(), two.url())) {
            HttpResponse<String> response = get(proxy.address(), "/shop/lamp");

            assertThat(response.body()).isEqualTo("two GET /items?id=lamp");
            assertThat(response.headers().firstValue("Cache-Control")).contains("no-store");
            assertThat(two.heads().get(0)).contains("\nX-Gateway: recipes\n");
        }
    }

    @Test
    void theMethodAndTheFieldDecideTheRoute() throws Exception {
        try (ProxyServer proxy = RoutesAndRewrites.start(0, one.url(), two.url())) {
            assertThat(send(request(proxy.address(), "/shop/lamp").DELETE()).statusCode())
                    .isEqualTo(404);
            assertThat(send(request(proxy.address(), "/shop/lamp").header("X-Maintenance", "1"))
                            .statusCode())
                    .isEqualTo(503);
            assertThat(two.heads()).isEmpty();
        }
    }

    @Test
    void theFilterAnswersWithoutTheServer() throws Exception {
        try (ProxyServer proxy = FilterThatAnswers.start(0, one.url(), "secret")) {
            assertThat(get(proxy.address(), "/").statusCode()).isEqualTo(401);
            assertThat(send(request(proxy.address(), "/").header("X-Api-Key", "guess"))
                            .statusCode())
                    .isEqualTo(401);
            assertThat(one.heads()).isEmpty();
        }
    }

    @Test
    void theFilterPassesRequestsWithTheKeyAndRemovesIt() throws Exception {
        try (ProxyServer proxy = FilterThatAnswers.start(0, one.url(), "secret")) {
            assertThat(send(request(proxy.address(), "/").header("X-Api-Key", "secret"))
                            .body())
                    .isEqualTo("one GET /");
            assertThat(one.heads().get(0)).doesNotContainIgnoringCase("X-Api-Key");
        }
    }

    @Test
    void theMountedProxyWorksBesideTheServersOwnPages() throws Exception {
        HttpServer server = MountInHttpServer.start(0, one.url());
        try {
            assertThat(get(server.getAddress(), "/hello").body()).isEqualTo("hello");
            assertThat(get(server.getAddress(), "/api/things?x=1").body()).isEqualTo("one GET /things?x=1");
            assertThat(get(server.getAddress(), "/other").statusCode()).isEqualTo(404);
        } finally {
            server.stop(0);
        }
    }

    @Test
    void theRouteLetsAWebSocketThrough() throws Exception {
        try (ScriptedOrigin origin = ScriptedOrigin.start(connection -> {
                    connection.readHead();
                    connection.write(
                            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
                    connection.write(connection.readExactly(4));
                });
                ProxyServer proxy = WebSocketRoute.start(0, origin.uri().toString());
                RawConnection chat = RawConnection.connect(proxy.address())) {
            chat.write("GET /chat/1 HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
            assertThat(chat.readHead()).startsWith("HTTP/1.1 101 ");
            chat.write("ping");
            assertThat(chat.readAll()).isEqualTo("ping");
        }
    }

    @Test
    void newRequestsUseTheNewRoutesAndRunningOnesKeepTheOld(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("routes"), "/shop/** " + one.url() + "\n");
        try (ProxyServer proxy = HotRoutes.start(0, file)) {
            assertThat(get(proxy.address(), "/other").statusCode()).isEqualTo(404);
            CountDownLatch answers = one.hold();
            var running = sendAsync(request(proxy.address(), "/shop/a"));
            await("a request that runs", () -> one.heads().size() == 1);

            Files.writeString(file, "/shop/** " + two.url() + "\n/** " + one.url() + "\n");
            HotRoutes.reload(proxy, file);

            assertThat(get(proxy.address(), "/shop/a").body()).isEqualTo("two GET /shop/a");
            answers.countDown();
            assertThat(running.get(20, TimeUnit.SECONDS).body()).isEqualTo("one GET /shop/a");
            assertThat(get(proxy.address(), "/other").body()).isEqualTo("one GET /other");
        }
    }

    @Test
    void routesWithAFaultChangeNothing(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("routes"), "/** " + one.url() + "\n");
        try (ProxyServer proxy = HotRoutes.start(0, file)) {
            for (String fault : List.of("/**", "/** " + two.url() + " more", "/** two", "/{ " + two.url())) {
                Files.writeString(file, "/shop/** " + two.url() + "\n" + fault + "\n");
                assertThatThrownBy(() -> HotRoutes.reload(proxy, file)).isInstanceOf(IllegalArgumentException.class);
                assertThat(get(proxy.address(), "/shop/a").body()).isEqualTo("one GET /shop/a");
            }
        }
    }

    @Test
    void theServerGetsTheClientAddressFromTheBalancer() throws Exception {
        try (ProxyServer proxy = ProxyProtocolFromBalancer.start(0, "127.0.0.1/32", one.url());
                RawConnection balancer = RawConnection.connect(proxy.address())) {
            balancer.write("PROXY TCP4 203.0.113.7 192.0.2.1 50000 443\r\n"
                    + "GET /a HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n");
            assertThat(balancer.readAll()).startsWith("HTTP/1.1 200 ").endsWith("one GET /a");
            assertThat(one.heads().get(0)).contains("\nX-Forwarded-For: 203.0.113.7\n");
        }
    }

    @Test
    void aConnectionOfTheBalancerWithoutTheHeaderIsClosed() throws Exception {
        try (ProxyServer proxy = ProxyProtocolFromBalancer.start(0, "127.0.0.1/32", one.url());
                RawConnection balancer = RawConnection.connect(proxy.address())) {
            balancer.write("GET /a HTTP/1.1\r\nHost: a.test\r\n\r\n");
            assertThat(balancer.readAll()).isEmpty();
            assertThat(one.heads()).isEmpty();
        }
    }

    @Test
    void otherPeersCannotClaimAnAddress() throws Exception {
        try (ProxyServer proxy = ProxyProtocolFromBalancer.start(0, "127.0.0.9/32", one.url());
                RawConnection client = RawConnection.connect(proxy.address())) {
            client.write("PROXY TCP4 203.0.113.7 192.0.2.1 50000 443\r\nGET /a HTTP/1.1\r\nHost: a.test\r\n\r\n");
            assertThat(client.readAll()).startsWith("HTTP/1.1 400 ");
            assertThat(one.heads()).isEmpty();
        }
    }

    @Test
    void eachConnectionToTheServerBeginsWithTheClientsAddress() throws Exception {
        List<String> lines = new CopyOnWriteArrayList<>();
        try (ScriptedOrigin origin = ScriptedOrigin.start(connection -> {
                    String first = connection.readHead();
                    lines.add(first.substring(0, first.indexOf("\r\n")));
                    connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                });
                ProxyServer proxy = ProxyProtocolToOrigin.start(0, origin.uri().toString());
                RawConnection client = RawConnection.connect(proxy.address())) {
            for (int i = 0; i < 2; i++) {
                client.write("GET /a HTTP/1.1\r\nHost: a.test\r\n\r\n");
                client.readHead();
                client.readExactly(2);
            }
            String expected = "PROXY TCP4 127.0.0.1 127.0.0.1 "
                    + client.address().getPort() + ' ' + proxy.address().getPort();
            assertThat(lines).containsExactly(expected, expected);
        }
    }
}
