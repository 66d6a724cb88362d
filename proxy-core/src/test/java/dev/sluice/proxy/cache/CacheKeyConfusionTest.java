package dev.sluice.proxy.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.header.Forwarding;
import dev.sluice.proxy.key.RequestKey;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.SimulatedTime;
import dev.sluice.proxy.testing.TestClient;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Two requests that an origin tells apart never get the same stored response. */
class CacheKeyConfusionTest {
    private final SimulatedTime time = new SimulatedTime();
    private final Cache cache = Cache.builder().time(time).build();

    private static FakeUpstream saying(ProxyHandler text) {
        return FakeUpstream.named("origin").answer(text);
    }

    private static ProxyResponse text(String text) {
        return ProxyResponse.builder(200)
                .addHeader("Cache-Control", "max-age=60")
                .body(Body.of(text))
                .build();
    }

    private TestClient client(Route... routes) {
        Pipeline.Builder pipeline = Pipeline.builder().time(time);
        for (Route route : routes) {
            pipeline.addRoute(route);
        }
        return TestClient.of(pipeline.build()).from(new InetSocketAddress("10.1.1.1", 4711));
    }

    private static String get(TestClient client, String... fields) throws Exception {
        return client.send("GET", "/a", Headers.of(fields), new byte[0]).text();
    }

    /** The cache in front of this one has its host from the client, and says so; the origin gets the one of the request. */
    @Test
    void theHostThatGoesOnTellsResponsesApart() throws Exception {
        FakeUpstream origin =
                saying(request -> text(String.valueOf(request.target().authority())));
        Forwarding trusting = Forwarding.builder().trust("10.0.0.0/8").build();
        ReverseProxy proxy = ReverseProxy.builder(origin)
                .preserveHost(true)
                .forwarding(trusting)
                .build();
        TestClient client = client(Route.path("/**").cache(cache).to(proxy));
        time.run(() -> {
            assertThat(get(client, "Host", "evil.test", "X-Forwarded-Host", "shop.test"))
                    .isEqualTo("evil.test");
            assertThat(get(client, "Host", "shop.test")).isEqualTo("shop.test");
            assertThat(get(client, "Host", "shop.test", "X-Forwarded-Host", "shop.test"))
                    .isEqualTo("shop.test");
            return null;
        });
        assertThat(origin.requests()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Original-URL",
                "X-Rewrite-URL",
                "X-HTTP-Method-Override",
                "X-HTTP-Method",
                "X-Method-Override",
                "X_Original_URL",
                "x_http-method_override"
            })
    void whatFrameworksTakeForThePathOrTheMethodTellsResponsesApart(String name) throws Exception {
        TestClient client = client(Route.path("/**")
                .cache(cache)
                .to(saying(request -> text(request.headers().first(name).orElse("none")))));
        time.run(() -> {
            assertThat(get(client, "Host", "shop.test", name, "/admin")).isEqualTo("/admin");
            assertThat(get(client, "Host", "shop.test")).isEqualTo("none");
            assertThat(get(client, "Host", "shop.test", name, "/other")).isEqualTo("/other");
            return null;
        });
    }

    /** With these fields switched off they go on as they came, and a proxy in front may have told of the client's URL. */
    @ParameterizedTest
    @CsvSource({
        "X-Forwarded-Host, a.test",
        "X-Forwarded-Host, http",
        "X_Forwarded_Host, a.test",
        "X-Forwarded-Proto, https",
        "X-Forwarded-Proto, shop.test",
        "X-Forwarded-Port, 8443",
        "X-Forwarded-Prefix, /a",
        "X-Host, a.test",
        "X_Original_Host, a.test",
        "X-HTTP-Host-Override, a.test",
        "X-Script-Name, /a",
        "Front-End-Https, on"
    })
    void theUrlThatAProxyInFrontTellsOfTellsResponsesApart(String name, String value) throws Exception {
        ReverseProxy proxy = ReverseProxy.builder(
                        saying(request -> text(request.headers().first(name).orElse("none"))))
                .forwarding(Forwarding.OFF)
                .build();
        TestClient client = client(Route.path("/**").cache(cache).to(proxy));
        time.run(() -> {
            assertThat(get(client, "Host", "shop.test", name, value)).isEqualTo(value);
            assertThat(get(client, "Host", "shop.test")).isEqualTo("none");
            return null;
        });
    }

    @Test
    void noKeyOfOnePartitionIsTheNameOfAnother() throws Exception {
        CacheKey byUser = CacheKey.DEFAULT.with(RequestKey.header("X-Tenant"));
        CacheRules keyed = CacheRules.builder().partition("p").key(byUser).build();
        TestClient client = client(
                Route.path("/**")
                        .when(request -> request.headers().has("X-Tenant"))
                        .cache(cache, keyed)
                        .to(saying(request -> text("keyed"))),
                Route.path("/**")
                        .cache(cache, CacheRules.builder().partition("p1:x").build())
                        .to(saying(request -> text("other"))));
        time.run(() -> {
            assertThat(get(client, "Host", "shop.test", "X-Tenant", "x")).isEqualTo("keyed");
            assertThat(get(client, "Host", "shop.test")).isEqualTo("other");
            return null;
        });
    }

    /** Two such routes have the same words for a name, and may have different origins. */
    @Test
    void aRouteWithAConditionOfItsOwnHasANameOrAPartition() {
        assertThatThrownBy(() -> Route.path("/**")
                        .when(request -> request.headers().has("X-Tenant"))
                        .cache(cache)
                        .to(saying(request -> text("a"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("route /** has a cache and a condition of its own (when)");
    }

    @Test
    void whatRoutesAskOfFieldsKeepsThemApart() throws Exception {
        TestClient client = client(
                Route.path("/**").whenHeader("X-Tenant", "a").cache(cache).to(saying(request -> text("a"))),
                Route.path("/**").whenHeader("X-Tenant", "b").cache(cache).to(saying(request -> text("b"))));
        time.run(() -> {
            assertThat(get(client, "Host", "shop.test", "X-Tenant", "a")).isEqualTo("a");
            assertThat(get(client, "Host", "shop.test", "X-Tenant", "b")).isEqualTo("b");
            return null;
        });
    }
}
