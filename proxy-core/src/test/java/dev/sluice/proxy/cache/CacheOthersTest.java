package dev.sluice.proxy.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.testing.TestResponse;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What one client sends, or gets for itself, changes nothing of what others get. */
class CacheOthersTest {
    private static final CacheRules NO_COOKIES =
            CacheRules.builder().bypassCookies(true).build();

    private interface Step {
        void on(CachedRoute route) throws Exception;
    }

    /** Does it while a response is stored that is fresh for a minute. */
    private static void whileStored(CacheRules rules, Step step) throws Exception {
        CachedRoute route = new CachedRoute(rules);
        route.answer(200, "all", "Cache-Control", "max-age=60", "ETag", "\"1\"");
        route.run(() -> {
            assertThat(route.get("/a").text()).isEqualTo("all");
            step.on(route);
            return null;
        });
    }

    /** From now on the origin answers so. */
    private static void becomes(CachedRoute route, int status, String... fields) {
        route.script.clear();
        route.answer(status, status == 200 ? "all" : "", fields);
    }

    /** What everybody gets is still the first answer, from the cache. */
    private static void assertUnchanged(CachedRoute route) throws Exception {
        int asked = route.asked();
        TestResponse response = route.get("/a");
        assertThat(response.text()).isEqualTo("all");
        assertThat(response.headers().has("Set-Cookie")).isFalse();
        assertThat(response.headers().has("X-User")).isFalse();
        assertThat(response.record().cache().hit()).isTrue();
        assertThat(route.asked()).isEqualTo(asked);
    }

    @ParameterizedTest
    @ValueSource(strings = {"private, max-age=60", "no-store", "max-age=60, private=\"x-user, set-cookie\""})
    void whatHeadGotForOneClientIsNotStored(String control) throws Exception {
        whileStored(CacheRules.DEFAULT, route -> {
            becomes(route, 200, "Cache-Control", control, "ETag", "\"1\"", "Set-Cookie", "id=anna", "X-User", "anna");
            route.send("HEAD", "/a", "Cache-Control", "no-cache");
            becomes(route, 200, "Cache-Control", "max-age=60");
            assertThat(route.get("/a").headers().has("X-User")).isFalse();
            assertUnchanged(route);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"Authorization: Basic YTpi", "Cache-Control: no-store"})
    void whatHeadGotForAUserIsNotStored(String field) throws Exception {
        String[] parts = field.split(": ", 2);
        whileStored(CacheRules.DEFAULT, route -> {
            becomes(route, 200, "Cache-Control", "max-age=60", "ETag", "\"1\"", "X-User", "anna");
            route.send("HEAD", "/a", "Cache-Control", "no-cache", parts[0], parts[1]);
            assertUnchanged(route);
        });
    }

    @Test
    void whatHeadGotPastTheCacheIsNotStored() throws Exception {
        whileStored(NO_COOKIES, route -> {
            becomes(route, 200, "Cache-Control", "max-age=60", "ETag", "\"1\"", "X-User", "anna");
            route.send("HEAD", "/a", "Cookie", "id=anna");
            assertUnchanged(route);
        });
    }

    @Test
    void whatHeadGotWithACookieIsNotStored() throws Exception {
        whileStored(NO_COOKIES, route -> {
            becomes(route, 200, "Cache-Control", "max-age=60", "ETag", "\"1\"", "Set-Cookie", "id=anna");
            route.send("HEAD", "/a", "Cache-Control", "no-cache");
            becomes(route, 200, "Cache-Control", "max-age=60");
            assertThat(route.get("/a").headers().has("Set-Cookie")).isFalse();
            assertUnchanged(route);
        });
    }

    @Test
    void aValidationThatSetsACookieIsNotStored() throws Exception {
        whileStored(NO_COOKIES, route -> {
            becomes(route, 304, "Cache-Control", "max-age=60", "ETag", "\"1\"", "Set-Cookie", "id=anna");
            route.get("/a", "Cache-Control", "no-cache");
            becomes(route, 200, "Cache-Control", "max-age=60", "ETag", "\"1\"");
            assertThat(route.get("/a").headers().has("Set-Cookie")).isFalse();
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"private, max-age=60", "no-store, max-age=60"})
    void whoWaitsForAValidationDoesNotGetWhatItBroughtForAnother(String control) throws Exception {
        List<TestResponse> responses = new ArrayList<>();
        whileStored(CacheRules.DEFAULT, route -> {
            route.advance(100);
            route.script.clear();
            route.answer(request -> {
                        route.time.await(new Signal(), route.time.deadline(Duration.ofSeconds(1)));
                        return ProxyResponse.builder(304)
                                .addHeader("Cache-Control", control)
                                .addHeader("ETag", "\"1\"")
                                .addHeader("X-User", "anna")
                                .build();
                    })
                    .answer(200, "all", "Cache-Control", "max-age=60", "ETag", "\"1\"");
            List<Signal> ended = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                ended.add(route.time.start("client", () -> get(route, responses)));
            }
            for (Signal each : ended) {
                route.time.await(each, TimeSource.NEVER);
            }
        });
        assertThat(responses).hasSize(5);
        assertThat(responses.stream().filter(each -> each.headers().has("X-User")))
                .hasSize(1);
    }

    /** Not the leader, as the record says it, and not those who wait. */
    @Test
    void aValidationWithAnotherVaryIsNotStored() throws Exception {
        whileStored(CacheRules.DEFAULT, route -> {
            route.advance(100);
            becomes(route, 304, "Cache-Control", "max-age=60", "ETag", "\"1\"", "Vary", "X-User");
            TestResponse leader = route.get("/a", "X-User", "anna");
            assertThat(leader.text()).isEqualTo("all");
            assertThat(leader.record().cache().stored()).isFalse();
            assertThat(leader.record().cache().ttlSeconds()).isNull();
            assertThat(route.cache.snapshot().validated()).isEqualTo(1);
            becomes(route, 200, "Cache-Control", "no-store");
            assertThat(route.get("/a", "X-User", "anna").record().cache().hit()).isFalse();
        });
    }

    /** Once it is known, nobody waits for another. */
    @Test
    void whoComesAfterAPrivateValidationWaitsForNobody() throws Exception {
        whileStored(CacheRules.DEFAULT, route -> {
            route.advance(100);
            becomes(route, 304, "Cache-Control", "private, max-age=60", "ETag", "\"1\"");
            route.get("/a");
            route.script.clear();
            route.answer(request -> {
                route.time.await(new Signal(), route.time.deadline(Duration.ofSeconds(1)));
                return ProxyResponse.builder(200)
                        .addHeader("Cache-Control", "private")
                        .build();
            });
            long begin = route.time.nanos();
            List<TestResponse> responses = new ArrayList<>();
            Signal one = route.time.start("client", () -> get(route, responses));
            Signal other = route.time.start("client", () -> get(route, responses));
            route.time.await(one, TimeSource.NEVER);
            route.time.await(other, TimeSource.NEVER);
            assertThat(route.time.nanos() - begin).isLessThan(2_000_000_000L);
        });
    }

    /** What an answer to HEAD adds to the tags, a purge knows. */
    @Test
    void aTagThatCameWithHeadIsPurged() throws Exception {
        whileStored(CacheRules.DEFAULT, route -> {
            route.script.clear();
            route.answer(request -> ProxyResponse.builder(200)
                    .addHeader("Cache-Control", "max-age=60")
                    .addHeader("ETag", "\"1\"")
                    .addHeader("Cache-Tag", "shoes")
                    .build());
            route.send("HEAD", "/a", "Cache-Control", "no-cache");
            assertUnchanged(route);
            route.cache.purgeTag("shoes");
            assertThat(route.get("/a").record().cache().hit()).isFalse();
        });
    }

    private static void get(CachedRoute route, List<TestResponse> responses) {
        try {
            responses.add(route.get("/a"));
        } catch (IOException | InterruptedException failed) {
            throw new IllegalStateException(failed);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"no-cache, no-store", "max-age=0, no-store"})
    void aClientThatForbidsStoringEvictsNothing(String control) throws Exception {
        whileStored(CacheRules.DEFAULT, route -> {
            route.get("/a", "Cache-Control", control);
            assertUnchanged(route);
        });
    }

    @Test
    void aClientThatForbidsStoringDoesNotKeepOthersFromTheCache() throws Exception {
        CachedRoute route = new CachedRoute().answer(200, "all", "Cache-Control", "max-age=60");
        route.run(() -> {
            route.get("/a", "Cache-Control", "no-store");
            route.get("/a");
            assertUnchanged(route);
            return null;
        });
    }

    @Test
    void whatAUserGotEvictsNothing() throws Exception {
        whileStored(CacheRules.DEFAULT, route -> {
            route.get("/a", "Cache-Control", "no-cache", "Authorization", "Basic YTpi");
            assertUnchanged(route);
        });
    }

    @Test
    void aValidationForAUserChangesNothing() throws Exception {
        whileStored(CacheRules.DEFAULT, route -> {
            becomes(route, 304, "Cache-Control", "max-age=60", "ETag", "\"1\"", "X-User", "anna");
            assertThat(route.get("/a", "Cache-Control", "no-cache", "Authorization", "Basic YTpi")
                            .status())
                    .isEqualTo(200);
            assertUnchanged(route);
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 406, 407, 408, 412, 413, 414, 415, 416, 421, 425, 426, 429, 431, 500, 501, 505, 520})
    void anAnswerToABadRequestEvictsNothing(int status) throws Exception {
        whileStored(CacheRules.DEFAULT, route -> {
            becomes(route, status);
            route.get("/a", "Cache-Control", "no-cache", "X-Bad", "1");
            assertUnchanged(route);
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 301, 401, 403, 404, 410, 451})
    void whatHasChangedAtTheOriginIsNotUsedAnyMore(int status) throws Exception {
        whileStored(CacheRules.DEFAULT, route -> {
            becomes(route, status);
            route.get("/a", "Cache-Control", "no-cache");
            assertThat(route.get("/a").status()).isEqualTo(status);
        });
    }

    /** Such as Apache's, which leaves "-gzip" out of the tag of a 304. */
    @Test
    void a304WithAnotherTagDoesNotKeepWhatIsStaleForEver() throws Exception {
        whileStored(CacheRules.DEFAULT, route -> {
            route.advance(100);
            route.script.clear();
            route.answer(request -> request.headers().has("If-None-Match")
                    ? ProxyResponse.builder(304).addHeader("ETag", "\"2\"").build()
                    : ProxyResponse.of(200, "all").toBuilder()
                            .addHeader("Cache-Control", "max-age=60")
                            .build());
            route.get("/a");
            route.get("/a");
            assertUnchanged(route);
        });
    }

    /** The client has a newer response, from elsewhere; the origin confirms that one, and does not say which. */
    @Test
    void a304ForTheTagOfAClientDoesNotConfirmWhatIsStored() throws Exception {
        whileStored(CacheRules.DEFAULT, route -> {
            route.advance(100);
            route.script.clear();
            route.answer(request ->
                    request.headers().first("If-None-Match").orElse("").contains("\"2\"")
                            ? ProxyResponse.builder(304)
                                    .addHeader("Cache-Control", "max-age=60")
                                    .build()
                            : ProxyResponse.of(200, "new").toBuilder()
                                    .addHeader("Cache-Control", "max-age=60")
                                    .addHeader("ETag", "\"2\"")
                                    .build());
            assertThat(route.get("/a", "If-None-Match", "\"2\"").status()).isEqualTo(304);
            assertThat(route.get("/a").text()).isEqualTo("new");
        });
    }

    /** Rules that keep a request from the cache keep its POST from it, too. */
    @ParameterizedTest
    @ValueSource(strings = {"Cookie", "X-Past"})
    void theAnswerToAPostThatPassesByIsNotStored(String field) throws Exception {
        CacheRules rules = CacheRules.builder()
                .bypassCookies(true)
                .whenBypassed(request -> request.headers().has("X-Past"))
                .build();
        CachedRoute route = new CachedRoute(rules)
                .answer(request -> ProxyResponse.of(
                                200, request.headers().first(field).orElse("all"))
                        .toBuilder()
                        .addHeader("Cache-Control", "max-age=60")
                        .addHeader("Content-Location", "/a")
                        .build());
        route.run(() -> {
            assertThat(route.send("POST", "/a", field, "anna").text()).isEqualTo("anna");
            assertThat(route.get("/a").text()).isEqualTo("all");
            assertThat(route.send("POST", "/a", field, "anna").text()).isEqualTo("anna");
            assertThat(route.get("/a").text()).isEqualTo("all");
            return null;
        });
    }
}
