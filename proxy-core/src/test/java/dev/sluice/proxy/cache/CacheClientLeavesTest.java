package dev.sluice.proxy.cache;

import static dev.sluice.proxy.cache.CutRoute.NEW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.cache.CutRoute.Got;
import dev.sluice.proxy.testing.TestResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients leave at each byte of a response that is being stored. */
class CacheClientLeavesTest {
    /** A byte arrives each second. */
    private static final CacheRules RULES =
            CacheRules.builder().finishFor(Duration.ofMinutes(1)).build();

    @TempDir
    Path folder;

    static Stream<Arguments> all() {
        return Stream.of(StoreKind.values())
                .flatMap(store -> Stream.of(Arguments.of(store, true), Arguments.of(store, false)));
    }

    @ParameterizedTest
    @MethodSource("all")
    void itIsStoredAndTheNextClientGetsAllOfIt(StoreKind kind, boolean isLengthKnown) throws Exception {
        for (int leavesAt = 0; leavesAt <= NEW.length(); leavesAt++) {
            int at = leavesAt;
            try (CutRoute cut = new CutRoute(kind.open(folder.resolve("at" + at)), RULES)) {
                List<Exchange> clients = clients(cut);
                cut.arrives(NEW, isLengthKnown, body -> body.onReached(now -> leave(clients, at, now)), fresh());
                cut.route.run(() -> {
                    cut.client("GET");
                    cut.client("GET");
                    cut.awaitAll();
                    String where = kind + ", left at " + at;
                    assertThat(cut.stored()).as(where).containsExactly(NEW);
                    assertThat(cut.open()).as(where).isZero();
                    TestResponse next = cut.route.get("/a");
                    assertThat(next.text()).as(where).isEqualTo(NEW);
                    assertThat(next.record().cache().hit()).as(where).isTrue();
                    assertThat(cut.route.asked()).as(where).isEqualTo(1);
                    return null;
                });
            }
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void thenTheOriginDiesAndNothingIsStored(StoreKind kind, boolean isLengthKnown) throws Exception {
        for (int leavesAt = 0; leavesAt < NEW.length() - 1; leavesAt += 3) {
            for (int cutAt = leavesAt + 1; cutAt < NEW.length(); cutAt += 2) {
                leaveAndDie(kind, isLengthKnown, leavesAt, cutAt);
            }
        }
    }

    private void leaveAndDie(StoreKind kind, boolean isLengthKnown, int leavesAt, int cutAt) throws Exception {
        Path own = folder.resolve("at" + leavesAt + '-' + cutAt);
        try (CutRoute cut = new CutRoute(kind.open(own), RULES)) {
            List<Exchange> clients = clients(cut);
            cut.arrives(
                            NEW,
                            isLengthKnown,
                            body -> body.cutAt(cutAt).onReached(now -> leave(clients, leavesAt, now)),
                            fresh())
                    .is(NEW, fresh());
            cut.route.run(() -> {
                cut.client("GET");
                cut.awaitAll();
                String where = kind + ", left at " + leavesAt + ", cut at " + cutAt;
                assertThat(cut.stored()).as(where).isEmpty();
                assertThat(cut.open()).as(where).isZero();
                Got next = cut.client("GET");
                cut.awaitAll();
                assertThat(next.isWhole(NEW)).as(where).isTrue();
                assertThat(cut.route.asked()).as(where).isEqualTo(2);
                return null;
            });
        }
    }

    private static List<Exchange> clients(CutRoute cut) {
        List<Exchange> clients = new ArrayList<>();
        cut.route.onRequest = request -> clients.add(request.exchange());
        return clients;
    }

    private static void leave(List<Exchange> clients, int at, int now) {
        if (at == now) {
            clients.forEach(each -> each.cancel(Outcome.CLIENT_LEFT));
        }
    }

    private static String[] fresh() {
        return new String[] {"Cache-Control", "max-age=600"};
    }
}
