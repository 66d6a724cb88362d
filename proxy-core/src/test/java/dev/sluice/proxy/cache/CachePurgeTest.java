package dev.sluice.proxy.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.CacheUse;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestResponse;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What is stored is dropped, or made stale, by URL and by tag. */
class CachePurgeTest {
    private final CachedRoute route = new CachedRoute()
            .answer(
                    200,
                    "hello",
                    "Cache-Control",
                    "max-age=60",
                    "ETag",
                    "\"1\"",
                    "Cache-Tag",
                    "red, blue",
                    "Vary",
                    "X");

    @Test
    void aPurgedUrlIsAskedForAgainInAllItsVariants() throws Exception {
        route.run(() -> {
            route.get("/a?b", "X", "1");
            route.get("/a?b", "X", "2");
            route.get("/a");
            assertThat(route.cache.purge(URI.create("http://SHOP.test:80/a?b#part")))
                    .isEqualTo(2);
            assertThat(route.get("/a?b", "X", "1").record().cache().hit()).isFalse();
            assertThat(route.get("/a?b", "X", "2").record().cache().hit()).isFalse();
            assertThat(route.get("/a").record().cache().hit()).isTrue();
            return null;
        });
    }

    /** A client cannot ask for it in another spelling. */
    @Test
    void aUrlWithLettersThatMustBeEscapedIsPurged() throws Exception {
        route.run(() -> {
            route.get("/%C3%BCber");
            assertThat(route.cache.purge(URI.create("http://shop.test/\u00fcber")))
                    .isEqualTo(1);
            return null;
        });
    }

    @Test
    void aPurgedTagIsAskedForAgain() throws Exception {
        route.run(() -> {
            route.get("/a");
            route.cache.purgeTag("blue");
            assertThat(route.get("/a").record().cache().forward()).isEqualTo(CacheUse.Forward.URI_MISS);
            assertThat(route.get("/a").record().cache().hit()).isTrue();
            route.cache.purgeTag("green");
            assertThat(route.get("/a").record().cache().hit()).isTrue();
            route.cache.purgeAll();
            assertThat(route.get("/a").record().cache().hit()).isFalse();
            return null;
        });
        assertThat(route.asked()).isEqualTo(3);
    }

    @Test
    void aSoftPurgeMakesItStale() throws Exception {
        route.run(() -> {
            route.get("/a");
            route.cache.purgeTagSoftly("red");
            assertThat(route.get("/a").record().cache().forward()).isEqualTo(CacheUse.Forward.STALE);
            route.cache.purgeSoftly(URI.create("http://shop.test/a"));
            assertThat(route.get("/a").record().cache().forward()).isEqualTo(CacheUse.Forward.STALE);
            assertThat(route.get("/a").record().cache().hit()).isTrue();
            return null;
        });
        assertThat(route.origin.requests().get(1).headers().first("If-None-Match"))
                .contains("\"1\"");
    }

    @Test
    void whatASoftPurgeMadeStaleIsNoFreshHit() throws Exception {
        CachedRoute graced = new CachedRoute(
                CacheRules.builder().grace(Duration.ofMinutes(1)).build());
        graced.answer(200, "hello", "Cache-Control", "max-age=60");
        graced.run(() -> {
            graced.get("/a");
            graced.cache.purgeSoftly(URI.create("http://shop.test/a"));
            CacheUse use = graced.get("/a").record().cache();
            assertThat(use.summary()).isEqualTo("stale-hit");
            assertThat(use).hasToString("cache sluice: stale-hit, stale for 1 s");
            return null;
        });
        assertThat(graced.cache.snapshot().staleHits()).isEqualTo(1);
        assertThat(graced.cache.snapshot().hits()).isZero();
    }

    @Test
    void aPurgeWithAnyRuleOfQueriesIsForEachRoute() throws Exception {
        CachedRoute plain = new CachedRoute(CacheRules.builder()
                .key(CacheKey.DEFAULT.withoutParameters("utm_*"))
                .build());
        plain.answer(200, "hello", "Cache-Control", "max-age=60");
        plain.run(() -> {
            plain.get("/a?b=1&utm_x=2");
            assertThat(plain.cache.purge(URI.create("http://shop.test/a?utm_y=3&b=1")))
                    .isEqualTo(1);
            assertThat(plain.get("/a?b=1").record().cache().hit()).isFalse();
            return null;
        });
    }

    /** RFC 9111 §3.2: a 304 brings all fields up to date, those with tags too. */
    @Test
    void tagsOfA304Count() throws Exception {
        route.answer(304, "", "ETag", "\"1\"", "Cache-Tag", "green", "Cache-Control", "max-age=60");
        route.run(() -> {
            route.get("/a");
            route.advance(61);
            assertThat(route.get("/a").status()).isEqualTo(200);
            route.cache.purgeTagSoftly("red");
            assertThat(route.get("/a").record().cache().hit()).isTrue();
            route.cache.purgeTagSoftly("green");
            assertThat(route.get("/a").record().cache().forward()).isEqualTo(CacheUse.Forward.STALE);
            return null;
        });
    }

    @Test
    void aResponseWithMoreTagsThanAreLookedAtIsNotStored() throws Exception {
        for (int tags : new int[] {1_000, 1_001}) {
            CachedRoute many = new CachedRoute()
                    .answer(200, "hello", "Cache-Control", "max-age=60", "Cache-Tag", "a ".repeat(tags - 1) + "last");
            many.run(() -> {
                many.get("/a");
                assertThat(many.get("/a").record().cache().hit()).isEqualTo(tags == 1_000);
                many.cache.purgeTag("last");
                assertThat(many.get("/a").record().cache().hit()).isFalse();
                return null;
            });
        }
    }

    @Test
    void whatWasPurgedAltogetherTakesNoRoom() throws Exception {
        route.run(() -> {
            route.get("/a");
            route.get("/b");
            route.cache.purgeAll();
            assertThat(route.cache.snapshot().store().entries()).isZero();
            route.get("/a");
            route.cache.purgeAllSoftly();
            assertThat(route.get("/a").record().cache().forward()).isEqualTo(CacheUse.Forward.STALE);
            return null;
        });
    }

    @Test
    void aPurgeByHttpTakesUrlsAndTags() throws Exception {
        TestClient purges = TestClient.of(Pipeline.builder()
                .time(route.time)
                .addRoute(Route.any().to(route.cache.purgeHandler()))
                .build());
        route.run(() -> {
            route.get("/a");
            TestResponse purged = purges.send("PURGE", "http://shop.test/a", request -> request);
            assertThat(purged.text()).isEqualTo("purged responses: 1\n");
            route.get("/a");
            purges.send("PURGE", "/", request -> request.addHeader("Surrogate-Key", "red"));
            assertThat(route.get("/a").record().cache().hit()).isFalse();
            assertThat(purges.get("/a").status()).isEqualTo(405);
            route.get("/a");
            for (String field :
                    new String[] {"Cache-Purge: sofft", "Cache-Purge: all", "Surrogate-Key: ", "Cache-Tag: ,"}) {
                String[] parts = field.split(": ", -1);
                TestResponse refused =
                        purges.send("PURGE", "http://shop.test/a", request -> request.addHeader(parts[0], parts[1]));
                assertThat(refused.status()).as(field).isEqualTo(400);
            }
            assertThat(route.get("/a").record().cache().hit()).isTrue();
            purges.send("PURGE", "http://shop.test/a", request -> request.addHeader("Cache-Purge", "Soft"));
            assertThat(route.get("/a").record().cache().forward()).isEqualTo(CacheUse.Forward.STALE);
            return null;
        });
    }

    /** Who purges must know that it has not been done. */
    @Test
    void aPurgeThatTheStoreCannotDoFails() throws Exception {
        CachedRoute failing = new CachedRoute(
                CacheRules.DEFAULT, Cache.builder().store(new FailingStore(FailingStore.Point.REMOVE, 0)));
        TestClient purges = TestClient.of(Pipeline.builder()
                .time(failing.time)
                .addRoute(Route.any().to(failing.cache.purgeHandler()))
                .build());
        String message = "the store of cache sluice could not purge http://shop.test/a: the store fails at REMOVE";
        assertThatThrownBy(() -> failing.cache.purge(URI.create("http://shop.test/a")))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage(message);
        failing.run(() -> {
            TestResponse answer = purges.send("PURGE", "http://shop.test/a", request -> request);
            assertThat(answer.status()).isEqualTo(500);
            assertThat(answer.text()).isEqualTo(message + '\n');
            return null;
        });
        assertThat(failing.cache.snapshot().storeFailures()).isEqualTo(2);
    }

    @Test
    void whatIsNoUrlIsRefused() {
        assertThatThrownBy(() -> route.cache.purge(URI.create("/a")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"/a\"");
        assertThatThrownBy(() -> route.cache.purge(URI.create("http://ann@shop.test/a")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "not a URL that clients ask for: \"http://ann@shop.test/a\": userinfo in the request target");
        for (String tag : new String[] {"", " ", "a b", "a,b", "\u00e9"}) {
            assertThatThrownBy(() -> route.cache.purgeTag(tag)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> route.cache.purgeTagSoftly(tag)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
