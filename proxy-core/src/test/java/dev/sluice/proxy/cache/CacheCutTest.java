package dev.sluice.proxy.cache;

import static dev.sluice.proxy.cache.CutRoute.NEW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.cache.CutRoute.Got;
import dev.sluice.proxy.testing.TestResponse;
import dev.sluice.proxy.time.Awaited;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A response that breaks off, at each byte of its body, while it is stored. */
class CacheCutTest {
    private static final String FRESH = "max-age=60";

    @TempDir
    Path folder;

    static Stream<Arguments> storesAndLengths() {
        return Stream.of(StoreKind.values())
                .flatMap(store -> Stream.of(Arguments.of(store, true), Arguments.of(store, false)));
    }

    @ParameterizedTest
    @MethodSource("storesAndLengths")
    void itIsWholeForNobodyAndNotStored(StoreKind kind, boolean isLengthKnown) throws Exception {
        for (int cutAt = 0; cutAt <= NEW.length(); cutAt++) {
            if (cutAt < NEW.length() || !isLengthKnown) {
                breaksOff(kind, isLengthKnown, cutAt);
            }
        }
        // Each time one response was stored in the end, and nothing is left of the cut one.
        long stored = isLengthKnown ? NEW.length() : NEW.length() + 1;
        Awaited.isTrue(() -> StoreKind.files(folder) == (kind == StoreKind.MEMORY ? 0 : stored));
    }

    private void breaksOff(StoreKind kind, boolean isLengthKnown, int cutAt) throws Exception {
        List<Got> readers = new ArrayList<>();
        List<Got> heads = new ArrayList<>();
        try (CutRoute cut = new CutRoute(kind.open(folder.resolve("at" + cutAt)), CacheRules.DEFAULT)) {
            cut.arrives(
                            NEW,
                            isLengthKnown,
                            body -> body.cutAt(cutAt).onReached(at -> {
                                if (at == cutAt) {
                                    readers.add(cut.client("GET"));
                                    heads.add(cut.client("HEAD"));
                                }
                            }),
                            "Cache-Control",
                            FRESH)
                    .is(NEW, "Cache-Control", FRESH);
            cut.route.run(() -> {
                readers.add(cut.client("GET"));
                readers.add(cut.client("GET"));
                cut.awaitAll();
                String where = kind + ", cut at " + cutAt;
                assertThat(readers).as(where).hasSize(3).allMatch(each -> each.isCut(NEW));
                assertThat(heads).as(where).allMatch(each -> each.response().status() == 404);
                assertThat(cut.stored()).as(where).isEmpty();
                assertThat(cut.open()).as(where).isZero();
                assertThat(cut.route.asked()).as(where).isEqualTo(2);
                asksAgain(cut, where);
                return null;
            });
        }
    }

    /** The next client gets the whole one from the origin, and the one after it what is stored. */
    private static void asksAgain(CutRoute cut, String where) throws Exception {
        int before = cut.route.asked();
        TestResponse next = cut.route.get("/a");
        assertThat(next.text()).as(where).isEqualTo(NEW);
        assertThat(next.failure()).as(where).isNull();
        assertThat(next.record().cache().hit()).as(where).isFalse();
        TestResponse stored = cut.route.get("/a");
        assertThat(stored.text()).as(where).isEqualTo(NEW);
        assertThat(stored.record().cache().hit()).as(where).isTrue();
        assertThat(cut.route.asked()).as(where).isEqualTo(before + 1);
    }

    @ParameterizedTest
    @EnumSource(StoreKind.class)
    void aPartOfItIsWholeOnlyIfItsBytesHaveCome(StoreKind kind) throws Exception {
        for (int cutAt = 1; cutAt < NEW.length(); cutAt++) {
            part(kind, cutAt);
        }
    }

    private void part(StoreKind kind, int cutAt) throws Exception {
        List<Got> here = new ArrayList<>();
        List<Got> missing = new ArrayList<>();
        try (CutRoute cut = new CutRoute(kind.open(folder.resolve("at" + cutAt)), CacheRules.DEFAULT)) {
            cut.arrives(NEW, true, body -> body.cutAt(cutAt), "Cache-Control", FRESH);
            cut.route.run(() -> {
                cut.route.get("/a", "Range", "bytes=0-0");
                cut.client("GET");
                here.add(cut.client("GET", "Range", "bytes=0-" + (cutAt - 1)));
                missing.add(cut.client("GET", "Range", "bytes=0-" + cutAt));
                missing.add(cut.client("GET", "Range", "bytes=" + cutAt + "-"));
                missing.add(cut.client("GET", "Range", "bytes=-1"));
                missing.add(cut.client("GET", "Range", "bytes=0-0," + cutAt + "-" + cutAt));
                missing.add(cut.client("GET", "Range", "bytes=" + cutAt + "-" + cutAt + ",0-0"));
                cut.awaitAll();
                String where = kind + ", cut at " + cutAt;
                assertThat(here)
                        .as(where)
                        .allMatch(each -> each.response().status() == 206
                                && each.response().failure() == null
                                && each.response().text().equals(NEW.substring(0, cutAt)));
                assertThat(missing).as(where).allMatch(each -> each.response().failure() != null);
                assertThat(cut.stored()).as(where).isEmpty();
                assertThat(cut.open()).as(where).isZero();
                assertThat(cut.route.asked()).as(where).isEqualTo(2);
                return null;
            });
        }
    }

    static Stream<Arguments> failures() {
        ArrivingBody.Failing io = () -> new IOException("cut");
        ArrivingBody.Failing known = () -> ProxyException.refused(Outcome.BODY_TIMEOUT, "slow");
        ArrivingBody.Failing fault = () -> {
            throw new IllegalStateException("a fault");
        };
        ArrivingBody.Failing error = () -> {
            throw new StackOverflowError("an error");
        };
        return Stream.of(StoreKind.values())
                .flatMap(kind -> Stream.of(io, known, fault, error).map(each -> Arguments.of(kind, each)));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void inWhateverWayItBreaksOffAllAreTold(StoreKind kind, ArrivingBody.Failing failure) throws Exception {
        List<Got> readers = new ArrayList<>();
        try (CutRoute cut = new CutRoute(kind.open(folder), CacheRules.DEFAULT)) {
            cut.arrives(NEW, false, body -> body.cutAt(5).with(failure), "Cache-Control", FRESH)
                    .is(NEW, "Cache-Control", FRESH);
            cut.route.run(() -> {
                readers.add(cut.client("GET"));
                readers.add(cut.client("GET"));
                cut.awaitAll();
                assertThat(readers).allMatch(each -> each.isCut(NEW));
                assertThat(cut.open()).isZero();
                asksAgain(cut, "" + kind);
                return null;
            });
        }
    }

    /** Each store writes in blocks of its own. */
    @ParameterizedTest
    @EnumSource(StoreKind.class)
    void nothingDependsOnWhereTheBlocksOfAStoreEnd(StoreKind kind) throws Exception {
        String text = NEW.repeat(2_000).substring(0, 70_000);
        for (int cutAt : new int[] {16_383, 16_384, 16_385, 32_767, 32_768, 32_769, 65_536, 69_999}) {
            List<Got> readers = new ArrayList<>();
            try (CutRoute cut = new CutRoute(kind.open(folder.resolve("at" + cutAt)), CacheRules.DEFAULT)) {
                cut.pieces(9_000)
                        .arrives(text, cutAt % 2 == 0, body -> body.cutAt(cutAt), "Cache-Control", FRESH)
                        .is(text, "Cache-Control", FRESH);
                cut.route.run(() -> {
                    readers.add(cut.client("GET"));
                    readers.add(cut.client("GET"));
                    cut.awaitAll();
                    assertThat(readers).allMatch(each -> each.isCut(text));
                    assertThat(cut.stored()).isEmpty();
                    assertThat(cut.open()).isZero();
                    assertThat(cut.route.get("/a").text()).isEqualTo(text);
                    assertThat(cut.route.get("/a").text()).isEqualTo(text);
                    assertThat(cut.route.asked()).isEqualTo(2);
                    return null;
                });
            }
        }
    }
}
