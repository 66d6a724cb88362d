package dev.sluice.balancer.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.balancer.Member;
import dev.sluice.balancer.UpstreamPool;
import dev.sluice.balancer.affinity.Affinity;
import dev.sluice.balancer.health.EjectionPolicy;
import dev.sluice.balancer.health.HealthCheck;
import dev.sluice.balancer.strategy.Strategies;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.answer.Maintenance;
import dev.sluice.proxy.cache.Cache;
import dev.sluice.proxy.connect.ConnectionStatistics;
import dev.sluice.proxy.limit.LimitStatistics;
import dev.sluice.proxy.limit.Timeouts;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.route.Routes;
import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatusPageTest {
    private final ManualTime time = new ManualTime();
    private final FakeUpstream a = FakeUpstream.named("a").answer(200, "a");
    private final UpstreamPool pool = UpstreamPool.builder()
            .name("shop")
            .time(time)
            .strategy(Strategies.roundRobin())
            .ejection(EjectionPolicy.builder()
                    .failures(2)
                    .ejectFor(Duration.ofSeconds(30))
                    .build())
            .addMember(Member.of(a).withWeight(3).withTag("zone", "x"))
            .addMember(Member.of(FakeUpstream.named("b").answer(200, "b")))
            .build();
    private final Pipeline pipeline = Pipeline.builder()
            .time(time)
            .timeouts(Timeouts.builder().head(Duration.ofSeconds(7)).build())
            .addRoute(Route.path("/**").order(5).to(pool))
            .build();
    private final TestClient client = TestClient.of(pipeline);
    private final StatusPage page = page().build();
    private final StatusViewer viewer = StatusViewer.of(page);

    private StatusPage.Builder page() {
        return StatusPage.builder().time(time).title("shop gateway").addPool(pool);
    }

    @AfterEach
    void close() {
        page.close();
        pool.close();
    }

    /** Else one request on a route that is seldom used would look like one in each five seconds. */
    @Test
    void theRateOfARouteIsThatOfTheLastMinuteAlsoIfItsFirstRequestCameLate() throws Exception {
        page.watch("main", pipeline);
        time.advance(Duration.ofSeconds(30));
        time.advance(Duration.ofSeconds(30));
        client.get("/");
        time.advance(Duration.ofSeconds(5));
        assertThat(viewer.named("routes", "/**")).containsEntry("rate", 0.017);
    }

    @Test
    void thePageIsOneDocumentThatRunsNothingElse() throws Exception {
        TestResponse response = viewer.get("/status/");
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.headers().first("Content-Type")).contains("text/html; charset=utf-8");
        assertThat(response.text()).startsWith("<!DOCTYPE html>").doesNotContain("/*status");
        assertThat(response.text()).doesNotContain("src=\"http").doesNotContain("<link rel=\"stylesheet\"");
        assertThat(response.headers().first("Content-Security-Policy").orElseThrow())
                .contains("default-src 'none'", "script-src 'sha256-", "style-src 'sha256-", "frame-ancestors 'none'")
                .doesNotContain("unsafe");
        assertThat(response.headers().first("Cache-Control")).contains("no-store");
        assertThat(response.headers().first("X-Frame-Options")).contains("DENY");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "LOCALHOST",
                "localhost.",
                "localhost:9901",
                "127.0.0.1",
                "127.0.0.1:80",
                "[::1]:9901"
            })
    void theNamesOfTheLoopbackAddressAreKnown(String host) throws Exception {
        assertThat(viewer.get("/data", host).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "10.0.0.1"})
    void anotherHostIsRefusedWhateverIsAskedFor(String host) throws Exception {
        for (String path : List.of("/", "/data", "/events", "/action")) {
            TestResponse response = viewer.get(path, host);
            assertThat(response.status()).isEqualTo(421);
            assertThat(response.text()).contains(host, "addHost");
        }
    }

    /** A script of an attacker's page that runs in a browser beside a proxy that is trusted. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "evil.example | X-Forwarded-Host | localhost",
                "evil.example | Forwarded | for=1.2.3.4;host=localhost",
                "localhost | X-Forwarded-Host | evil.example"
            })
    void aTrustedPeerCannotNameAHostInsteadOfTheRequest(String host, String field, String value) throws Exception {
        TestClient trusted = TestClient.of(Pipeline.builder()
                .time(time)
                .trust("127.0.0.1")
                .addRoute(Route.path("/status/**").to(page))
                .build());
        TestResponse response =
                trusted.send("GET", "/status/data", Headers.of("Host", host, field, value), new byte[0]);
        assertThat(response.status()).isEqualTo(421);
        assertThat(response.text()).contains("evil.example");
    }

    @Test
    void aProxyInFrontMayAskForAnotherHostThanTheViewer() throws Exception {
        StatusPage ops =
                page().addHost("ops.example.com").addHost("gateway.internal").build();
        TestClient trusted = TestClient.of(Pipeline.builder()
                .time(time)
                .trust("127.0.0.1")
                .addRoute(Route.path("/status/**").to(ops))
                .build());
        Headers headers = Headers.of("Host", "gateway.internal", "X-Forwarded-Host", "ops.example.com");
        assertThat(trusted.send("GET", "/status/data", headers, new byte[0]).status())
                .isEqualTo(200);
    }

    /** A page of another site could take all places of viewers, though it cannot read what it gets. */
    @ParameterizedTest
    @CsvSource({
        "cross-site, data, 403",
        "same-site, events, 403",
        "cross-site, events, 403",
        "same-origin, data, 200",
        "none, data, 200",
        "cross-site, '', 200"
    })
    void theStateIsNotForOtherSites(String site, String path, int status) throws Exception {
        Headers headers = Headers.of("Host", "localhost", "Sec-Fetch-Site", site);
        assertThat(viewer.client()
                        .send("GET", "/status/" + path, headers, new byte[0])
                        .status())
                .isEqualTo(status);
    }

    @Test
    void aHostThatIsAddedIsKnown() throws Exception {
        StatusViewer ops = StatusViewer.of(page().addHost("Ops.Example.com").build());
        assertThat(ops.get("/status/data", "ops.example.com:8443").status()).isEqualTo(200);
        assertThatThrownBy(() -> StatusPage.builder().addHost("no host"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no host");
    }

    @Test
    void onlyGetAndHeadAreAnswered() throws Exception {
        TestResponse response =
                viewer.client().send("DELETE", "/status/", Headers.of("Host", "localhost"), new byte[0]);
        assertThat(response.status()).isEqualTo(405);
        assertThat(response.headers().first("Allow")).contains("GET, HEAD");
    }

    @Test
    void trafficHasTotalsAndRates() throws Exception {
        page.watch("main", pipeline);
        client.get("/1");
        client.get("/2");
        time.advance(Duration.ofSeconds(2));
        Map<String, Object> traffic = viewer.part("traffic");
        assertThat(traffic).containsEntry("requests", 2.0).containsEntry("failed", 0.0);
        assertThat(StatusViewer.members(traffic, "now")).containsEntry("rate", 1.0);
        List<?> rates = (List<?>) StatusViewer.members(traffic, "history").get("rate");
        assertThat(rates).hasSize(120);
        assertThat(rates.subList(118, 120)).isEqualTo(List.of(2.0, 0.0));
        assertThat(viewer.named("routes", "/**")).containsEntry("requests", 2.0).containsEntry("order", 5.0);
    }

    @Test
    void serversAreShownAndWhatHappenedBeforeIsNotCounted() throws Exception {
        client.get("/before");
        page.watch("main", pipeline);
        assertThat(viewer.named("servers", "main"))
                .containsEntry("state", "serving")
                .containsEntry("inFlight", 0.0);
        assertThat(viewer.part("traffic")).containsEntry("requests", 0.0);
        client.get("/after");
        assertThat(viewer.part("traffic")).containsEntry("requests", 1.0);
        page.close();
        client.get("/afterwards");
        assertThat(viewer.part("traffic")).containsEntry("requests", 1.0);
    }

    @Test
    void aServerThatIsWatchedTwiceIsCountedOnce() throws Exception {
        page.watch("main", pipeline);
        page.watch("again", pipeline);
        client.get("/");
        assertThat(viewer.part("traffic")).containsEntry("requests", 1.0);
        assertThat(StatusViewer.list(viewer.state(), "servers")).hasSize(1);
    }

    /** It would listen for ever, as nobody closes it again. */
    @Test
    void aPageThatIsClosedWatchesAndListensNoMore() throws Exception {
        page.close();
        page.close();
        assertThatThrownBy(() -> page.watch("late", pipeline))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the page is closed");
        assertThatThrownBy(() -> page.listen(0)).isInstanceOf(IllegalStateException.class);
        client.get("/");
        assertThat(viewer.part("traffic")).containsEntry("requests", 0.0);
    }

    @Test
    void routesThatAreGoneKeepWhatTheyCounted() throws Exception {
        page.watch("main", pipeline);
        client.get("/1");
        pipeline.routes(Routes.of(Route.path("/new/**").to(pool)));
        client.get("/nowhere");
        assertThat(viewer.named("routes", "/new/**")).containsEntry("requests", 0.0);
        assertThat(viewer.named("routes", "/**")).containsEntry("requests", 1.0).doesNotContainKey("order");
        assertThat(viewer.named("routes", "none")).containsEntry("requests", 1.0);
    }

    /** Names come from the user's routes, who may make one for each of his customers, every day anew. */
    @Test
    void routesAreBounded() throws Exception {
        page.watch("main", pipeline);
        for (int i = 0; i < 600; i++) {
            pipeline.routes(Routes.of(Route.path("/**").name("route " + i).to(pool)));
            client.get("/");
        }
        assertThat(StatusViewer.list(viewer.state(), "routes").size()).isLessThan(520);
        assertThat(viewer.named("routes", "other")).containsEntry("requests", 100.0);
    }

    @Test
    void aMemberHasItsNumbersAndTags() throws Exception {
        page.watch("main", pipeline);
        client.get("/");
        client.get("/");
        assertThat(viewer.member("shop", "a"))
                .containsEntry("state", "up")
                .containsEntry("weight", 3.0)
                .containsEntry("weightInEffect", 3.0)
                .containsEntry("probe", null)
                .containsEntry("tags", Map.of("zone", "x"));
        assertThat(viewer.member("shop", "a").get("requests")).isNotEqualTo(0.0);
    }

    @Test
    void anEjectedMemberSaysWhyAndUntilWhen() throws Exception {
        a.fail(Outcome.HEAD_FAILED, Delivery.SENT_UNKNOWN);
        for (int i = 0; i < 8; i++) {
            client.get("/");
        }
        Map<String, Object> member = viewer.member("shop", "a");
        assertThat(member).containsEntry("state", "ejected");
        assertThat(member.get("why").toString()).contains("HEAD_FAILED", "out for 30 s");
        assertThat(member.get("until")).isEqualTo(time.now().plusSeconds(30).toString());
        assertThat(member.get("whySince")).isEqualTo(time.now().toString());
        time.advance(Duration.ofSeconds(10));
        assertThat(viewer.member("shop", "a").get("until"))
                .isEqualTo(time.now().plusSeconds(20).toString());
    }

    @Test
    void aDrainShowsWhatIsLeft() throws Exception {
        pool.drain("a");
        assertThat(viewer.member("shop", "a")).containsEntry("state", "drained").containsEntry("inFlight", 0.0);
        pool.resume("a");
        assertThat(viewer.member("shop", "a")).containsEntry("state", "up").containsEntry("until", null);
        assertThat(viewer.member("shop", "a").get("why").toString()).contains("gets new requests again");
    }

    @Test
    void aFailureIsExplained() throws Exception {
        page.watch("main", pipeline);
        pool.update(change -> change.remove("b"));
        a.fail(Outcome.HEAD_FAILED, Delivery.SENT_UNKNOWN);
        client.post("/order?card=4711", "x");
        Map<String, Object> failure =
                StatusViewer.list(viewer.state(), "failures").get(0);
        assertThat(failure)
                .containsEntry("method", "POST")
                .containsEntry("target", "/order")
                .containsEntry("status", 502.0)
                .containsEntry("outcome", "head_failed")
                .containsEntry("attempts", 1.0);
        assertThat(failure.get("explain").toString()).contains("a").doesNotContain("4711");
    }

    /** In an outage each pick says why it left out all of the others. */
    @Test
    void anExplanationIsCut() throws Exception {
        page.watch("main", pipeline);
        a.fail(Outcome.HEAD_FAILED, Delivery.SENT_UNKNOWN);
        pool.update(change -> {
            change.remove("b");
            for (int i = 0; i < 200; i++) {
                change.add(Member.of(FakeUpstream.named("out-of-use-" + i))).drain("out-of-use-" + i);
            }
        });
        client.post("/order", "x");
        String explain = StatusViewer.list(viewer.state(), "failures")
                .get(0)
                .get("explain")
                .toString();
        assertThat(explain).contains("out-of-use-1", "…").endsWith("fail with HEAD_FAILED");
        assertThat(explain.lines()).allMatch(line -> line.length() <= 501);
    }

    @Test
    void whatAClientDidWrongIsNoFailure() throws Exception {
        pipeline.routes(Routes.of(Route.path("/only").to(pool)));
        page.watch("main", pipeline);
        client.get("/nowhere");
        assertThat(viewer.part("traffic")).containsEntry("requests", 1.0).containsEntry("failed", 0.0);
        assertThat(StatusViewer.list(viewer.state(), "failures")).isEmpty();
    }

    @Test
    void theConfigurationInEffectIsShown() throws Exception {
        page.watch("main", pipeline);
        assertThat(StatusViewer.members(viewer.named("configuration", "server main"), "values"))
                .containsEntry("timeout of a response's head", "7 s")
                .containsEntry("timeout in all", "none")
                .containsEntry("bytes of a body", "no limit");
        assertThat(StatusViewer.members(viewer.named("configuration", "pool shop"), "values"))
                .containsEntry("hedge", "off")
                .containsEntry("panic", "use all if none is well")
                .containsKeys("strategy", "retry", "ejection");
    }

    @Test
    void theConfigurationHasNoSecrets() throws Exception {
        String secret = "a-secret-of-this-test-that-nobody-may-see";
        try (UpstreamPool guarded = UpstreamPool.builder()
                .name("guarded")
                .time(time)
                .health(HealthCheck.http("/health?token=" + secret)
                        .addHeader("Authorization", "Bearer " + secret)
                        .build())
                .affinity(Affinity.cookie("srv").addSecret(secret).strict(true).build())
                .build()) {
            StatusViewer ops = StatusViewer.of(page().addPool(guarded).build());
            assertThat(ops.get("/data").text()).doesNotContain(secret);
            assertThat(StatusViewer.members(ops.named("configuration", "pool guarded"), "values"))
                    .containsEntry("health", "GET /health every 5 s")
                    .containsEntry("affinity", "cookie srv, strict");
        }
    }

    @Test
    void whatElseIsAddedIsShown() throws Exception {
        Maintenance maintenance = Maintenance.builder().build();
        ConnectionStatistics connections = new ConnectionStatistics(1, 2, 3, 4, 5, 6, 7, 8, 1, 1, 1, 1, 1, 1);
        StatusViewer all = StatusViewer.of(page().addMaintenance("shop", maintenance)
                .addCache(Cache.builder().name("pages").memoryBytes(1_000_000).build())
                .addConnections("origins", () -> connections)
                .addLimit("per client", () -> new LimitStatistics(3, 1, OptionalInt.of(8)))
                .build());
        assertThat(all.named("maintenance", "shop")).containsEntry("on", false);
        maintenance.on();
        assertThat(all.named("maintenance", "shop")).containsEntry("on", true);
        assertThat(all.named("caches", "pages")).containsEntry("maxBytes", 1_000_000.0);
        assertThat(StatusViewer.members(all.named("connections", "origins"), "numbers"))
                .containsEntry("idle", 2.0)
                .containsEntry("closed", 6.0);
        assertThat(StatusViewer.members(all.named("limits", "per client"), "numbers"))
                .containsEntry("refused", 3.0);
    }

    @Test
    void aSourceThatThrowsHidesNothingElse() throws Exception {
        StatusViewer all = StatusViewer.of(page().addNumbers("broken", () -> {
                    throw new IllegalStateException("a fault of a source");
                })
                .addNumbers("well", () -> Map.of("n", 1))
                .build());
        assertThat(StatusViewer.list(all.state(), "limits"))
                .extracting(each -> each.get("name"))
                .containsExactly("well");
    }

    @Test
    void twoOfOneNameAreRefused() {
        assertThatThrownBy(() -> page().addPool(pool))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("there is already a pool named \"shop\"");
    }

    /** A text that ends a script, or a line of an event, must not end it. */
    @Test
    void namesWithAnyCharactersAreData() throws Exception {
        String name = "</script><img src=x onerror=alert(1)>\"\\\n\u2028";
        StatusViewer strange = StatusViewer.of(page().title(name).build());
        assertThat(strange.state()).containsEntry("title", name);
        assertThat(strange.get("/data").text()).doesNotContain("\n");
    }
}
