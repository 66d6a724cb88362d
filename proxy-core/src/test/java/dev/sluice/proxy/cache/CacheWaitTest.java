package dev.sluice.proxy.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.testing.SimulatedTime;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who waits for another request's response, and who would wait in vain. */
class CacheWaitTest {
    /** A validation for one does not count for another (RFC 9111 §5.2.2.4), so nobody waits for it. */
    @ParameterizedTest
    @ValueSource(strings = {"no-cache", "max-age=0", "max-age=0, must-revalidate"})
    void whereEachUseNeedsAValidationNobodyWaitsForAnother(String control) throws Exception {
        CachedRoute route = new CachedRoute();
        route.answer(200, "x", "Cache-Control", control, "ETag", "\"a\"").answer(route.validated(1, control));
        route.run(() -> {
            route.get("/a");
            route.advance(30);
            assertThat(herd(route)).isEqualTo(Map.of(1_000L, 20));
            return null;
        });
        assertThat(route.asked()).isEqualTo(21);
        assertThat(route.origin.requests().subList(1, 21))
                .allMatch(request -> request.headers().has("If-None-Match"));
    }

    /** The first answer shows it. */
    @ParameterizedTest
    @ValueSource(strings = {"no-cache", "max-age=0", "max-age=0, must-revalidate"})
    void whoHasWaitedInVainGoesAtOnceWithAllOthers(String control) throws Exception {
        CachedRoute route = new CachedRoute();
        route.answer(route.validated(1, control));
        route.run(() -> {
            assertThat(herd(route)).isEqualTo(Map.of(1_000L, 1, 2_000L, 19));
            return null;
        });
    }

    @Test
    void clientsThatAskForAValidationWaitForNobody() throws Exception {
        CachedRoute route = new CachedRoute();
        route.answer(200, "x", "Cache-Control", "max-age=60", "ETag", "\"a\"").answer(route.validated(1, "max-age=60"));
        route.run(() -> {
            route.get("/a");
            assertThat(herd(route, "Cache-Control", "no-cache")).isEqualTo(Map.of(1_000L, 20));
            return null;
        });
    }

    /** What was fresh is validated by one for all. */
    @ParameterizedTest
    @CsvSource({"max-age=10", "'max-age=0, stale-while-revalidate=5'"})
    void oneValidationServesAllWhereItMay(String control) throws Exception {
        CachedRoute route = new CachedRoute();
        route.answer(200, "x", "Cache-Control", control, "ETag", "\"a\"").answer(route.validated(1, control));
        route.run(() -> {
            route.get("/a");
            route.advance(30);
            assertThat(herd(route)).isEqualTo(Map.of(1_000L, 20));
            return null;
        });
        assertThat(route.origin.requests().stream()
                        .filter(each -> each.headers().has("If-None-Match")))
                .hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void anOriginThatFailsMakesNobodyWaitInLineForWhatIsStale() throws Exception {
        CachedRoute route = new CachedRoute();
        route.answer(200, "x", "Cache-Control", "max-age=1").answer(request -> {
            route.time.await(new Signal(), route.time.deadline(Duration.ofSeconds(1)));
            return ProxyResponse.of(500, "down");
        });
        route.run(() -> {
            route.get("/a");
            route.advance(30);
            assertThat(herd(route)).isEqualTo(Map.of(1_000L, 1, 2_000L, 19));
            return null;
        });
    }

    @Test
    void anOriginThatFailsIsAskedOnceForAllWhoMayHaveWhatIsStale() throws Exception {
        CachedRoute route = new CachedRoute();
        route.answer(200, "x", "Cache-Control", "max-age=1, stale-if-error=600").answer(request -> {
            route.time.await(new Signal(), route.time.deadline(Duration.ofSeconds(1)));
            return ProxyResponse.of(500, "down");
        });
        route.run(() -> {
            route.get("/a");
            route.advance(30);
            for (int i = 1; i < 4; i++) {
                assertThat(herd(route)).isEqualTo(Map.of(1_000L, 20));
                assertThat(route.asked()).isEqualTo(1 + i);
            }
            return null;
        });
    }

    /** Answers that are about a request say nothing to others, who wait for the next one then. */
    @Test
    void whoWaitsAgainWaitsNoLongerInAll() throws Exception {
        CachedRoute route = new CachedRoute(
                CacheRules.builder().maxWait(Duration.ofMillis(1_500)).build());
        route.answer(request -> {
            route.time.await(new Signal(), route.time.deadline(Duration.ofSeconds(1)));
            return ProxyResponse.builder(400)
                    .headers(Headers.of("Cache-Control", "no-store"))
                    .build();
        });
        route.run(() -> {
            assertThat(herd(route).keySet()).allMatch(millis -> millis <= 2_500);
            return null;
        });
    }

    /** How many of twenty clients that ask at once have their answers after how many milliseconds. */
    private static Map<Long, Integer> herd(CachedRoute route, String... fields) throws InterruptedException {
        Map<Long, Integer> ready = new TreeMap<>();
        List<Signal> ended = new ArrayList<>();
        long begin = route.time.nanos();
        for (int i = 0; i < 20; i++) {
            ended.add(start(route.time, () -> {
                route.get("/a", fields);
                synchronized (ready) {
                    return ready.merge((route.time.nanos() - begin) / 1_000_000, 1, Integer::sum);
                }
            }));
        }
        for (Signal each : ended) {
            route.time.await(each, TimeSource.NEVER);
        }
        return ready;
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
