package dev.sluice.examples.pages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.examples.grid.Grid;
import dev.sluice.examples.grid.GridStore;
import dev.sluice.proxy.cache.Cache;
import dev.sluice.proxy.forward.ForwardProxy;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.route.Routes;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.time.TimeSource;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** What the examples of {@code cache.md} do. */
final class CacheExamples {
    private static final String FRESH = "Cache-Control: max-age=60";

    private CacheExamples() {}

    static void theOriginIsAskedOnce(Example example) throws Exception {
        ExampleOrigin origin = example.origin("http://127.0.0.1:9000");
        origin.field(FRESH);
        ExampleClient client = example.run().started();
        assertThat(client.get("/assets/a")).startsWith("HTTP/1.1 200 ").doesNotContain("\r\nAge: ");
        assertThat(client.get("/assets/a")).startsWith("HTTP/1.1 200 ").contains("\r\nAge: ");
        assertThat(origin.heads()).hasSize(1);
    }

    static void theForwardProxyAsksOnce(Example example) throws Exception {
        ExampleOrigin origin = example.origin("http://there");
        origin.field(FRESH);
        ForwardProxy proxy = example.replace(".build();", ".addresses(AddressRule.ANY).build();")
                .run()
                .value("proxy", ForwardProxy.class);
        ProxyServer server =
                example.closing(ProxyServer.builder().forward(proxy).build());
        ExampleClient client = new ExampleClient(server.start().address());
        assertThat(client.body(origin.url() + "/a")).isEqualTo("http://there GET /a");
        assertThat(client.get(origin.url() + "/a")).contains("\r\nAge: ");
        assertThat(origin.heads()).hasSize(1);
    }

    static void whatIsStoredOutlivesTheCache(Example example) throws Exception {
        ExampleOrigin origin = example.origin("http://pool");
        origin.field(FRESH);
        ExampleClient client = example.behind(Routes.of(example.run().value("shop", Route.class)));
        client.get("/shop/a");
        assertThat(client.get("/shop/a")).contains("\r\nAge: ");
        awaitStored(example.value("inBoth", Cache.class));
        example.value("onDisk", Cache.class).close();
        example.value("inBoth", Cache.class).close();
        Path folder = example.keys().folder().resolve("var/cache/app");
        Route again = Route.path("/shop/**")
                .cache(example.closing(Cache.disk(folder, 10_000_000)))
                .to(origin.url());
        assertThat(example.behind(Routes.of(again)).get("/shop/a")).contains("\r\nAge: ");
        assertThat(origin.heads()).hasSize(1);
    }

    static void theKeyIsWithoutWhatTracksClients(Example example) throws Exception {
        ExampleOrigin origin = example.origin("http://pool");
        origin.field(FRESH);
        ExampleClient client = example.behind(Routes.of(example.run().value("shop", Route.class)));
        client.get("/shop/a?b=1&a=2&utm_source=x");
        assertThat(client.get("/shop/a?utm_campaign=y&a=2&b=1")).contains("\r\nAge: ");
        assertThat(origin.heads()).hasSize(1);
    }

    static void nothingIsStoredAnyMore(Example example) throws Exception {
        assertThat(example.run().value("dropped", Integer.class)).isZero();
    }

    static void yearsPassInATest(Example example) throws Exception {
        assertThat(example.run().value("cached", String.class)).isEqualTo("stale");
    }

    static void aPurgeComesByHttp(Example example) throws Exception {
        ExampleOrigin origin = example.origin("http://pool");
        origin.field(FRESH);
        Route purges = example.replace("10.0.0.0/8", "127.0.0.0/8").run().value("purges", Route.class);
        Route all = Route.any().cache(example.value("cache", Cache.class)).to(origin.url());
        ExampleClient client = example.behind(Routes.of(purges, all));
        client.get("/a");
        awaitStored(example.value("cache", Cache.class));
        assertThat(client.send("PURGE", "/a")).startsWith("HTTP/1.1 200 ").endsWith("purged responses: 1\n");
        assertThat(client.get("/a")).doesNotContain("\r\nAge: ");
        assertThat(origin.heads()).hasSize(2);
    }

    static void theCacheIsShared(Example example) throws Exception {
        ExampleOrigin origin = example.origin("http://pool");
        origin.field(FRESH);
        ExampleClient one = example.behind(Routes.of(example.run().value("shop", Route.class)));
        GridStore store = new GridStore(
                example.value("grid", Grid.class),
                new GridStore.Bounds(1_000_000, 100_000, 100_000),
                TimeSource.system());
        Cache cache = example.closing(Cache.builder().store(store).build());
        ExampleClient two =
                example.behind(Routes.of(Route.path("/shop/**").cache(cache).to(origin.url())));
        one.get("/shop/a", "Host: shop.test");
        awaitStored(example.value("shared", Cache.class));
        assertThat(two.get("/shop/a", "Host: shop.test")).contains("\r\nAge: ");
        assertThat(origin.heads()).hasSize(1);
    }

    /** A client may have all of a response a moment before it is stored. */
    private static void awaitStored(Cache cache) {
        long begin = System.nanoTime();
        while (cache.snapshot().fills() > 0) {
            assertThat(System.nanoTime() - begin).isLessThan(TimeUnit.SECONDS.toNanos(20));
            Thread.onSpinWait();
        }
    }
}
