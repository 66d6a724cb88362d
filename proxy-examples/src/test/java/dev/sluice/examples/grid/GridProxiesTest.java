package dev.sluice.examples.grid;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.examples.pages.ExampleOrigin;
import dev.sluice.proxy.cache.Cache;
import dev.sluice.proxy.server.ProxyServer;
import java.net.URI;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two proxies with one grid, over real connections. */
class GridProxiesTest extends GridFixture {
    private final ExampleOrigin origin = closing(new ExampleOrigin("origin"));
    private Proxy one;
    private Proxy two;

    @BeforeEach
    void starts() {
        origin.field("Cache-Control: max-age=600\r\nCache-Tag: red\r\nETag: \"1\"");
        one = proxy(origin.url());
        two = proxy(origin.url());
    }

    @Test
    void whatOneHasStoredTheOtherServes() throws Exception {
        assertThat(one.get("/a")).endsWith("origin GET /a");
        assertThat(two.get("/a")).contains("\r\nAge: ").endsWith("origin GET /a");
        assertThat(one.isHit("/a")).isTrue();
        assertThat(two.isHit("/b")).isFalse();
        assertThat(one.isHit("/b")).isTrue();
        assertThat(origin.heads()).hasSize(2);
    }

    @Test
    void aPurgeByUrlHoldsOnBoth() throws Exception {
        one.get("/a");
        assertThat(two.isHit("/a")).as("in the memory of both").isTrue();
        assertThat(one.isHit("/a")).isTrue();
        assertThat(two.cache().purge(URI.create("http://shop.test/a"))).isOne();
        assertThat(one.isHit("/a")).isFalse();
        assertThat(two.isHit("/a")).isTrue();
        one.cache().purgeSoftly(URI.create("http://shop.test/a"));
        two.get("/a");
        assertThat(origin.heads()).hasSize(3);
        assertThat(origin.heads().get(2)).as("a validation").contains("If-None-Match: \"1\"");
    }

    @Test
    void aPurgeByTagHoldsOnBoth() throws Exception {
        one.get("/a");
        two.get("/a");
        two.cache().purgeTag("blue");
        assertThat(one.isHit("/a")).isTrue();
        two.cache().purgeTag("red");
        assertThat(one.isHit("/a")).isFalse();
        assertThat(two.isHit("/a")).isTrue();
        one.cache().purgeTagSoftly("red");
        two.get("/a");
        assertThat(origin.heads().get(2)).as("a validation").contains("If-None-Match: \"1\"");
    }

    @Test
    void aPurgeOfAllHoldsOnBoth() throws Exception {
        one.get("/a");
        two.get("/b");
        one.cache().purgeAll();
        assertThat(two.isHit("/a")).isFalse();
        assertThat(one.isHit("/b")).isFalse();
        assertThat(two.isHit("/b")).isTrue();
        assertThat(two.cache().snapshot().store().entries()).as("of /a").isOne();
    }

    @Test
    void aRestartKnowsWhatIsStoredAndWhatWasPurged() throws Exception {
        one.get("/a");
        one.get("/b");
        one.cache().purgeTag("red");
        one.get("/b");
        one.close();
        two.close();
        Proxy again = proxy(origin.url());
        assertThat(again.isHit("/b")).isTrue();
        assertThat(again.isHit("/a")).isFalse();
    }

    @Test
    void theExampleSharesItsCache() throws Exception {
        Cache none = Cache.memory(100_000);
        try (ProxyServer first = SharedCache.start(0, origin.url(), grid);
                ProxyServer second = SharedCache.start(0, origin.url(), grid)) {
            assertThat(new Proxy(first, none).isHit("/a")).isFalse();
            await("it is stored", () -> grid.names().stream().anyMatch(name -> name.startsWith("heads/")));
            assertThat(new Proxy(second, none).isHit("/a")).isTrue();
        }
    }
}
