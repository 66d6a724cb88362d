package dev.sluice.proxy.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.cache.CutRoute.Got;
import dev.sluice.proxy.limit.Timeouts;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.SimulatedTime;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestResponse;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;

/** What a cache does when many ask at once, and when something fails that seldom does. */
class CacheLoadTest {
    private static final String[] FRESH = {"Cache-Control", "max-age=60"};

    /** The system may be out of files for a moment. */
    @Test
    void whatCannotBeOpenedOnceStaysStored() throws Exception {
        HookedStore store = new HookedStore();
        CachedRoute route = new CachedRoute(CacheRules.DEFAULT, Cache.builder().store(store));
        route.answer(200, "x", FRESH).answer(503, "down");
        route.run(() -> {
            route.get("/a");
            store.onOpen = () -> {
                throw new UncheckedIOException(new IOException("Too many open files"));
            };
            assertThat(route.get("/a").status()).isEqualTo(503);
            store.onOpen = () -> {};
            TestResponse again = route.get("/a");
            assertThat(again.text()).isEqualTo("x");
            assertThat(again.record().cache().hit()).isTrue();
            return null;
        });
        assertThat(route.asked()).isEqualTo(2);
    }

    /** A 304 would not help: its body could not be opened either. */
    @Test
    void forWhatCannotBeOpenedTheOriginIsAskedAsForSomethingNew() throws Exception {
        HookedStore store = new HookedStore();
        CachedRoute route = new CachedRoute(CacheRules.DEFAULT, Cache.builder().store(store));
        route.answer(route.validated(0, "max-age=60"));
        route.run(() -> {
            route.get("/a");
            store.onOpen = () -> {
                throw new UncheckedIOException(new IOException("damaged"));
            };
            assertThat(route.get("/a").text()).isEqualTo("x");
            return null;
        });
        assertThat(route.asked()).isEqualTo(2);
    }

    @Test
    void aRefreshThatFailsIsNotTriedAgainAtOnce() throws Exception {
        CachedRoute route =
                new CachedRoute(CacheRules.builder().grace(Duration.ofHours(1)).build());
        route.answer(200, "x", "Cache-Control", "max-age=1").answer(503, "down");
        assertRefreshesAfterASecond(route);
    }

    @Test
    void aRefreshThatNobodyAnswersIsNotTriedAgainAtOnce() throws Exception {
        CachedRoute route =
                new CachedRoute(CacheRules.builder().grace(Duration.ofHours(1)).build());
        route.answer(200, "x", "Cache-Control", "max-age=1").answer(request -> {
            throw new IOException("gone");
        });
        assertRefreshesAfterASecond(route);
    }

    @Test
    void aRefreshThatBreaksOffIsNotTriedAgainAtOnce() throws Exception {
        CachedRoute route =
                new CachedRoute(CacheRules.builder().grace(Duration.ofHours(1)).build());
        route.answer(200, "x", "Cache-Control", "max-age=1")
                .answer(request -> ProxyResponse.builder(200)
                        .headers(Headers.of(FRESH))
                        .body(Body.of(new ByteArrayInputStream(new byte[1]), 100))
                        .build());
        assertRefreshesAfterASecond(route);
    }

    private static void assertRefreshesAfterASecond(CachedRoute route) throws Exception {
        route.run(() -> {
            route.get("/a");
            route.advance(5);
            for (int i = 0; i < 50; i++) {
                assertThat(route.get("/a").text()).isEqualTo("x");
                route.time.advance(Duration.ofMillis(i == 0 ? 1_500 : 1));
            }
            int asked = route.asked();
            for (int i = 0; i < 50; i++) {
                assertThat(route.get("/a").text()).isEqualTo("x");
                route.time.advance(Duration.ofMillis(1));
            }
            assertThat(route.asked()).isBetween(2, 4).isLessThanOrEqualTo(asked + 1);
            route.advance(3);
            int before = route.asked();
            route.get("/a");
            route.advance(0);
            assertThat(route.asked()).isEqualTo(before + 1);
            return null;
        });
    }

    @Test
    void anErrorOfTheStoreLeavesNobodyWaiting() throws Exception {
        HookedStore store = new HookedStore();
        CachedRoute route = new CachedRoute(CacheRules.DEFAULT, Cache.builder().store(store));
        route.answer(200, "x", FRESH);
        route.run(() -> {
            int[] looks = {0};
            store.onFound = () -> {
                looks[0]++;
                if (looks[0] == 1) {
                    // Another fill ends between the first look and the second.
                    get(route, "/b");
                } else if (looks[0] == 3) {
                    throw new OutOfMemoryError("test");
                }
            };
            assertThat(route.get("/a").status()).isEqualTo(500);
            store.onFound = () -> {};
            assertThat(route.cache.snapshot().fills()).isZero();
            long begin = route.time.nanos();
            assertThat(route.get("/a").status()).isEqualTo(200);
            assertThat(route.time.nanos()).isEqualTo(begin);
            return null;
        });
    }

    private static void get(CachedRoute route, String path) {
        try {
            route.get(path);
        } catch (IOException | InterruptedException failure) {
            throw new IllegalStateException(failure);
        }
    }

    @Test
    void anErrorWhileAnAnswerToPostIsStoredKeepsNoPlace() throws Exception {
        HookedStore store = new HookedStore();
        CachedRoute route = new CachedRoute(CacheRules.DEFAULT, Cache.builder().store(store));
        route.answer(200, "x", "Cache-Control", "max-age=60", "Content-Location", "/a");
        store.onWrite = () -> {
            throw new OutOfMemoryError("test");
        };
        route.run(() -> {
            assertThat(route.send("POST", "/a").status()).isEqualTo(500);
            assertThat(route.cache.snapshot().fills()).isZero();
            return null;
        });
    }

    @Test
    void whatTheStoreHasNoRoomForTakesNoPlaceAmongWhatIsBeingStored() throws Exception {
        try (CutRoute cut = new CutRoute(new FailingStore(FailingStore.Point.NO_ROOM, 5), CacheRules.DEFAULT)) {
            cut.arrives(CutRoute.NEW, true, body -> body, FRESH);
            cut.route.run(() -> {
                Got client = cut.client("GET");
                cut.route.advance(8);
                assertThat(cut.route.cache.snapshot().fills()).isZero();
                cut.awaitAll();
                assertThat(client.isWhole(CutRoute.NEW)).isTrue();
                return null;
            });
        }
    }

    /** Each client has its own time, and not what the first has left of his. */
    @Test
    void whoJoinsLateHasAllOfHisTime() throws Exception {
        SimulatedTime time = new SimulatedTime();
        Cache cache = Cache.builder().time(time).build();
        String text = "0123456789abcd";
        FakeUpstream origin = FakeUpstream.named("origin")
                .answer(request -> ProxyResponse.builder(200)
                        .headers(Headers.of(FRESH))
                        .body(Body.of(new ArrivingBody(time, text, 1), Body.UNKNOWN))
                        .build());
        TestClient client = TestClient.of(Pipeline.builder()
                .time(time)
                .addRoute(Route.path("/**")
                        .timeouts(
                                Timeouts.builder().total(Duration.ofSeconds(10)).build())
                        .cache(cache)
                        .to(origin))
                .build());
        time.run(() -> {
            List<TestResponse> got = new ArrayList<>();
            List<Signal> ended = new ArrayList<>();
            for (int after : new int[] {0, 8}) {
                ended.add(start(time, () -> {
                    time.advance(Duration.ofSeconds(after));
                    return got.add(client.send("GET", "/a", Headers.of("Host", "shop.test"), new byte[0]));
                }));
            }
            for (Signal each : ended) {
                time.await(each, TimeSource.NEVER);
            }
            assertThat(got.get(0).record().outcome()).isEqualTo(Outcome.TOTAL_TIMEOUT);
            assertThat(got.get(1).text()).isEqualTo(text);
            assertThat(origin.requests()).hasSize(1);
            return null;
        });
    }

    private static Signal start(SimulatedTime time, Callable<Object> work) {
        return time.start("client", () -> {
            try {
                work.call();
            } catch (Exception failure) {
                throw new IllegalStateException(failure);
            }
        });
    }
}
