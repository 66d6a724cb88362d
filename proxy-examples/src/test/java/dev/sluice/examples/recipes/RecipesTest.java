package dev.sluice.examples.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.balancer.Member;
import dev.sluice.balancer.UpstreamPool;
import dev.sluice.balancer.drain.ReplaceReport;
import dev.sluice.balancer.health.HealthCheck;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.RawClient;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.ScriptedOrigin;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Starts each recipe in front of real servers, and asks it over a real connection. */
class RecipesTest {
    private final HttpClient client = HttpClient.newHttpClient();
    private final Origin one = new Origin("one");
    private final Origin two = new Origin("two");

    @AfterEach
    void closeOrigins() {
        one.close();
        two.close();
    }

    @Test
    void fiveLinesMakeAReverseProxy() throws Exception {
        try (ProxyServer proxy = FiveLineReverseProxy.start(0, one.url())) {
            assertThat(get(proxy.address(), "/a?b=c").body()).isEqualTo("one: GET /a?b=c");
            assertThat(one.requests().get(0).getFirst("X-Forwarded-For")).isEqualTo("127.0.0.1");
        }
    }

    @Test
    void aServerThatClosesIsNotReadyAndServesAsEver() throws Exception {
        try (ProxyServer proxy = ReadinessRoute.start(0, one.url(), Duration.ofMinutes(1))) {
            InetSocketAddress address = proxy.address();
            assertThat(get(address, "/ready").statusCode()).isEqualTo(200);
            Thread closing = new Thread(proxy::close);
            closing.start();
            while (proxy.ready()) {
                Thread.onSpinWait();
            }
            assertThat(get(address, "/ready").statusCode()).isEqualTo(503);
            assertThat(get(address, "/a").body()).isEqualTo("one: GET /a");
            // Ends the lame-duck time, and what would follow it.
            closing.interrupt();
            closing.join(20_000);
            assertThat(closing.isAlive()).isFalse();
        }
    }

    @Test
    void thePoolUsesAllItsMembers() throws Exception {
        try (ProxyServer proxy = LoadBalancedPool.start(0, one.url(), two.url())) {
            Set<String> answers = new HashSet<>();
            // Each of the two is picked by chance: that one of them is not among 200 has a probability of 2^-199.
            for (int i = 0; i < 200; i++) {
                answers.add(get(proxy.address(), "/").body());
            }
            assertThat(answers).containsExactlyInAnyOrder("one: GET /", "two: GET /");
        }
    }

    @Test
    void thePoolGoesOnWithoutAMemberThatIsGone() throws Exception {
        try (ProxyServer proxy = LoadBalancedPool.start(0, one.url(), two.url())) {
            one.close();
            for (int i = 0; i < 20; i++) {
                assertThat(get(proxy.address(), "/").body()).isEqualTo("two: GET /");
            }
        }
    }

    @Test
    void aDeployReplacesOneServerAfterTheOtherAndNoRequestFails() throws Exception {
        try (Origin three = new Origin("three");
                Origin four = new Origin("four");
                UpstreamPool pool = UpstreamPool.builder()
                        .member(Member.at(one.url()).named("one"))
                        .member(Member.at(two.url()).named("two"))
                        .health(HealthCheck.http("/")
                                .interval(Duration.ofMillis(50))
                                .build())
                        .build();
                ProxyServer proxy =
                        ProxyServer.builder().route("/**", pool).build().start()) {
            Map<String, String> successors = new LinkedHashMap<>();
            successors.put("one", three.url());
            successors.put("two", four.url());
            CompletableFuture<ReplaceReport> deployed =
                    RollingDeploy.deploy(pool, successors).toCompletableFuture();
            while (!deployed.isDone()) {
                assertThat(get(proxy.address(), "/").statusCode()).isEqualTo(200);
            }
            assertThat(deployed.get().removed().member()).isEqualTo("two");
            assertThat(get(proxy.address(), "/").body()).isIn("three: GET /", "four: GET /");
        }
    }

    @Test
    void aCanaryGetsItsTestersAndThenEverybody() throws Exception {
        try (UpstreamPool stable = UpstreamPool.builder().member(one.url()).build();
                UpstreamPool canary = UpstreamPool.builder().member(two.url()).build()) {
            CanaryRelease release = new CanaryRelease(stable, canary);
            try (ProxyServer proxy = release.start(0)) {
                assertThat(send(request(proxy.address(), "/").header("X-Tester", "yes"))
                                .body())
                        .isEqualTo("two: GET /");
                release.percent(0);
                assertThat(send(request(proxy.address(), "/").header("X-User", "ann"))
                                .body())
                        .isEqualTo("one: GET /");
                release.percent(100);
                assertThat(send(request(proxy.address(), "/").header("X-User", "ann"))
                                .body())
                        .isEqualTo("two: GET /");
            }
        }
    }

    @Test
    void aRouteExchangesThePrefix() throws Exception {
        try (ProxyServer proxy = RoutesAndRewrites.start(0, one.url(), two.url())) {
            assertThat(get(proxy.address(), "/api/users/7").body()).isEqualTo("one: GET /v2/users/7");
        }
    }

    @Test
    void aRewriteChangesTargetAndFieldsAndTheHookTheResponse() throws Exception {
        try (ProxyServer proxy = RoutesAndRewrites.start(0, one.url(), two.url())) {
            HttpResponse<String> response = get(proxy.address(), "/shop/lamp");

            assertThat(response.body()).isEqualTo("two: GET /items?id=lamp");
            assertThat(response.headers().firstValue("Cache-Control")).contains("no-store");
            assertThat(two.requests().get(0).getFirst("X-Gateway")).isEqualTo("recipes");
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
            assertThat(two.requests()).isEmpty();
        }
    }

    @Test
    void theFilterAnswersWithoutTheServer() throws Exception {
        try (ProxyServer proxy = FilterThatAnswers.start(0, one.url(), "secret")) {
            assertThat(get(proxy.address(), "/").statusCode()).isEqualTo(401);
            assertThat(send(request(proxy.address(), "/").header("X-Api-Key", "guess"))
                            .statusCode())
                    .isEqualTo(401);
            assertThat(one.requests()).isEmpty();
        }
    }

    @Test
    void theFilterLetsThroughWhoHasTheKeyAndKeepsIt() throws Exception {
        try (ProxyServer proxy = FilterThatAnswers.start(0, one.url(), "secret")) {
            assertThat(send(request(proxy.address(), "/").header("X-Api-Key", "secret"))
                            .body())
                    .isEqualTo("one: GET /");
            assertThat(one.requests().get(0).containsKey("X-Api-Key")).isFalse();
        }
    }

    @Test
    void theMountedProxyStandsBesideTheServersOwnPages() throws Exception {
        HttpServer server = MountInHttpServer.start(0, one.url());
        try {
            assertThat(get(server.getAddress(), "/hello").body()).isEqualTo("hello");
            assertThat(get(server.getAddress(), "/api/things?x=1").body()).isEqualTo("one: GET /things?x=1");
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
                RawConnection chat = RawClient.connect(proxy.address())) {
            chat.write("GET /chat/1 HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
            assertThat(chat.readHead()).startsWith("HTTP/1.1 101 ");
            chat.write("ping");
            assertThat(chat.readAll()).isEqualTo("ping");
        }
    }

    @Test
    void theForwardProxyGoesWhereItMayAndTakesNoUploads() throws Exception {
        try (ProxyServer proxy = ForwardProxyWithRules.start(0, "127.0.0.1/32")) {
            HttpClient behind = HttpClient.newBuilder()
                    .proxy(ProxySelector.of(proxy.address()))
                    .build();
            HttpRequest.Builder there = HttpRequest.newBuilder(URI.create(one.url() + "/there"));

            assertThat(behind.send(there.build(), BodyHandlers.ofString()).body())
                    .isEqualTo("one: GET /there");
            assertThat(behind.send(there.POST(BodyPublishers.ofString("x")).build(), BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(403);
            assertThat(behind.send(
                                    HttpRequest.newBuilder(URI.create("http://127.0.0.2/"))
                                            .build(),
                                    BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(403);
        }
    }

    private HttpResponse<String> get(InetSocketAddress address, String path) throws IOException, InterruptedException {
        return send(request(address, path));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private static HttpRequest.Builder request(InetSocketAddress address, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + address.getPort() + path));
    }
}
