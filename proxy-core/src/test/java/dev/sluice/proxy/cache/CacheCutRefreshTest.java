package dev.sluice.proxy.cache;

import static dev.sluice.proxy.cache.CutRoute.NEW;
import static dev.sluice.proxy.cache.CutRoute.OLD;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.cache.CutRoute.Got;
import dev.sluice.proxy.testing.TestResponse;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A new response breaks off, at each byte, that was to replace one that is stored. */
class CacheCutRefreshTest {
    @TempDir
    Path folder;

    /** Why a new response is fetched though an old one is stored. */
    enum Why {
        IT_IS_STALE("max-age=1"),
        IT_IS_STALE_BUT_MAY_STAND_IN("max-age=1, stale-if-error=1000"),
        THE_CLIENT_WANTS_IT("max-age=1000", "Cache-Control", "no-cache"),
        IT_WAS_PURGED_SOFTLY("max-age=1000"),
        WHILE_IT_IS_USED("max-age=1, stale-while-revalidate=1000"),
        GRACE("max-age=1");

        private final String control;
        private final String[] request;

        Why(String control, String... request) {
            this.control = control;
            this.request = request;
        }

        boolean isInBackground() {
            return this == WHILE_IT_IS_USED || this == GRACE;
        }
    }

    static Stream<Arguments> all() {
        return Stream.of(Why.values())
                .flatMap(why -> Stream.of(StoreKind.values()).map(store -> Arguments.of(why, store)));
    }

    @ParameterizedTest
    @MethodSource("all")
    void whatWasStoredStaysAsItWas(Why why, StoreKind kind) throws Exception {
        for (int cutAt = 0; cutAt < NEW.length(); cutAt++) {
            refreshBreaksOff(why, kind, cutAt);
        }
    }

    private void refreshBreaksOff(Why why, StoreKind kind, int cutAt) throws Exception {
        CacheRules rules = CacheRules.builder()
                .grace(why == Why.GRACE ? Duration.ofHours(1) : Duration.ZERO)
                .build();
        boolean isLengthKnown = cutAt % 2 == 0;
        String where = why + ", " + kind + ", cut at " + cutAt;
        try (CutRoute cut = new CutRoute(kind.open(folder.resolve("at" + cutAt)), rules)) {
            cut.is(OLD, "Cache-Control", why.control, "ETag", "\"1\"")
                    .arrives(NEW, isLengthKnown, body -> body.cutAt(cutAt), "Cache-Control", "max-age=60")
                    .is(NEW, "Cache-Control", "max-age=60");
            cut.route.run(() -> {
                cut.route.get("/a");
                cut.route.advance(10);
                if (why == Why.IT_WAS_PURGED_SOFTLY) {
                    cut.route.cache.purgeSoftly(URI.create("http://shop.test/a"));
                }
                Got first = cut.client("GET", why.request);
                Got second = cut.client("GET", why.request);
                cut.awaitAll();
                if (why.isInBackground()) {
                    assertThat(first.isWhole(OLD) && second.isWhole(OLD))
                            .as(where)
                            .isTrue();
                } else {
                    assertThat(first.isCut(NEW)).as(where).isTrue();
                    assertThat(second.isCut(NEW) || second.isWhole(NEW))
                            .as(where)
                            .isTrue();
                }
                if (cut.route.asked() == 2) {
                    assertThat(cut.stored()).as(where).containsExactly(OLD);
                }
                assertThat(cut.open()).as(where).isZero();
                isReplaced(cut, why, where);
                return null;
            });
        }
    }

    private static void isReplaced(CutRoute cut, Why why, String where) throws Exception {
        TestResponse next = cut.route.get("/a", why.request);
        cut.route.advance(10);
        boolean stillOld = why.isInBackground() && cut.route.asked() == 3;
        assertThat(next.text()).as(where).isEqualTo(stillOld ? OLD : NEW);
        assertThat(next.failure()).as(where).isNull();
        assertThat(cut.stored()).as(where).containsExactly(NEW);
        TestResponse stored = cut.route.get("/a");
        assertThat(stored.text()).as(where).isEqualTo(NEW);
        assertThat(stored.record().cache().hit()).as(where).isTrue();
    }

    /** Only a failure before the head may be answered with what is stored. */
    @ParameterizedTest
    @MethodSource("all")
    void aRefreshWithoutAHeadLeavesWhatIsStored(Why why, StoreKind kind) throws Exception {
        CacheRules rules = CacheRules.builder()
                .grace(why == Why.GRACE ? Duration.ofHours(1) : Duration.ZERO)
                .build();
        try (CutRoute cut = new CutRoute(kind.open(folder), rules)) {
            cut.is(OLD, "Cache-Control", why.control, "ETag", "\"1\"").fails().is(NEW, "Cache-Control", "max-age=60");
            cut.route.run(() -> {
                cut.route.get("/a");
                cut.route.advance(10);
                if (why == Why.IT_WAS_PURGED_SOFTLY) {
                    cut.route.cache.purgeSoftly(URI.create("http://shop.test/a"));
                }
                Got got = cut.client("GET", why.request);
                cut.awaitAll();
                boolean old = why.isInBackground() || why == Why.IT_IS_STALE_BUT_MAY_STAND_IN;
                assertThat(got.response().status()).isEqualTo(old ? 200 : 502);
                assertThat(got.isWhole(OLD)).isEqualTo(old);
                assertThat(cut.stored()).containsExactly(OLD);
                assertThat(cut.open()).isZero();
                return null;
            });
        }
    }
}
