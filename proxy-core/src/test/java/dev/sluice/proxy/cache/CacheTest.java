package dev.sluice.proxy.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.CacheUse;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.testing.TestResponse;
import org.junit.jupiter.api.Test;

/** What clients get through a route with a cache, and what the origin is asked. */
class CacheTest {
    @Test
    void aFreshResponseIsAnsweredWithoutTheOrigin() throws Exception {
        CachedRoute route = new CachedRoute().answer(200, "hello", "Cache-Control", "max-age=60", "ETag", "\"1\"");
        route.run(() -> {
            TestResponse first = route.get("/a");
            assertThat(first.text()).isEqualTo("hello");
            assertThat(first.headers().has("Age")).isFalse();
            assertThat(first.record().cache().forward()).isEqualTo(CacheUse.Forward.URI_MISS);
            assertThat(first.record().attempts()).hasSize(1);
            route.advance(10);
            TestResponse second = route.get("/a");
            assertThat(second.text()).isEqualTo("hello");
            assertThat(second.headers().first("Age")).contains("10");
            assertThat(second.record().cache().hit()).isTrue();
            assertThat(second.record().cache().ttlSeconds()).isEqualTo(50);
            assertThat(second.record().attempts()).isEmpty();
            return null;
        });
        assertThat(route.asked()).isEqualTo(1);
    }

    @Test
    void aStaleResponseIsValidated() throws Exception {
        CachedRoute route = new CachedRoute()
                .answer(200, "hello", "Cache-Control", "max-age=60", "ETag", "\"1\"")
                .answer(304, "", "Cache-Control", "max-age=100", "ETag", "\"1\"");
        route.run(() -> {
            route.get("/a");
            route.advance(61);
            TestResponse validated = route.get("/a");
            assertThat(validated.status()).isEqualTo(200);
            assertThat(validated.text()).isEqualTo("hello");
            assertThat(validated.record().cache().forwardStatus()).isEqualTo(304);
            route.advance(90);
            assertThat(route.get("/a").record().cache().hit()).isTrue();
            return null;
        });
        assertThat(route.asked()).isEqualTo(2);
        assertThat(route.origin.requests().get(1).headers().first("If-None-Match"))
                .contains("\"1\"");
    }

    @Test
    void aResponseWithoutATimeIsNotStored() throws Exception {
        CachedRoute route = new CachedRoute().answer(200, "hello");
        route.run(() -> {
            assertThat(route.get("/a").text()).isEqualTo("hello");
            assertThat(route.get("/a").text()).isEqualTo("hello");
            return null;
        });
        assertThat(route.asked()).isEqualTo(2);
    }

    /** As nginx does: the tag of what it compresses is weak, and else the same. */
    @Test
    void anotherVariantIsNotTakenForTheOneThatIsAskedFor() throws Exception {
        CachedRoute route = new CachedRoute().answer(request -> {
            boolean gzip = request.headers().hasToken("Accept-Encoding", "gzip");
            boolean known = request.headers().first("If-None-Match").isPresent();
            return ProxyResponse.builder(known ? 304 : 200)
                    .headers(Headers.of(
                            "Cache-Control",
                            "max-age=60",
                            "Vary",
                            "Accept-Encoding",
                            "ETag",
                            gzip ? "W/\"1\"" : "\"1\""))
                    .body(Body.of(known ? "" : gzip ? "small" : "large"))
                    .build();
        });
        route.run(() -> {
            assertThat(route.get("/a").text()).isEqualTo("large");
            assertThat(route.get("/a", "Accept-Encoding", "gzip").text()).isEqualTo("small");
            assertThat(route.get("/a", "Accept-Encoding", "gzip")
                            .record()
                            .cache()
                            .hit())
                    .isTrue();
            assertThat(route.get("/a").record().cache().hit()).isTrue();
            return null;
        });
    }

    /** As nginx does: a 304 has the strong form of what it compresses. */
    @Test
    void a304WithTheStrongFormOfAWeakTagConfirms() throws Exception {
        CachedRoute route = new CachedRoute()
                .answer(200, "small", "Cache-Control", "max-age=10", "ETag", "W/\"1\"")
                .answer(304, "", "Cache-Control", "max-age=10", "ETag", "\"1\"");
        route.run(() -> {
            route.get("/a");
            for (int i = 0; i < 2; i++) {
                route.advance(11);
                TestResponse confirmed = route.get("/a");
                assertThat(confirmed.text()).isEqualTo("small");
                assertThat(confirmed.headers().all("ETag")).containsExactly("W/\"1\"");
                assertThat(route.get("/a").record().cache().hit()).isTrue();
            }
            return null;
        });
        assertThat(route.asked()).isEqualTo(3);
    }

    @Test
    void theSnapshotCountsWhatHappened() throws Exception {
        CachedRoute route = new CachedRoute()
                .answer(200, "hello", "Cache-Control", "max-age=10, stale-while-revalidate=10", "ETag", "\"1\"")
                .answer(304, "", "Cache-Control", "max-age=10, stale-while-revalidate=10", "ETag", "\"1\"");
        route.run(() -> {
            route.get("/a");
            route.get("/a");
            route.send("HEAD", "/a");
            route.get("/a", "Range", "bytes=0-1");
            route.advance(11);
            route.get("/a");
            route.advance(1);
            route.get("/a", "Cache-Control", "no-cache");
            return null;
        });
        CacheSnapshot snapshot = route.cache.snapshot();
        assertThat(snapshot.name()).isEqualTo("sluice");
        assertThat(snapshot.hits()).isEqualTo(3);
        assertThat(snapshot.staleHits()).isEqualTo(1);
        assertThat(snapshot.hitBytes()).isEqualTo(5 + 2 + 5);
        assertThat(snapshot.validated()).isEqualTo(1);
        assertThat(snapshot.stored()).isEqualTo(1);
        assertThat(snapshot.collapsed()).isZero();
        assertThat(snapshot.fills()).isZero();
        assertThat(snapshot.storeFailures()).isZero();
        assertThat(snapshot.forwards().get(CacheUse.Forward.URI_MISS)).isEqualTo(1);
        assertThat(snapshot.forwards().get(CacheUse.Forward.REQUEST)).isEqualTo(1);
        assertThat(snapshot.store().entries()).isEqualTo(1);
        assertThat(snapshot.store().bytes()).isPositive();
    }

    @Test
    void anUnsafeMethodInvalidates() throws Exception {
        CachedRoute route = new CachedRoute().answer(200, "hello", "Cache-Control", "max-age=60");
        route.run(() -> {
            route.get("/a");
            route.send("POST", "/a");
            route.get("/a");
            return null;
        });
        assertThat(route.asked()).isEqualTo(3);
    }

    @Test
    void aClientThatHasTheResponseGets304() throws Exception {
        CachedRoute route = new CachedRoute().answer(200, "hello", "Cache-Control", "max-age=60", "ETag", "\"1\"");
        route.run(() -> {
            assertThat(route.get("/a", "If-None-Match", "\"1\"").status()).isEqualTo(304);
            assertThat(route.get("/a", "If-None-Match", "\"1\"").status()).isEqualTo(304);
            assertThat(route.get("/a", "If-None-Match", "\"2\"").text()).isEqualTo("hello");
            return null;
        });
        assertThat(route.asked()).isEqualTo(1);
    }

    @Test
    void aPartOfWhatIsStoredIsAnswered() throws Exception {
        CachedRoute route = new CachedRoute().answer(200, "0123456789", "Cache-Control", "max-age=60");
        route.run(() -> {
            route.get("/a");
            TestResponse part = route.get("/a", "Range", "bytes=2-4");
            assertThat(part.status()).isEqualTo(206);
            assertThat(part.text()).isEqualTo("234");
            assertThat(part.headers().first("Content-Range")).contains("bytes 2-4/10");
            assertThat(route.get("/a", "Range", "bytes=20-").status()).isEqualTo(416);
            assertThat(route.get("/a", "Range", "bytes=0-0, 9-9").text())
                    .contains("Content-Range: bytes 0-0/10\r\n\r\n0\r\n")
                    .contains("Content-Range: bytes 9-9/10\r\n\r\n9\r\n");
            return null;
        });
        assertThat(route.asked()).isEqualTo(1);
    }

    @Test
    void variantsAreKeptApart() throws Exception {
        CachedRoute route = new CachedRoute()
                .answer(request -> dev.sluice.proxy.ProxyResponse.builder(200)
                        .headers(dev.sluice.proxy.Headers.of("Cache-Control", "max-age=60", "Vary", "Accept-Language"))
                        .body(dev.sluice.proxy.Body.of(
                                request.headers().first("Accept-Language").orElse("none")))
                        .build());
        route.run(() -> {
            assertThat(route.get("/a", "Accept-Language", "de").text()).isEqualTo("de");
            assertThat(route.get("/a", "Accept-Language", "en").text()).isEqualTo("en");
            assertThat(route.get("/a", "Accept-Language", "de").text()).isEqualTo("de");
            assertThat(route.get("/a").text()).isEqualTo("none");
            assertThat(route.get("/a", "Accept-Language", "EN ").text()).isEqualTo("en");
            return null;
        });
        assertThat(route.asked()).isEqualTo(3);
    }

    @Test
    void aFailureIsPassedOnAndAStaleResponseUsedOnlyIfAllowed() throws Exception {
        CachedRoute route = new CachedRoute()
                .answer(200, "hello", "Cache-Control", "max-age=1, stale-if-error=10")
                .answer(503, "down");
        route.run(() -> {
            route.get("/a");
            route.advance(5);
            assertThat(route.get("/a").text()).isEqualTo("hello");
            route.advance(7);
            assertThat(route.get("/a").text()).isEqualTo("down");
            return null;
        });
    }

    @Test
    void aStaleResponseIsUsedWhileItIsRefreshed() throws Exception {
        CachedRoute route = new CachedRoute()
                .answer(200, "old", "Cache-Control", "max-age=1, stale-while-revalidate=10")
                .answer(200, "new", "Cache-Control", "max-age=60");
        route.run(() -> {
            route.get("/a");
            route.advance(5);
            TestResponse stale = route.get("/a");
            assertThat(stale.text()).isEqualTo("old");
            assertThat(stale.record().cache().summary()).isEqualTo("stale-hit");
            route.advance(1);
            assertThat(route.get("/a").text()).isEqualTo("new");
            return null;
        });
        assertThat(route.asked()).isEqualTo(2);
    }

    @Test
    void aResponseWhoseValidationChangesItsVaryIsNotUsedForOthers() throws Exception {
        CachedRoute route = new CachedRoute()
                .answer(200, "hello", "Cache-Control", "max-age=1", "ETag", "\"1\"")
                .answer(304, "", "Cache-Control", "max-age=60", "ETag", "\"1\"", "Vary", "X-Country")
                .answer(200, "hallo", "Cache-Control", "max-age=60", "Vary", "X-Country");
        route.run(() -> {
            route.get("/a");
            route.advance(5);
            assertThat(route.get("/a").text()).isEqualTo("hello");
            assertThat(route.get("/a", "X-Country", "de").text()).isEqualTo("hallo");
            return null;
        });
        assertThat(route.asked()).isEqualTo(3);
    }

    @Test
    void onlyIfCachedIsNotSentOn() throws Exception {
        CachedRoute route = new CachedRoute().answer(200, "hello", "Cache-Control", "max-age=60");
        route.run(() -> {
            TestResponse none = route.get("/a", "Cache-Control", "only-if-cached");
            assertThat(none.status()).isEqualTo(504);
            assertThat(none.record().cache().summary()).isEqualTo("none");
            return null;
        });
        assertThat(route.cache.snapshot().hits()).isZero();
        assertThat(route.asked()).isZero();
    }
}
