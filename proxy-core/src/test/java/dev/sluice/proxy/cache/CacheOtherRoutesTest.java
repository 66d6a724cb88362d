package dev.sluice.proxy.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.cache.rule.QueryRule;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.SimulatedTime;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestResponse;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An unsafe request drops what is stored for its URL (RFC 9111 §4.4), whichever route has stored it. */
class CacheOtherRoutesTest {
    private final SimulatedTime time = new SimulatedTime();
    private final Cache cache = Cache.builder().time(time).build();
    private final FakeUpstream origin = FakeUpstream.named("origin")
            .answer(request -> ProxyResponse.builder(200)
                    .headers(Headers.of("Cache-Control", "max-age=60"))
                    .body(Body.of("x"))
                    .build());

    private TestClient routes(Route... routes) {
        Pipeline.Builder pipeline = Pipeline.builder().time(time);
        for (Route each : routes) {
            pipeline.addRoute(each);
        }
        return TestClient.of(pipeline.build());
    }

    private static TestResponse send(TestClient client, String method, String path)
            throws IOException, InterruptedException {
        return client.send(method, path, Headers.of("Host", "shop.test"), new byte[0]);
    }

    private void assertDropped(TestClient client, String path) throws Exception {
        assertDropped(client, path, path);
    }

    private void assertDropped(TestClient client, String path, String put) throws Exception {
        time.run(() -> {
            send(client, "GET", path);
            assertThat(send(client, "GET", path).record().cache().hit()).isTrue();
            send(client, "PUT", put);
            assertThat(send(client, "GET", path).record().cache().hit()).isFalse();
            return null;
        });
    }

    @Test
    void whatARouteWithAnotherRuleForQueriesHasStored() throws Exception {
        CacheRules rules = CacheRules.builder()
                .key(CacheKey.DEFAULT.withoutParameters("utm_*"))
                .build();
        assertDropped(
                routes(
                        Route.path("/**").methods("GET").cache(cache, rules).to(origin),
                        Route.path("/**").methods("PUT").cache(cache).to(origin)),
                "/a?utm_x=1");
    }

    @Test
    void whereAFilterHasChangedThePathOfAnAbsoluteTarget() throws Exception {
        Route changing = Route.path("/shop/**")
                .methods("PUT")
                .addPrefix("/v2")
                .addFilter((request, next) -> next.handle(request.toBuilder()
                        .target(request.target().withPath("/elsewhere"))
                        .build()))
                .cache(cache)
                .to(origin);
        assertDropped(
                routes(Route.path("/**").methods("GET").cache(cache).to(origin), changing),
                "/shop/b",
                "http://shop.test/shop/b");
    }

    /** A path that is not below what the route adds is none of the client's, so its answers are not stored. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whereAFilterHasChangedThePath(boolean strips) throws Exception {
        Route.Builder put = Route.path("/shop/**").methods("PUT").addPrefix("/v2");
        Route changing = (strips ? put.stripPrefix("/shop") : put)
                .addFilter((request, next) -> next.handle(request.toBuilder()
                        .target(request.target().withPath("/elsewhere"))
                        .build()))
                .cache(cache)
                .to(origin);
        assertDropped(routes(Route.path("/**").methods("GET").cache(cache).to(origin), changing), "/shop/b");
    }

    /** A cache remembers the rules of its routes, also of those that are put into effect again and again. */
    @Test
    void rulesThatAreTheSameAreEqual() {
        assertThat(QueryRule.without(List.of("a", "b*")))
                .isEqualTo(QueryRule.without(List.of("b*", "a", "a")))
                .hasSameHashCodeAs(QueryRule.without(List.of("b*", "a")))
                .isNotEqualTo(QueryRule.only(List.of("a", "b*")))
                .isNotEqualTo(QueryRule.without(List.of("a", "b")))
                .isNotEqualTo(QueryRule.without(List.of("a", "b*")).sorted());
        assertThat(QueryRule.only(List.of())).isEqualTo(QueryRule.NONE);
        assertThat(QueryRule.without(List.of())).isEqualTo(QueryRule.ALL);
    }
}
