package dev.sluice.proxy.cache.rule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.cache.store.Purge;
import dev.sluice.proxy.cache.store.StoredHead;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which responses a purge is for. */
class PurgesTest {
    private static final int MANY = 20_000;

    private final Purges purges = new Purges(10, 4);
    private final ExecutorService lookers = Executors.newCachedThreadPool();

    @AfterEach
    void endsTheLookers() {
        lookers.shutdownNow();
    }

    private static StoredHead head(long stamp, String... tags) {
        return StoredHead.builder("http://shop.test/", 200)
                .stamp(stamp)
                .tags(List.of(tags))
                .build();
    }

    @Test
    void itIsForWhatWasAskedForBefore() {
        assertThat(purges.add("red", false, 0)).isEqualTo(new Purge("red", false, 11));
        assertThat(purges.last()).isEqualTo(11);
        assertThat(purges.of(head(10, "blue", "red"))).isEqualTo(Purged.GONE);
        assertThat(purges.of(head(11, "red"))).isNull();
        assertThat(purges.of(head(10, "blue"))).isNull();
        purges.add("blue", true, 0);
        assertThat(purges.of(head(10, "blue"))).isEqualTo(Purged.STALE);
        assertThat(purges.of(head(10, "blue", "red"))).isEqualTo(Purged.GONE);
    }

    @Test
    void numbersFollowTheClockAndNeverGoBack() {
        assertThat(purges.add("red", false, 100).number()).isEqualTo(100);
        assertThat(purges.add("red", false, 50).number()).isEqualTo(101);
    }

    @Test
    void aPurgeOfAllTakesThePlaceOfOlderOnes() {
        purges.add("red", false, 0);
        purges.add("blue", true, 0);
        purges.add(null, true, 0);
        assertThat(purges.of(head(12))).isEqualTo(Purged.STALE);
        assertThat(purges.of(head(10, "red"))).isEqualTo(Purged.GONE);
        assertThat(purges.all()).containsExactly(new Purge("red", false, 11), new Purge(null, true, 13));
        purges.add(null, false, 0);
        assertThat(purges.of(head(13))).isEqualTo(Purged.GONE);
        assertThat(purges.of(head(14))).isNull();
        assertThat(purges.all()).containsExactly(new Purge(null, false, 14));
    }

    @Test
    void anOlderOneThatIsHeardLaterTakesNothingBack() {
        purges.add(new Purge("red", false, 20));
        purges.add(new Purge("red", false, 15));
        purges.add(new Purge(null, false, 30));
        purges.add(new Purge(null, false, 25));
        assertThat(purges.of(head(29))).isEqualTo(Purged.GONE);
        assertThat(purges.last()).isEqualTo(30);
    }

    /** So that they take no endless room, and none is lost. */
    @Test
    void ofTooManyTagsTheOlderHalfIsForAllResponses() {
        for (String tag : List.of("a", "b", "c", "d", "e")) {
            purges.add(tag, false, 0);
        }
        assertThat(purges.all())
                .containsExactly(new Purge(null, false, 13), new Purge("d", false, 14), new Purge("e", false, 15));
        assertThat(purges.of(head(12, "other"))).isEqualTo(Purged.GONE);
        assertThat(purges.of(head(13, "other", "a"))).isNull();
        assertThat(purges.of(head(13, "d"))).isEqualTo(Purged.GONE);
        for (int i = 0; i < 50; i++) {
            purges.add("soft" + i, true, 0);
            purges.add("hard" + i, false, 0);
        }
        assertThat(purges.size()).isLessThan(12);
    }

    /** What is purged must not be served for the moment in which a purge of all takes the place of others. */
    @Test
    void whatIsPurgedStaysPurgedWhileAPurgeOfAllTakesItsPlace() throws Exception {
        for (boolean soft : new boolean[] {false, true}) {
            for (boolean overflow : new boolean[] {false, true}) {
                Purges many = new Purges(0, overflow ? MANY / 2 : 2 * MANY);
                many.add("red", soft, 0);
                AtomicBoolean ended = new AtomicBoolean();
                Future<Long> missed = lookers.submit(() -> misses(many, ended));
                for (int round = 0; round < 10; round++) {
                    for (int i = 0; i < MANY; i++) {
                        many.add("tag" + i, soft, 0);
                    }
                    many.add(null, soft || round % 2 == 0, 0);
                    many.add("red", soft, 0);
                }
                ended.set(true);
                assertThat(missed.get())
                        .as("soft " + soft + ", overflow " + overflow)
                        .isZero();
            }
        }
    }

    /** Looks at a response that is purged all the time. */
    private static long misses(Purges purges, AtomicBoolean ended) {
        StoredHead head = head(0, "red");
        long missed = 0;
        while (!ended.get()) {
            missed += purges.of(head) == null ? 1 : 0;
        }
        return missed;
    }
}
