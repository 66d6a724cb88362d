package dev.sluice.proxy.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Principal;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.auth.ForwardAuth;
import dev.sluice.proxy.key.RequestKey;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.spi.UpstreamSource;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What the rules of a user change, and what keeps the responses of clients and routes apart. */
class CacheRulesTest {
    @Test
    void theKeyMayLeaveOutParametersAndAddFields() throws Exception {
        CachedRoute route = fresh(CacheRules.builder()
                .key(CacheKey.DEFAULT
                        .withoutParameters("utm_*")
                        .withSortedParameters()
                        .with(RequestKey.header("X-Country")))
                .build());
        route.run(() -> {
            route.get("/a?b=1&a=2", "X-Country", "de");
            assertThat(isHit(route.get("/a?a=2&utm_x=1&b=1", "X-Country", "de")))
                    .isTrue();
            assertThat(isHit(route.get("/a?a=2&b=1", "X-Country", "fr"))).isFalse();
            assertThat(isHit(route.get("/a?a=2&b=1"))).isFalse();
            assertThat(isHit(route.get("/a?a=2&b=2", "X-Country", "de"))).isFalse();
            return null;
        });
    }

    @Test
    void timesAreSetByStatusAndBounded() throws Exception {
        CachedRoute route = new CachedRoute(CacheRules.builder()
                        .addFreshness(Duration.ofSeconds(10), 404)
                        .maxFreshness(Duration.ofSeconds(30))
                        .build())
                .answer(404, "none")
                .answer(200, "hello", "Cache-Control", "max-age=100");
        route.run(() -> {
            route.get("/a");
            route.advance(9);
            assertThat(route.get("/a").status()).isEqualTo(404);
            route.advance(2);
            assertThat(route.get("/a").status()).isEqualTo(200);
            route.advance(29);
            assertThat(isHit(route.get("/a"))).isTrue();
            route.advance(2);
            assertThat(isHit(route.get("/a"))).isFalse();
            return null;
        });
    }

    @Test
    void someRequestsPassBy() throws Exception {
        CachedRoute route = fresh(CacheRules.builder()
                .bypassCookies(true)
                .whenBypassed(request -> request.headers().has("X-Editor"))
                .build());
        route.run(() -> {
            route.get("/a");
            assertThat(isHit(route.get("/a", "Cookie", "a=b"))).isFalse();
            assertThat(isHit(route.get("/a", "X-Editor", "1"))).isFalse();
            assertThat(isHit(route.get("/a"))).isTrue();
            return null;
        });
    }

    @Test
    void noClientMakesTheProxyAsk() throws Exception {
        CachedRoute route =
                fresh(CacheRules.builder().ignoreRequestDirectives(true).build());
        route.run(() -> {
            route.get("/a");
            assertThat(isHit(route.get("/a", "Cache-Control", "no-cache"))).isTrue();
            assertThat(isHit(route.get("/a", "Pragma", "no-cache"))).isTrue();
            return null;
        });
    }

    @Test
    void graceUsesWhatIsStaleWhileItIsRefreshedAndIfTheOriginFails() throws Exception {
        CachedRoute route = new CachedRoute(
                        CacheRules.builder().grace(Duration.ofSeconds(60)).build())
                .answer(200, "old", "Cache-Control", "max-age=1")
                .answer(503, "down");
        route.run(() -> {
            route.get("/a");
            route.advance(5);
            assertThat(route.get("/a").text()).isEqualTo("old");
            route.advance(50);
            assertThat(route.get("/a").text()).isEqualTo("old");
            route.advance(10);
            assertThat(route.get("/a").text()).isEqualTo("down");
            return null;
        });
    }

    @Test
    void responsesSayWhatTheCacheDid() throws Exception {
        CachedRoute route = fresh(CacheRules.builder().statusField(true).build());
        route.run(() -> {
            assertThat(route.get("/a").headers().first("Cache-Status"))
                    .contains("sluice; fwd=uri-miss; ttl=60; stored; key=\"http://shop.test/a\"");
            route.advance(10);
            assertThat(route.get("/a").headers().first("Cache-Status"))
                    .contains("sluice; hit; ttl=50; key=\"http://shop.test/a\"");
            assertThat(route.send("POST", "/a").headers().first("Cache-Status"))
                    .contains("sluice; fwd=method; key=\"http://shop.test/a\"");
            return null;
        });
    }

    @Test
    void whoHasEnteredIsAsOneWithAuthorization() throws Exception {
        CachedRoute route = new CachedRoute().answer(200, "for Ann", "Cache-Control", "max-age=60");
        route.onRequest = request -> request.headers()
                .first("X-User")
                .ifPresent(name -> request.exchange().notes().principal(Principal.of(name)));
        route.run(() -> {
            route.get("/a", "X-User", "ann");
            assertThat(isHit(route.get("/a", "X-User", "ben"))).isFalse();
            assertThat(isHit(route.get("/a"))).isFalse();
            return null;
        });
    }

    @Test
    void whomAnotherServiceHasLetInIsAsOneWithAuthorization() throws Exception {
        CachedRoute route = fresh(CacheRules.DEFAULT);
        TestClient client = TestClient.of(Pipeline.builder()
                .time(route.time)
                .addRoute(Route.path("/**")
                        .addFilter(ForwardAuth.builder(UpstreamSource.of(FakeUpstream.named("login")), "/verify")
                                .build())
                        .cache(route.cache)
                        .to(route.origin))
                .build());
        route.run(() -> {
            client.send("GET", "/a", request -> request.addHeader("Cookie", "session=ann"));
            client.send("GET", "/a", request -> request.addHeader("Cookie", "session=ben"));
            return null;
        });
        assertThat(route.asked()).isEqualTo(2);
    }

    @Test
    void routesWithOneCacheDoNotSeeEachOthersResponses() throws Exception {
        CachedRoute route = fresh(CacheRules.DEFAULT);
        FakeUpstream other = FakeUpstream.named("other")
                .answer(request -> ProxyResponse.builder(200)
                        .headers(Headers.of("Cache-Control", "max-age=60"))
                        .build());
        TestClient client = TestClient.of(Pipeline.builder()
                .time(route.time)
                .addRoute(Route.any().whenHeader("X-Beta").cache(route.cache).to(other))
                .addRoute(Route.path("/**").cache(route.cache).to(route.origin))
                .build());
        route.run(() -> {
            client.get("/a");
            client.send("GET", "/a", request -> request.addHeader("X-Beta", "1"));
            return null;
        });
        assertThat(other.requests()).hasSize(1);
        assertThat(route.asked()).isEqualTo(1);
    }

    @Test
    void aFieldThatARewriteChangesDoesNotTellVariantsApart() throws Exception {
        CachedRoute route = fresh(CacheRules.DEFAULT);
        FakeUpstream varies = FakeUpstream.named("varies")
                .answer(request -> ProxyResponse.builder(200)
                        .headers(Headers.of("Cache-Control", "max-age=60", "Vary", "X-Set"))
                        .build());
        TestClient client = TestClient.of(Pipeline.builder()
                .time(route.time)
                .addRoute(Route.path("/**")
                        .cache(route.cache)
                        .to(ReverseProxy.builder(varies)
                                .rewrite((incoming, outgoing) -> outgoing.header("X-Set", "always"))
                                .build()))
                .build());
        route.run(() -> {
            client.get("/a");
            client.get("/a");
            return null;
        });
        assertThat(varies.requests()).hasSize(2);
    }

    @Test
    void whatCannotBeIsRefused() {
        Cache cache = Cache.memory(1_000_000);
        assertThatThrownBy(() -> Route.path("/a").cache(cache).to(request -> ProxyResponse.of(200)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("route /a has a cache, so its handler must be a ReverseProxy");
        assertThatThrownBy(() -> Cache.memory(1_000)).hasMessage("cache memoryBytes must be at least 65536: 1000");
        CacheRules.Builder rules = CacheRules.builder();
        for (int never : new int[] {206, 304, 407, 429}) {
            assertThatThrownBy(() -> rules.addFreshness(Duration.ofSeconds(1), 404, never))
                    .hasMessageContaining(": " + never);
        }
        assertThatThrownBy(() -> CacheKey.DEFAULT.withoutParameters("a", ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("cache key withoutParameters has an empty name");
        assertThatThrownBy(() -> CacheKey.DEFAULT.withOnlyParameters(""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("cache key withOnlyParameters has an empty name");
        assertThatThrownBy(() -> rules.grace(Duration.ofSeconds(-1))).hasMessageContaining("cache grace");
        assertThatThrownBy(() -> rules.targetedFields("a b")).hasMessageContaining("a b");
        assertThatThrownBy(() -> rules.targetedFields((String) null)).hasMessageContaining("targetedFields");
        assertThatThrownBy(() -> CacheKey.DEFAULT.withoutParameters("a", ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("withoutParameters has an empty name");
        assertThatThrownBy(() -> CacheKey.DEFAULT.withOnlyParameters(""))
                .hasMessageContaining("withOnlyParameters has an empty name");
    }

    private static CachedRoute fresh(CacheRules rules) {
        return new CachedRoute(rules).answer(200, "hello", "Cache-Control", "max-age=60");
    }

    private static boolean isHit(TestResponse response) {
        return response.record().cache().hit();
    }
}
