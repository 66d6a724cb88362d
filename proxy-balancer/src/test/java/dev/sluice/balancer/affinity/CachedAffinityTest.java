package dev.sluice.balancer.affinity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.Member;
import dev.sluice.balancer.UpstreamPool;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.cache.Cache;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A cache in front of a pool whose sessions have a cookie. */
class CachedAffinityTest {
    private final FakeUpstream origin = FakeUpstream.named("a");

    @Test
    void theCookieOfOneClientIsNotGivenToAnother() throws Exception {
        try (UpstreamPool pool = pool("max-age=60")) {
            TestClient client = client(pool);
            assertThat(client.get("/").headers().first("Set-Cookie")).isPresent();
            TestResponse other = client.get("/");
            assertThat(other.headers().has("Set-Cookie")).isFalse();
            assertThat(other.headers().first("Cache-Control")).contains("max-age=60");
        }
        assertThat(origin.requests()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"no-store", "private"})
    void aClientGetsItsCookieThoughTheResponseIsNotStored(String control) throws Exception {
        try (UpstreamPool pool = pool(control)) {
            TestClient client = client(pool);
            assertThat(client.get("/").headers().first("Set-Cookie")).isPresent();
            assertThat(client.get("/").headers().first("Set-Cookie")).isPresent();
        }
    }

    private UpstreamPool pool(String control) {
        origin.answer(request -> ProxyResponse.builder(200)
                .headers(Headers.of("Cache-Control", control))
                .build());
        return UpstreamPool.builder()
                .addMember(Member.of(origin))
                .affinity(Affinity.cookie("session").build())
                .build();
    }

    private static TestClient client(UpstreamPool pool) {
        return TestClient.of(Pipeline.builder()
                .addRoute(Route.path("/**").cache(Cache.memory(1_000_000)).to(pool))
                .build());
    }
}
