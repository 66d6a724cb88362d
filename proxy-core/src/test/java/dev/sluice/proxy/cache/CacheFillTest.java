package dev.sluice.proxy.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.CacheUse;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.testing.TestResponse;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Many clients that ask for one response while it arrives. */
class CacheFillTest {
    private static final String TEXT = "0123456789".repeat(10_000);

    private final List<TestResponse> responses = new ArrayList<>();
    private final List<Throwable> failures = new ArrayList<>();

    @Test
    void aThousandClientsAskTheOriginOnce() throws Exception {
        CachedRoute route = new CachedRoute();
        route.answer(slow(route, TEXT.length(), "Cache-Control", "max-age=60"));
        route.run(() -> {
            herd(route, 1_000);
            return null;
        });
        assertThat(route.asked()).isEqualTo(1);
        assertThat(responses)
                .hasSize(1_000)
                .allSatisfy(response -> assertThat(response.text()).isEqualTo(TEXT));
        assertThat(responses.stream().filter(each -> each.record().cache().collapsed()))
                .hasSize(999);
    }

    @Test
    void whatIsNotForOthersMakesNobodyWaitInLine() throws Exception {
        CachedRoute route = new CachedRoute();
        route.answer(slow(route, TEXT.length(), "Cache-Control", "private"));
        long nanos = route.run(() -> {
            herd(route, 1_000);
            return route.time.nanos();
        });
        assertThat(responses)
                .hasSize(1_000)
                .allSatisfy(response -> assertThat(response.text()).isEqualTo(TEXT));
        assertThat(Duration.ofNanos(nanos)).isLessThan(Duration.ofSeconds(30));
    }

    @Test
    void afterWhatIsNotForOthersNobodyWaitsForAWhile() throws Exception {
        CachedRoute route = new CachedRoute();
        route.answer(slow(route, TEXT.length(), "Cache-Control", "no-store"));
        route.run(() -> {
            route.get("/a");
            long begin = route.time.nanos();
            herd(route, 10);
            assertThat(Duration.ofNanos(route.time.nanos() - begin)).isLessThan(Duration.ofSeconds(12));
            return null;
        });
        assertThat(route.asked()).isEqualTo(11);
        assertThat(responses)
                .allSatisfy(each -> assertThat(each.record().cache().detail()).isEqualTo("no-store"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 16_384, 50_000, 99_999})
    void aResponseThatBreaksOffIsWholeForNobodyAndNotStored(int cutAt) throws Exception {
        CachedRoute route = new CachedRoute();
        route.answer(slow(route, cutAt, "Cache-Control", "max-age=60"))
                .answer(slow(route, TEXT.length(), "Cache-Control", "max-age=60"));
        route.run(() -> {
            herd(route, 20);
            return null;
        });
        // Who was late for the first response has another one.
        assertThat(responses).hasSize(20).allSatisfy(response -> {
            assertThat(TEXT).startsWith(response.text());
            assertThat(response.text().equals(TEXT)).isEqualTo(response.failure() == null);
        });
        assertThat(responses).anyMatch(response -> response.failure() != null);
    }

    @Test
    void whoComesWhileItArrivesGetsAllOfIt() throws Exception {
        CachedRoute route = new CachedRoute();
        route.answer(slow(route, TEXT.length(), "Cache-Control", "max-age=60"));
        route.run(() -> {
            List<Signal> ended = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                ended.add(client(route));
                route.time.advance(Duration.ofMillis(700));
            }
            awaitAll(route, ended);
            return null;
        });
        assertThat(route.asked()).isEqualTo(1);
        assertThat(responses)
                .hasSize(8)
                .allSatisfy(response -> assertThat(response.text()).isEqualTo(TEXT));
    }

    @Test
    void whatIsTooLongIsPassedOnWholeAndNotStored() throws Exception {
        CachedRoute route = new CachedRoute(CacheRules.DEFAULT, Cache.builder().maxEntryBytes(40_000));
        route.answer(slow(route, TEXT.length(), "Cache-Control", "max-age=60"));
        route.run(() -> {
            herd(route, 10);
            return null;
        });
        assertThat(responses)
                .hasSize(10)
                .allSatisfy(response -> assertThat(response.text()).isEqualTo(TEXT));
        assertThat(route.cache.snapshot().store().entries()).isZero();
        assertThat(route.cache.snapshot().fills()).isZero();
    }

    /** The next request would find no room either, so it is not tried each time. */
    @Test
    void whatTheStoreHasNoRoomForPassesByForAWhile() throws Exception {
        CachedRoute route = new CachedRoute(CacheRules.DEFAULT, Cache.builder().maxEntryBytes(400));
        route.answer(200, "x".repeat(1_000), "Cache-Control", "max-age=60");
        route.run(() -> {
            for (int i = 0; i < 5; i++) {
                assertThat(route.get("/a").record().cache().detail()).isEqualTo("no room");
            }
            return null;
        });
    }

    @Test
    void aPurgeWhileItArrivesKeepsItFromBeingStored() throws Exception {
        CachedRoute route = new CachedRoute();
        route.answer(slow(route, TEXT.length(), "Cache-Control", "max-age=60", "Cache-Tag", "t"));
        route.run(() -> {
            Signal first = client(route);
            route.advance(3);
            route.cache.purge(URI.create("http://shop.test/a"));
            awaitAll(route, List.of(first));
            Signal second = client(route);
            route.advance(3);
            route.cache.purgeTag("t");
            awaitAll(route, List.of(second));
            assertThat(route.get("/a").text()).isEqualTo(TEXT);
            return null;
        });
        assertThat(responses)
                .hasSize(2)
                .allSatisfy(response -> assertThat(response.text()).isEqualTo(TEXT));
        assertThat(route.asked()).isEqualTo(3);
    }

    /** RFC 9111 does not know purges: their user expects that nobody gets the older response who asks after it. */
    @ParameterizedTest
    @CsvSource({"500, url", "500, tag", "500, all", "3000, url", "3000, tag", "3000, all"})
    void whoAsksAfterAPurgeGetsNothingThatWasOnItsWay(int afterMillis, String what) throws Exception {
        CachedRoute route = new CachedRoute();
        route.answer(slow(route, TEXT.length(), "Cache-Control", "max-age=60", "Cache-Tag", "t"));
        route.run(() -> {
            Signal first = client(route);
            route.time.advance(Duration.ofMillis(afterMillis));
            switch (what) {
                case "url" -> route.cache.purgeSoftly(URI.create("http://shop.test/a"));
                case "tag" -> route.cache.purgeTagSoftly("t");
                default -> route.cache.purgeAll();
            }
            assertThat(route.get("/a").record().cache().collapsed()).isFalse();
            awaitAll(route, List.of(first));
            return null;
        });
        assertThat(route.asked()).isEqualTo(2);
    }

    @Test
    void itIsStoredThoughItsClientLeaves() throws Exception {
        Exchange[] leader = new Exchange[1];
        CachedRoute route = new CachedRoute();
        route.answer(slow(route, TEXT.length(), "Cache-Control", "max-age=60"));
        route.onRequest = request -> leader[0] = request.exchange();
        route.run(() -> {
            Signal first = client(route);
            route.advance(3);
            leader[0].cancel(Outcome.CLIENT_LEFT);
            awaitAll(route, List.of(first));
            route.advance(20);
            TestResponse second = route.get("/a");
            assertThat(second.text()).isEqualTo(TEXT);
            assertThat(second.record().cache().hit()).isTrue();
            return null;
        });
        assertThat(route.asked()).isEqualTo(1);
    }

    @Test
    void aResponseThatNobodyNeedsIsGivenUpAfterAWhile() throws Exception {
        Exchange[] leader = new Exchange[1];
        CachedRoute route = new CachedRoute(
                CacheRules.builder().finishFor(Duration.ofSeconds(2)).build());
        route.answer(slow(route, TEXT.length(), "Cache-Control", "max-age=60"));
        route.onRequest = request -> leader[0] = request.exchange();
        route.run(() -> {
            Signal first = client(route);
            route.advance(3);
            leader[0].cancel(Outcome.CLIENT_LEFT);
            awaitAll(route, List.of(first));
            route.advance(20);
            assertThat(route.cache.snapshot().store().entries()).isZero();
            assertThat(route.cache.snapshot().fills()).isZero();
            return null;
        });
    }

    @Test
    void othersAreServedThoughTheFirstClientLeavesBeforeTheHead() throws Exception {
        List<Exchange> begun = new ArrayList<>();
        CachedRoute route = new CachedRoute();
        route.answer(slow(route, TEXT.length(), "Cache-Control", "max-age=60"));
        route.onRequest = request -> begun.add(request.exchange());
        route.run(() -> {
            List<Signal> ended = new ArrayList<>(List.of(client(route), client(route), client(route)));
            route.time.advance(Duration.ofMillis(100));
            begun.get(0).cancel(Outcome.CLIENT_LEFT);
            awaitAll(route, ended);
            return null;
        });
        assertThat(responses)
                .hasSize(2)
                .allSatisfy(response -> assertThat(response.text()).isEqualTo(TEXT));
        assertThat(route.asked()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 3_000})
    void nothingStaysOpenThoughAllClientsLeave(int afterMillis) throws Exception {
        List<Exchange> begun = new ArrayList<>();
        CountingStore store = new CountingStore();
        CachedRoute route = new CachedRoute(CacheRules.DEFAULT, Cache.builder().store(store));
        route.answer(slow(route, TEXT.length(), "Cache-Control", "max-age=60"));
        route.onRequest = request -> begun.add(request.exchange());
        route.run(() -> {
            List<Signal> ended = List.of(client(route), client(route));
            route.time.advance(Duration.ofMillis(afterMillis));
            begun.forEach(each -> each.cancel(Outcome.CLIENT_LEFT));
            awaitAll(route, ended);
            route.advance(60);
            assertThat(route.cache.snapshot().fills()).isZero();
            assertThat(store.open()).isZero();
            return null;
        });
    }

    @Test
    void nobodyWaitsLongerThanHeMust() throws Exception {
        CachedRoute route = new CachedRoute(
                CacheRules.builder().maxWait(Duration.ofMillis(500)).build());
        route.answer(slow(route, TEXT.length(), "Cache-Control", "max-age=60"));
        route.run(() -> {
            herd(route, 2);
            return null;
        });
        assertThat(route.asked()).isEqualTo(2);
        assertThat(responses.get(1).record().cache().detail()).isEqualTo("waited for too long");
    }

    @Test
    void aFailureIsToldToAllWhoWait() throws Exception {
        CachedRoute route = new CachedRoute();
        route.answer(request -> {
            route.time.await(new Signal(), route.time.deadline(Duration.ofSeconds(1)));
            throw new IOException("gone");
        });
        route.run(() -> {
            herd(route, 50);
            return null;
        });
        assertThat(route.asked()).isEqualTo(1);
        assertThat(responses)
                .hasSize(50)
                .allSatisfy(response -> assertThat(response.status()).isEqualTo(502))
                .anyMatch(response -> response.record().attempts().size() == 1);
    }

    @Test
    void theRestOfAPartIsFetchedWhenSomebodyAsksAgain() throws Exception {
        CachedRoute route = new CachedRoute();
        route.answer(request -> request.headers().has("Range")
                ? ProxyResponse.builder(206)
                        .headers(Headers.of("Content-Range", "bytes 2-4/10", "Cache-Control", "max-age=60"))
                        .body(Body.of("234"))
                        .build()
                : ProxyResponse.builder(200)
                        .headers(Headers.of("Cache-Control", "max-age=60"))
                        .body(Body.of("0123456789"))
                        .build());
        route.run(() -> {
            TestResponse first = route.get("/a", "Range", "bytes=2-4");
            assertThat(first.status()).isEqualTo(206);
            assertThat(first.record().cache().forward()).isEqualTo(CacheUse.Forward.PARTIAL);
            TestResponse second = route.get("/a", "Range", "bytes=5-6");
            assertThat(second.status()).isEqualTo(206);
            assertThat(second.text()).isEqualTo("56");
            assertThat(route.get("/a").record().cache().hit()).isTrue();
            return null;
        });
        assertThat(route.asked()).isEqualTo(2);
    }

    private void herd(CachedRoute route, int clients) throws InterruptedException {
        List<Signal> ended = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            ended.add(client(route));
        }
        awaitAll(route, ended);
    }

    private Signal client(CachedRoute route) {
        return route.time.start("client", () -> {
            try {
                responses.add(route.get("/a"));
            } catch (IOException | InterruptedException failure) {
                failures.add(failure);
            }
        });
    }

    private static void awaitAll(CachedRoute route, List<Signal> ended) throws InterruptedException {
        for (Signal each : ended) {
            route.time.await(each, TimeSource.NEVER);
        }
    }

    /** After a second the head, and then 20,000 bytes a second, until it breaks off. */
    private static ProxyHandler slow(CachedRoute route, int cutAt, String... fields) {
        return request -> {
            route.time.await(new Signal(), route.time.deadline(Duration.ofSeconds(1)));
            InputStream body = new InputStream() {
                private int position;

                @Override
                public int read() throws IOException {
                    byte[] one = new byte[1];
                    return read(one, 0, 1) < 0 ? -1 : one[0];
                }

                @Override
                public int read(byte[] into, int offset, int length) throws IOException {
                    if (position == cutAt && cutAt < TEXT.length()) {
                        throw new IOException("cut");
                    }
                    if (position == TEXT.length()) {
                        return -1;
                    }
                    pause(route);
                    int n = Math.min(Math.min(length, 10_000), Math.min(cutAt, TEXT.length()) - position);
                    System.arraycopy(
                            TEXT.substring(position, position + n).getBytes(StandardCharsets.US_ASCII),
                            0,
                            into,
                            offset,
                            n);
                    position += n;
                    return n;
                }
            };
            return ProxyResponse.builder(200)
                    .headers(Headers.of(fields))
                    .body(Body.of(body, Body.UNKNOWN))
                    .build();
        };
    }

    private static void pause(CachedRoute route) throws IOException {
        try {
            route.time.await(new Signal(), route.time.deadline(Duration.ofMillis(500)));
        } catch (InterruptedException interrupt) {
            throw new InterruptedIOException();
        }
    }
}
