package dev.sluice.proxy.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Principal;
import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.auth.Authentication;
import dev.sluice.proxy.auth.BasicAuth;
import dev.sluice.proxy.auth.BearerAuth;
import dev.sluice.proxy.auth.ClientAddresses;
import dev.sluice.proxy.auth.Credentials;
import dev.sluice.proxy.auth.ForwardAuth;
import dev.sluice.proxy.content.BodyRewrite;
import dev.sluice.proxy.content.Compression;
import dev.sluice.proxy.limit.Bandwidth;
import dev.sluice.proxy.limit.RateLimit;
import dev.sluice.proxy.mirror.Mirror;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.spi.UpstreamSource;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.SimulatedTime;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestResponse;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A cache together with one other feature. */
class CachePairsTest {
    private static final String TEXT = "0123456789".repeat(1_000);
    private static final String TAG = "\"1\"";

    private final SimulatedTime time = new SimulatedTime();
    private final Cache cache = Cache.builder().time(time).build();
    private final FakeUpstream origin = FakeUpstream.named("origin");

    private CachePairsTest() {
        origin.answer(request -> answer(TEXT, "Cache-Control", "max-age=600", "ETag", TAG));
    }

    private static ProxyResponse answer(String text, String... fields) {
        return ProxyResponse.builder(200)
                .headers(Headers.of(fields).toBuilder()
                        .set("Content-Type", "text/plain")
                        .build())
                .body(Body.of(text))
                .build();
    }

    private TestClient client(UnaryOperator<Route.Builder> route) {
        return TestClient.of(Pipeline.builder()
                .time(time)
                .trust("127.0.0.1")
                .addRoute(route.apply(Route.path("/**")).cache(cache).to(origin))
                .build());
    }

    private static TestResponse get(TestClient client, String path, String... fields)
            throws IOException, InterruptedException {
        return client.send("GET", path, Headers.of(fields), new byte[0]);
    }

    private int asked() {
        return origin.requests().size();
    }

    @Test
    void aBodyThatIsRewrittenForEachClientIsStoredAsItCame() throws Exception {
        BodyRewrite rewrite = BodyRewrite.response()
                .text((request, page) ->
                        page + " for " + request.headers().first("X-Name").orElse("nobody"))
                .build();
        TestClient client = client(route -> route.addFilter(rewrite));
        time.run(() -> {
            for (String name : new String[] {"anna", "bob", "anna"}) {
                TestResponse response = get(client, "/a", "X-Name", name);
                assertThat(response.text()).isEqualTo(TEXT + " for " + name);
                assertThat(response.headers().first("ETag")).contains("W/" + TAG);
            }
            assertThat(get(client, "/a", "Range", "bytes=0-3").text()).isEqualTo(TEXT + " for nobody");
            assertThat(get(client, "/a", "If-None-Match", "W/" + TAG).status()).isEqualTo(304);
            return null;
        });
        assertThat(asked()).isEqualTo(1);
    }

    @Test
    void aBodyThatIsRewrittenAroundTheAttemptsIsRewrittenOnce() throws Exception {
        BodyRewrite rewrite =
                BodyRewrite.response().text((request, page) -> "changed").build();
        TestClient client = TestClient.of(Pipeline.builder()
                .time(time)
                .addRoute(Route.path("/**").cache(cache).to(origin.with(rewrite)))
                .build());
        time.run(() -> {
            assertThat(get(client, "/a").text()).isEqualTo("changed");
            TestResponse stored = get(client, "/a");
            assertThat(stored.text()).isEqualTo("changed");
            assertThat(stored.headers().first("ETag")).contains("W/" + TAG);
            assertThat(get(client, "/a", "If-None-Match", TAG).status()).isEqualTo(304);
            return null;
        });
        assertThat(asked()).isEqualTo(1);
    }

    @Test
    void aMirrorOfTheRouteSeesHitsAndOneOfTheUpstreamDoesNot() throws Exception {
        FakeUpstream ofRoute = FakeUpstream.named("route");
        FakeUpstream ofUpstream = FakeUpstream.named("upstream");
        Mirror around = Mirror.builder(ofUpstream).build();
        TestClient client = TestClient.of(Pipeline.builder()
                .time(time)
                .addRoute(Route.path("/**")
                        .addFilter(Mirror.builder(ofRoute).build())
                        .cache(cache)
                        .to(origin.with(around)))
                .build());
        time.run(() -> {
            for (int i = 0; i < 3; i++) {
                assertThat(get(client, "/a").text()).isEqualTo(TEXT);
            }
            time.advance(Duration.ofSeconds(1));
            return null;
        });
        assertThat(ofRoute.requests()).hasSize(3);
        assertThat(ofUpstream.requests()).hasSize(1);
        assertThat(asked()).isEqualTo(1);
    }

    @Test
    void aClientWithLittleBandwidthDoesNotSlowDownWhatIsStored() throws Exception {
        TestClient client = client(route -> route.addFilter(Bandwidth.perSecond(100)));
        time.run(() -> {
            Signal slow = time.start("slow", () -> {
                try {
                    assertThat(get(client, "/a").text()).isEqualTo(TEXT);
                } catch (IOException | InterruptedException failure) {
                    throw new IllegalStateException(failure);
                }
            });
            time.advance(Duration.ofSeconds(5));
            assertThat(slow.fired()).isFalse();
            assertThat(cache.snapshot().stored()).isEqualTo(1);
            long begin = time.nanos();
            TestResponse other = get(client.from(new InetSocketAddress("10.0.0.2", 1)), "/a");
            assertThat(other.text()).isEqualTo(TEXT);
            assertThat(time.nanos() - begin)
                    .isGreaterThan(Duration.ofSeconds(50).toNanos());
            time.await(slow, TimeSource.NEVER);
            return null;
        });
        assertThat(asked()).isEqualTo(1);
    }

    @Test
    void compressionRangesAndConditionsComeFromOneStoredResponse() throws Exception {
        TestClient client = client(route -> route.addFilter(Compression.DEFAULT));
        time.run(() -> {
            TestResponse first = get(client, "/a", "Accept-Encoding", "gzip");
            assertThat(first.headers().first("Content-Encoding")).contains("gzip");
            assertThat(unzipped(first)).isEqualTo(TEXT);
            assertThat(get(client, "/a").text()).isEqualTo(TEXT);
            assertThat(unzipped(get(client, "/a", "Accept-Encoding", "gzip"))).isEqualTo(TEXT);
            String weak = first.headers().first("ETag").orElseThrow();
            assertThat(weak).startsWith("W/");
            assertThat(get(client, "/a", "Accept-Encoding", "gzip", "If-None-Match", weak)
                            .status())
                    .isEqualTo(304);
            TestResponse part = get(client, "/a", "Accept-Encoding", "gzip", "Range", "bytes=2-4");
            assertThat(part.status()).isEqualTo(206);
            assertThat(part.text()).isEqualTo("234");
            assertThat(part.headers().has("Content-Encoding")).isFalse();
            TestResponse other = get(client, "/a", "Range", "bytes=2-4", "If-Range", weak);
            assertThat(other.status()).isEqualTo(200);
            assertThat(other.text()).isEqualTo(TEXT);
            assertThat(get(client, "/a", "Range", "bytes=2-4", "If-None-Match", TAG)
                            .status())
                    .isEqualTo(304);
            return null;
        });
        assertThat(asked()).isEqualTo(1);
    }

    private static String unzipped(TestResponse response) throws IOException {
        return new String(
                new GZIPInputStream(new ByteArrayInputStream(response.body())).readAllBytes(),
                StandardCharsets.ISO_8859_1);
    }

    @Test
    void redirectsAndCookiesAreAsEachClientSeesTheOrigin() throws Exception {
        origin.at("inner.test:8080")
                .answer(request -> ProxyResponse.builder(301)
                        .headers(Headers.of(
                                "Location",
                                "http://inner.test:8080/next",
                                "Set-Cookie",
                                "a=1; Domain=inner.test; Path=/",
                                "Cache-Control",
                                "max-age=600"))
                        .build());
        TestClient client = client(route -> route);
        time.run(() -> {
            for (int i = 0; i < 2; i++) {
                for (String host : new String[] {"one.test", "two.test"}) {
                    TestResponse response = get(client, "/a", "Host", host);
                    assertThat(response.headers().first("Location")).contains("http://" + host + "/next");
                    assertThat(response.headers().first("Set-Cookie").orElse(""))
                            .doesNotContain("inner.test");
                }
                TestResponse secure =
                        get(client, "/a", "Host", "x", "X-Forwarded-Proto", "https", "X-Forwarded-Host", "three.test");
                assertThat(secure.headers().first("Location")).contains("https://three.test/next");
            }
            return null;
        });
        assertThat(asked()).isEqualTo(3);
    }

    static Stream<Arguments> doors() {
        FakeUpstream service = FakeUpstream.named("service");
        service.answer(request -> {
            String who = request.headers().first("Authorization").orElse("");
            String name = who.startsWith("Basic ")
                    ? new String(Base64.getDecoder().decode(who.substring(6)), StandardCharsets.UTF_8).split(":")[0]
                    : "";
            return name.isEmpty()
                    ? ProxyResponse.of(401, "who are you?")
                    : ProxyResponse.builder(200)
                            .headers(Headers.of("Remote-User", name))
                            .build();
        });
        Credentials users = Credentials.of(Map.of("anna", "a", "bob", "b"));
        return Stream.of(
                Arguments.of("Basic", Authentication.require(BasicAuth.of("shop", users))),
                Arguments.of("Bearer", Authentication.require(BearerAuth.of("shop", Principal::of))),
                Arguments.of(
                        "Basic",
                        ForwardAuth.builder(UpstreamSource.of(service), "/verify")
                                .responseFields("Remote-User")
                                .build()),
                Arguments.of(
                        "Basic",
                        ForwardAuth.builder(UpstreamSource.of(service), "/verify")
                                .responseFields("Remote-User")
                                .principalField("Remote-User")
                                .build()));
    }

    private static String credentials(String scheme, String name, String password) {
        String pair = Base64.getEncoder().encodeToString((name + ':' + password).getBytes(StandardCharsets.UTF_8));
        return scheme + ' ' + pair;
    }

    @ParameterizedTest
    @MethodSource("doors")
    void whatOneUserGotIsForHimAloneUnlessTheOriginSaysOtherwise(String scheme, ProxyFilter door) throws Exception {
        TestClient client = TestClient.of(Pipeline.builder()
                .time(time)
                .addFilter(door)
                .addRoute(Route.path("/**").cache(cache).to(origin))
                .build());
        origin.answer(request -> request.target().path().equals("/open")
                ? answer("for all", "Cache-Control", "public, max-age=600")
                : answer("number " + asked(), "Cache-Control", "max-age=600"));
        String anna = credentials(scheme, "anna", "a");
        String bob = credentials(scheme, "bob", "b");
        time.run(() -> {
            String first = get(client, "/own", "Authorization", anna).text();
            assertThat(first).isEqualTo("number 1");
            assertThat(get(client, "/own", "Authorization", bob).text()).isEqualTo("number 2");
            assertThat(get(client, "/own", "Authorization", anna).text()).isEqualTo("number 3");
            assertThat(cache.snapshot().store().entries()).isZero();

            assertThat(get(client, "/open", "Authorization", anna).text()).isEqualTo("for all");
            TestResponse stored = get(client, "/open", "Authorization", bob);
            assertThat(stored.record().cache().hit()).isTrue();
            assertThat(stored.text()).isEqualTo("for all");
            assertThat(get(client, "/open").status()).isEqualTo(401);
            assertThat(asked()).isEqualTo(4);
            return null;
        });
    }

    @Test
    void whoMayNotEnterGetsNothingThatIsStored() throws Exception {
        ClientAddresses inside = ClientAddresses.builder().allow("10.0.0.0/8").build();
        TestClient client = client(route -> route.addFilter(inside));
        time.run(() -> {
            assertThat(get(client.from(new InetSocketAddress("10.0.0.1", 1)), "/a")
                            .text())
                    .isEqualTo(TEXT);
            assertThat(get(client.from(new InetSocketAddress("192.0.2.1", 1)), "/a")
                            .status())
                    .isEqualTo(403);
            assertThat(get(client.from(new InetSocketAddress("10.0.0.2", 1)), "/a")
                            .record()
                            .cache()
                            .hit())
                    .isTrue();
            return null;
        });
        assertThat(asked()).isEqualTo(1);
    }

    @Test
    void aRateLimitOfTheRouteCountsHitsToo() throws Exception {
        TestClient client = client(route -> route.addFilter(RateLimit.perMinute(2)));
        time.run(() -> {
            assertThat(get(client, "/a").status()).isEqualTo(200);
            assertThat(get(client, "/a").status()).isEqualTo(200);
            assertThat(get(client, "/a").status()).isEqualTo(429);
            time.advance(Duration.ofMinutes(1));
            assertThat(get(client, "/a").text()).isEqualTo(TEXT);
            return null;
        });
        assertThat(asked()).isEqualTo(1);
    }

    @Test
    void oneOfTheUpstreamCountsWhatIsSentAndItsRefusalIsNotStored() throws Exception {
        TestClient client = TestClient.of(Pipeline.builder()
                .time(time)
                .addRoute(Route.path("/**").cache(cache).to(origin.with(RateLimit.perMinute(1))))
                .build());
        time.run(() -> {
            for (int i = 0; i < 3; i++) {
                assertThat(get(client, "/a").status()).isEqualTo(200);
            }
            assertThat(get(client, "/b").status()).isEqualTo(429);
            time.advance(Duration.ofMinutes(1));
            assertThat(get(client, "/b").text()).isEqualTo(TEXT);
            return null;
        });
        assertThat(asked()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"max-age=600", "no-store"})
    void whatWantsAnotherProtocolPassesBy(String control) throws Exception {
        origin.answer(request ->
                answer(request.upgrade() == null ? "plain" : "no " + request.upgrade(), "Cache-Control", control));
        TestClient client = client(route -> route.allowUpgrade("websocket"));
        time.run(() -> {
            assertThat(get(client, "/a").text()).isEqualTo("plain");
            TestResponse upgrade = client.send("GET", "/a", request -> request.upgrade("websocket"));
            assertThat(upgrade.record().cache() == null
                            || !upgrade.record().cache().hit())
                    .isTrue();
            assertThat(get(client, "/a").text()).isEqualTo("plain");
            return null;
        });
    }
}
