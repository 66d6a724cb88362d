package dev.sluice.proxy.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.testing.TestResponse;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Purges in the very moment in which something is stored: none of them is lost. */
class CachePurgeMomentsTest {
    private static final URI A = URI.create("http://shop.test/a");
    private static final String[] FRESH = {"Cache-Control", "max-age=60", "ETag", "\"1\""};

    private final HookedStore store = new HookedStore();
    private final CachedRoute route =
            new CachedRoute(CacheRules.DEFAULT, Cache.builder().store(store));

    /** When something is stored next. */
    private void purges(boolean soft) {
        store.onStore = () -> {
            store.onStore = () -> {};
            if (soft) {
                route.cache.purgeSoftly(A);
            } else {
                route.cache.purge(A);
            }
        };
    }

    private void assertPurged() throws Exception {
        route.script.clear();
        route.answer(200, "new", FRESH);
        assertThat(route.get("/a").text()).isEqualTo("new");
        assertThat(route.get("/a").record().cache().hit()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPurgeWhileAResponseIsStoredCounts(boolean soft) throws Exception {
        route.answer(200, "old", FRESH).run(() -> {
            purges(soft);
            assertThat(route.get("/a").text()).isEqualTo("old");
            assertPurged();
            return null;
        });
    }

    /** A stale one is validated, and not got again. */
    @Test
    void aSoftPurgeWhileAResponseIsStoredLeavesItThere() throws Exception {
        route.answer(200, "old", FRESH).answer(304, "", FRESH).run(() -> {
            purges(true);
            route.get("/a");
            TestResponse response = route.get("/a");
            assertThat(response.text()).isEqualTo("old");
            assertThat(response.record().cache().forwardStatus()).isEqualTo(304);
            return null;
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPurgeWhileAValidationIsStoredCounts(boolean soft) throws Exception {
        route.answer(200, "old", FRESH).answer(304, "", FRESH).run(() -> {
            route.get("/a");
            route.advance(100);
            purges(soft);
            assertThat(route.get("/a").text()).isEqualTo("old");
            assertPurged();
            return null;
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPurgeWhileAnAnswerToHeadIsStoredCounts(boolean soft) throws Exception {
        route.answer(200, "old", FRESH)
                .answer(request ->
                        ProxyResponse.builder(200).headers(Headers.of(FRESH)).build())
                .run(() -> {
                    route.get("/a");
                    purges(soft);
                    route.send("HEAD", "/a", "Cache-Control", "no-cache");
                    assertPurged();
                    return null;
                });
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPurgeWhileAnAnswerToPostIsStoredCounts(boolean soft) throws Exception {
        route.answer(200, "old", "Cache-Control", "max-age=60", "Content-Location", "/a")
                .run(() -> {
                    purges(soft);
                    assertThat(route.send("POST", "/a").text()).isEqualTo("old");
                    assertPurged();
                    return null;
                });
    }
}
