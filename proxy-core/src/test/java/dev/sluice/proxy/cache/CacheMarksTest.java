package dev.sluice.proxy.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.scope.ClientMarks;
import dev.sluice.proxy.testing.TestResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an upstream adds for one client, as the cookie of a session, is in the answer to that client alone. */
class CacheMarksTest {
    private final CachedRoute route = new CachedRoute().answer(CacheMarksTest::marked);

    private static ProxyResponse marked(ProxyRequest request) {
        ProxyResponse response = ProxyResponse.builder(200)
                .headers(Headers.of("Cache-Control", "max-age=60", "Content-Location", "/a"))
                .body(request.method().equals("HEAD") ? Body.empty() : Body.of("all"))
                .build();
        String who = request.headers().first("X-Who").orElse("");
        return ClientMarks.mark(
                request.exchange(),
                response,
                fields -> fields.toBuilder().add("Set-Cookie", "of=" + who).build());
    }

    private static List<String> cookies(TestResponse response) {
        return response.headers().all("Set-Cookie");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST"})
    void theMarkOfAClientIsNotStored(String method) throws Exception {
        route.run(() -> {
            assertThat(cookies(route.send(method, "/a", "X-Who", "anna"))).containsExactly("of=anna");
            TestResponse other = route.get("/a", "X-Who", "bob");
            assertThat(other.record().cache().hit()).isTrue();
            assertThat(cookies(other)).isEmpty();
            return null;
        });
    }

    @Test
    void theMarkOfAnAnswerToHeadIsNotStored() throws Exception {
        route.run(() -> {
            route.get("/a");
            TestResponse head = route.send("HEAD", "/a", "X-Who", "anna", "Cache-Control", "no-cache");
            assertThat(cookies(head)).containsExactly("of=anna");
            TestResponse other = route.get("/a", "X-Who", "bob");
            assertThat(other.record().cache().hit()).isTrue();
            assertThat(cookies(other)).isEmpty();
            return null;
        });
    }

    @Test
    void theMarkOfAValidationGoesToItsClientAlone() throws Exception {
        route.script.clear();
        route.answer(request -> {
            boolean has = request.headers().has("If-None-Match");
            ProxyResponse response = ProxyResponse.builder(has ? 304 : 200)
                    .headers(Headers.of("Cache-Control", "max-age=60", "ETag", "\"1\""))
                    .body(has ? Body.empty() : Body.of("all"))
                    .build();
            return ClientMarks.mark(
                    request.exchange(),
                    response,
                    fields -> fields.toBuilder().add("Set-Cookie", "of=anna").build());
        });
        route.run(() -> {
            route.get("/a");
            route.advance(61);
            TestResponse validated = route.get("/a");
            assertThat(validated.record().cache().forwardStatus()).isEqualTo(304);
            assertThat(cookies(validated)).containsExactly("of=anna");
            TestResponse other = route.get("/a");
            assertThat(other.record().cache().hit()).isTrue();
            assertThat(cookies(other)).isEmpty();
            return null;
        });
    }

    /** Not only what the cache sees is marked. */
    @ParameterizedTest
    @ValueSource(strings = {"PUT", "POST", "HEAD"})
    void whatIsMarkedAfterTheCacheGoesToTheClient(String method) throws Exception {
        route.after = CacheMarksTest::againMarked;
        route.run(() -> {
            assertThat(cookies(route.send(method, "/a", "X-Who", "anna"))).containsExactly("of=anna", "after=1");
            return null;
        });
    }

    private static ProxyResponse againMarked(ProxyRequest request, ProxyResponse response) {
        return ClientMarks.mark(
                request.exchange(),
                response,
                fields -> fields.toBuilder().add("Set-Cookie", "after=1").build());
    }
}
