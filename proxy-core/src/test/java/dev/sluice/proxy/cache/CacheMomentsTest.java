package dev.sluice.proxy.cache;

import static dev.sluice.proxy.cache.CutRoute.NEW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.cache.CutRoute.Got;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Requests that come in the very moment in which a response is stored, or breaks off. */
class CacheMomentsTest {
    private static final String[] FRESH = {"Cache-Control", "max-age=600"};

    private final HookedStore store = new HookedStore();
    private final List<Got> late = new ArrayList<>();

    @Test
    void whoFoundNothingAndIsLateGetsWhatHasBeenStoredMeanwhile() throws Exception {
        try (CutRoute cut = new CutRoute(store, CacheRules.DEFAULT)) {
            cut.arrives(NEW, true, body -> body, FRESH);
            cut.route.run(() -> {
                cut.client("GET");
                cut.route.advance(1);
                once(cut, found -> store.onFound = found, () -> {});
                late.add(cut.client("GET"));
                cut.awaitAll();
                assertThat(late).allMatch(each -> each.isWhole(NEW));
                assertThat(cut.route.asked()).isEqualTo(1);
                assertThat(cut.open()).isZero();
                return null;
            });
        }
    }

    @Test
    void whoFoundNothingAndComesWhenItIsNotToBeJoinedAnyMoreGetsWhatHasBeenStored() throws Exception {
        Signal closed = new Signal();
        List<Exchange> clients = new ArrayList<>();
        CacheRules rules = CacheRules.builder().finishFor(Duration.ofMinutes(1)).build();
        try (CutRoute cut = new CutRoute(store, rules)) {
            cut.arrives(NEW, true, body -> body.onReached(at -> leave(clients, at)), FRESH);
            cut.route.onRequest = request -> clients.add(request.exchange());
            cut.route.run(() -> {
                cut.client("GET");
                cut.route.advance(1);
                store.onFound = () -> {
                    store.onFound = () -> {};
                    await(cut, closed);
                };
                once(cut, work -> store.onClosed = work, closed::fire);
                late.add(cut.client("GET"));
                cut.awaitAll();
                assertThat(late).allMatch(each -> each.isWhole(NEW));
                assertThat(cut.route.asked()).isEqualTo(1);
                assertThat(cut.open()).isZero();
                return null;
            });
        }
    }

    private static void leave(List<Exchange> clients, int at) {
        if (at == 5) {
            clients.get(0).cancel(Outcome.CLIENT_LEFT);
        }
    }

    private static void await(CutRoute cut, Signal signal) {
        try {
            cut.route.time.await(signal, TimeSource.NEVER);
        } catch (InterruptedException interrupt) {
            throw new IllegalStateException(interrupt);
        }
    }

    @Test
    void aRefreshThatIsLateIsNotSent() throws Exception {
        try (CutRoute cut = new CutRoute(store, CacheRules.DEFAULT)) {
            cut.is(CutRoute.OLD, "Cache-Control", "max-age=1, stale-while-revalidate=1000")
                    .arrives(NEW, true, body -> body, FRESH);
            cut.route.run(() -> {
                cut.route.get("/a");
                cut.route.advance(10);
                cut.client("GET");
                cut.route.advance(1);
                once(cut, found -> store.onFound = found, () -> {});
                late.add(cut.client("GET"));
                cut.awaitAll();
                assertThat(late).allMatch(each -> each.isWhole(CutRoute.OLD));
                assertThat(cut.route.asked()).isEqualTo(2);
                assertThat(cut.open()).isZero();
                return null;
            });
        }
    }

    /** It is not the fault of this client, and so its response is stored as any other. */
    @Test
    void whoComesWhenAResponseHasJustBrokenOffGetsANewOne() throws Exception {
        List<Exchange> clients = new ArrayList<>();
        try (CutRoute cut = new CutRoute(store, CacheRules.DEFAULT)) {
            cut.arrives(NEW, true, body -> body.cutAt(9).onReached(at -> leave(clients, at)), FRESH)
                    .is(NEW, FRESH);
            cut.route.onRequest = request -> clients.add(request.exchange());
            once(cut, closed -> store.onClosed = closed, () -> late.add(cut.client("GET")));
            cut.route.run(() -> {
                cut.client("GET");
                cut.awaitAll();
                assertThat(late).hasSize(1).allMatch(each -> each.isWhole(NEW));
                assertThat(cut.stored()).containsExactly(NEW);
                assertThat(cut.route.asked()).isEqualTo(2);
                assertThat(cut.open()).isZero();
                return null;
            });
        }
    }

    private interface Hook {
        void set(Runnable work);
    }

    /** At the next call something begins, and a long time passes before the call goes on. */
    private static void once(CutRoute cut, Hook hook, Runnable begins) {
        hook.set(() -> {
            hook.set(() -> {});
            begins.run();
            try {
                cut.route.advance(90);
            } catch (InterruptedException interrupt) {
                throw new IllegalStateException(interrupt);
            }
        });
    }
}
