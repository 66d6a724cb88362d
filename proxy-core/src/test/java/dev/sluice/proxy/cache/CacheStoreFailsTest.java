package dev.sluice.proxy.cache;

import static dev.sluice.proxy.cache.CutRoute.NEW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.cache.CutRoute.Got;
import dev.sluice.proxy.cache.FailingStore.Point;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A store that fails, or is full: no client gets less for it. */
class CacheStoreFailsTest {
    private static final String[] FRESH = {"Cache-Control", "max-age=600"};

    @ParameterizedTest
    @EnumSource(
            value = Point.class,
            names = {"NO_ROOM", "APPEND"})
    void inTheMiddleOfAResponseItGoesOnToThoseWhoReadIt(Point point) throws Exception {
        for (int at = 0; at < NEW.length(); at++) {
            boolean isLengthKnown = at % 2 == 0;
            try (CutRoute cut = new CutRoute(new FailingStore(point, at), CacheRules.DEFAULT)) {
                List<Got> clients = new ArrayList<>();
                cut.arrives(NEW, isLengthKnown, body -> body, FRESH);
                cut.route.run(() -> {
                    clients.add(cut.client("GET"));
                    clients.add(cut.client("GET"));
                    cut.awaitAll();
                    assertThat(clients).allMatch(each -> each.isWhole(NEW));
                    assertThat(cut.route.asked()).isEqualTo(1);
                    assertThat(cut.stored()).isEmpty();
                    assertThat(cut.open()).isZero();
                    assertThat(cut.route.cache.snapshot().stored()).isZero();
                    return null;
                });
            }
        }
    }

    @Test
    void aResponseThatCannotBeCommittedIsWholeAllTheSame() throws Exception {
        for (boolean isLengthKnown : new boolean[] {true, false}) {
            try (CutRoute cut = new CutRoute(new FailingStore(Point.COMMIT, 0), CacheRules.DEFAULT)) {
                List<Got> clients = new ArrayList<>();
                cut.arrives(NEW, isLengthKnown, body -> body, FRESH);
                cut.route.run(() -> {
                    clients.add(cut.client("GET"));
                    clients.add(cut.client("GET"));
                    cut.awaitAll();
                    assertThat(clients).allMatch(each -> each.isWhole(NEW));
                    assertThat(cut.open()).isZero();
                    assertThat(cut.route.cache.snapshot().storeFailures()).isEqualTo(1);
                    assertThat(cut.route.cache.snapshot().stored()).isZero();
                    return null;
                });
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Point.class,
            names = {"FIND", "WRITE", "REMOVE", "UPDATE", "COMMIT"})
    void withAStoreThatFailsEachRequestIsAnswered(Point point) throws Exception {
        try (CutRoute cut = new CutRoute(new FailingStore(point, 0), CacheRules.DEFAULT)) {
            cut.arrives(NEW, true, body -> body, "Cache-Control", "max-age=1");
            cut.route.run(() -> {
                for (int i = 0; i < 3; i++) {
                    Got got = cut.client("GET");
                    cut.awaitAll();
                    assertThat(got.isWhole(NEW)).isTrue();
                    cut.route.send("POST", "/a");
                    purge(cut);
                }
                assertThat(cut.open()).isZero();
                return null;
            });
        }
    }

    @Test
    void aPurgeInTheLastMomentThatFailsCutsNobodyOff() throws Exception {
        try (CutRoute cut = new CutRoute(new FailingStore(Point.REMOVE, 0), CacheRules.DEFAULT)) {
            cut.arrives(
                    NEW,
                    true,
                    body -> body.onReached(at -> {
                        if (at == 20) {
                            purge(cut);
                        }
                    }),
                    FRESH);
            cut.route.run(() -> {
                Got got = cut.client("GET");
                cut.awaitAll();
                assertThat(got.isWhole(NEW)).isTrue();
                assertThat(cut.stored()).isEmpty();
                assertThat(cut.open()).isZero();
                return null;
            });
        }
    }

    /** It may fail, and says so. */
    private static void purge(CutRoute cut) {
        try {
            cut.route.cache.purge(URI.create("http://shop.test/a"));
            cut.route.cache.purgeSoftly(URI.create("http://shop.test/a"));
        } catch (UncheckedIOException failure) {
            assertThat(failure).hasMessageContaining("the store fails at");
        }
    }

    /** A client that reads back and forth could wait for what the others wait for it to read. */
    @ParameterizedTest
    @EnumSource(
            value = Point.class,
            names = {"NO_ROOM", "APPEND"})
    void partsInAnotherOrderOfWhatHasNoRoomHoldUpNobody(Point point) throws Exception {
        for (int at = 0; at < NEW.length(); at++) {
            try (CutRoute cut = new CutRoute(new FailingStore(point, at), CacheRules.DEFAULT)) {
                cut.arrives(NEW, true, body -> body, FRESH);
                cut.route.run(() -> {
                    cut.route.get("/a", "Range", "bytes=0-0");
                    Got whole = cut.client("GET");
                    Got parts = cut.client("GET", "Range", "bytes=30-31,20-21,2-3");
                    cut.awaitAll();
                    assertThat(whole.isWhole(NEW)).isTrue();
                    assertThat(parts.response().failure() == null
                                    && parts.response().text().contains(NEW.substring(20, 22)))
                            .isTrue();
                    assertThat(cut.open()).isZero();
                    return null;
                });
            }
        }
    }
}
