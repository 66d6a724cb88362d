package dev.sluice.proxy.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.CacheUse;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.syntax.HttpDate;
import dev.sluice.proxy.testing.FakeUpstream;
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

/** Which response takes the place of which, and whose request brings it. */
class CacheReplacingTest {
    private static final String REVALIDATE = "max-age=10, stale-while-revalidate=50";

    private final CachedRoute route = new CachedRoute();
    private final List<TestResponse> responses = new ArrayList<>();

    private void assertHit(String text, String... fields) throws Exception {
        TestResponse response = route.get("/a", fields);
        assertThat(response.text()).isEqualTo(text);
        assertThat(response.record().cache().hit()).isTrue();
    }

    @Test
    void aHeadThatGetsWhatIsStaleRefreshesItByGet() throws Exception {
        route.answer(200, "old", "Cache-Control", REVALIDATE).answer(200, "new", "Cache-Control", "max-age=600");
        route.run(() -> {
            route.get("/a");
            route.advance(12);
            assertThat(route.send("HEAD", "/a").headers().first("Content-Length"))
                    .contains("3");
            route.advance(1);
            assertHit("new");
            return null;
        });
        assertThat(route.origin.requests())
                .extracting(FakeUpstream.ReceivedRequest::method)
                .containsExactly("GET", "GET");
    }

    @Test
    void aClientThatForbidsStoringDoesNotHoldUpARefresh() throws Exception {
        route.answer(200, "old", "Cache-Control", REVALIDATE).answer(200, "new", "Cache-Control", "max-age=600");
        route.run(() -> {
            route.get("/a");
            route.advance(12);
            assertHit("old", "Cache-Control", "no-store");
            route.time.advance(Duration.ofMillis(1));
            assertHit("old");
            route.time.advance(Duration.ofMillis(1));
            assertHit("new");
            return null;
        });
        assertThat(route.asked()).isEqualTo(2);
    }

    /** One that varies is selected before one that does not, and the most recent one by its date. */
    @ParameterizedTest
    @ValueSource(strings = {"", "Foo", "Accept-Language, Foo"})
    void aVariantThatIsNoLongerRightIsNotAskedAboutForEver(String vary) throws Exception {
        route.answer(
                        200,
                        "old",
                        "Cache-Control",
                        "max-age=10",
                        "Vary",
                        "Accept-Language",
                        "Date",
                        "Fri, 01 Jan 2100 00:00:00 GMT")
                .answer(200, "new", "Cache-Control", "max-age=600", "Vary", vary);
        route.run(() -> {
            route.get("/a", "Accept-Language", "de");
            route.advance(12);
            assertThat(route.get("/a", "Accept-Language", "de").text()).isEqualTo("new");
            assertHit("new", "Accept-Language", "de");
            return null;
        });
        assertThat(route.asked()).isEqualTo(2);
    }

    private ProxyResponse slow(int headAfter, int bodyAfter, String text) throws InterruptedException {
        String date = HttpDate.format(route.time.now());
        route.time.await(new Signal(), route.time.deadline(Duration.ofSeconds(headAfter)));
        return ProxyResponse.builder(200)
                .headers(Headers.of("Cache-Control", "max-age=600", "Date", date))
                .body(Body.of(new ArrivingBody(route.time, text, text.length()).onReached(at -> pause(bodyAfter)), -1))
                .build();
    }

    private void pause(int seconds) throws IOException {
        try {
            route.time.await(new Signal(), route.time.deadline(Duration.ofSeconds(seconds)));
        } catch (InterruptedException interrupt) {
            throw new IOException(interrupt);
        }
    }

    /** Whether its head comes late, or its body. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatCameLaterThoughItIsOlderDoesNotTakeThePlaceOfTheNewer(boolean isHeadLate) throws Exception {
        route.answer(request -> slow(isHeadLate ? 20 : 0, isHeadLate ? 0 : 20, "old"))
                .answer(200, "new", "Cache-Control", "max-age=600");
        route.run(() -> {
            Signal ended = route.time.start("client", () -> {
                try {
                    responses.add(route.get("/a"));
                } catch (IOException | InterruptedException failure) {
                    throw new IllegalStateException(failure);
                }
            });
            route.advance(5);
            assertThat(route.get("/a", "Cache-Control", "no-cache").text()).isEqualTo("new");
            route.time.await(ended, TimeSource.NEVER);
            route.advance(1);
            assertHit("new");
            return null;
        });
        assertThat(responses).extracting(TestResponse::text).containsExactly("old");
        assertThat(route.cache.snapshot().fills()).isZero();
    }

    /** What a validation brings for one client goes to that one, and is not stored. */
    @ParameterizedTest
    @ValueSource(strings = {"private", "no-cache"})
    void aFieldOfAValidationThatIsForOneClientGoesToIt(String directive) throws Exception {
        String control = "max-age=10, " + directive + "=\"Set-Cookie, Date\"";
        route.answer(200, "x", "Cache-Control", control, "ETag", "\"1\"")
                .answer(304, "", "Cache-Control", control, "ETag", "\"1\"", "Set-Cookie", "s=2", "Date", "then");
        route.run(() -> {
            route.get("/a");
            route.advance(12);
            TestResponse validated = route.get("/a");
            assertThat(validated.record().cache().forward()).isEqualTo(CacheUse.Forward.STALE);
            assertThat(validated.headers().all("Set-Cookie")).containsExactly("s=2");
            assertThat(validated.headers().all("Date")).containsExactly("then");
            assertThat(route.get("/a").headers().has("Set-Cookie")).isFalse();
            return null;
        });
    }
}
