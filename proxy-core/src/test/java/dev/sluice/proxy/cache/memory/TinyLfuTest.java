package dev.sluice.proxy.cache.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TinyLfuTest {
    private final List<Entry> evicted = new ArrayList<>();
    private final List<Entry> rejected = new ArrayList<>();

    /** Room for 100 entries of weight 10, of which one stands in the window. */
    private final TinyLfu policy = new TinyLfu(1_000, (entry, admitted) -> (admitted ? evicted : rejected).add(entry));

    @Test
    void nothingIsDroppedWhileThereIsRoom() {
        add("old", 100, 10);

        assertThat(evicted).isEmpty();
        assertThat(rejected).isEmpty();
        assertThat(policy.size()).isEqualTo(100);
        assertThat(policy.weight()).isEqualTo(1_000);
    }

    @Test
    void whatIsUsedMoreOftenStaysWhateverIsNewer() {
        List<Entry> old = add("old", 100, 10);
        for (int i = 0; i < 5; i++) {
            old.forEach(policy::used);
        }

        add("scan", 200, 10);
        assertThat(evicted).as("an estimate may be too high").hasSizeLessThan(3);
        assertThat(evicted.size() + rejected.size()).isEqualTo(200);
        assertThat(rejected).as("the one of the old that was in the window").contains(old.get(99));
    }

    @Test
    void whatIsNewAndUsedMoreOftenTakesThePlaceOfTheColdest() {
        List<Entry> old = add("old", 100, 10);
        old.forEach(policy::used);
        policy.used(old.get(0));

        Entry fresh = add("new", 1, 10).get(0);
        policy.used(fresh);
        policy.used(fresh);
        add("next", 1, 10);
        assertThat(evicted).hasSize(1);
        assertThat(fresh.queue).as("in the main part").isNotNull();
        assertThat(rejected).doesNotContain(fresh);
    }

    @Test
    void equallyOftenIsNotMoreOften() {
        add("old", 100, 10);
        Entry fresh = add("new", 1, 10).get(0);
        add("next", 1, 10);

        assertThat(evicted).isEmpty();
        assertThat(rejected).contains(fresh);
    }

    @Test
    void ofTheMainPartWhatWasNotUsedAgainGoesFirst() {
        List<Entry> old = add("old", 100, 10);
        for (Entry each : old.subList(0, 50)) {
            policy.used(each);
        }

        policy.room(500);
        assertThat(evicted).doesNotContainAnyElementsOf(old.subList(0, 50)).hasSize(49);
        assertThat(policy.size()).isEqualTo(50);
    }

    @Test
    void atMostFourFifthsAreProtected() {
        List<Entry> old = add("old", 100, 10);
        old.forEach(policy::used);
        List<Entry> last = old.subList(90, 99);
        last.forEach(policy::used);

        // 79 of 99 fit into 80 % of 990. The others are on probation again, though they were used as often.
        Entry candidate = Entries.entry("new", 10);
        policy.add(candidate);
        policy.used(candidate);
        policy.used(candidate);
        add("next", 1, 10);
        assertThat(evicted).as("used twice, and longest ago").containsExactly(old.get(0));
        policy.room(820);
        assertThat(evicted).containsExactlyElementsOf(old.subList(0, 18));
        assertThat(candidate.queue).as("newer on probation").isNotNull();
    }

    @Test
    void aHeavyEntryMustBeUsedMoreThanEachThatGoesForIt() {
        List<Entry> old = add("old", 100, 10);
        policy.used(old.get(2));
        policy.used(old.get(2));

        Entry heavy = Entries.entry("heavy", 990);
        policy.add(heavy);
        assertThat(rejected).as("used once").contains(heavy);
        policy.add(heavy);
        assertThat(heavy.queue).as("used twice, but another one three times").isNull();
        assertThat(evicted).as("nothing goes for what is not taken").isEmpty();
        policy.add(heavy);
        assertThat(heavy.queue).as("used three times as well").isNull();
        policy.add(heavy);
        assertThat(heavy.queue).as("used more often than all").isNotNull();
        assertThat(policy.weight()).isLessThanOrEqualTo(1_000);
    }

    @Test
    void aHeavyEntryDoesNotFlushTheWindow() {
        TinyLfu wide = new TinyLfu(100_000, (entry, admitted) -> (admitted ? evicted : rejected).add(entry));
        for (int i = 0; i < 9_900; i++) {
            Entry each = Entries.entry("old" + i, 10);
            wide.add(each);
            wide.used(each);
        }
        List<Entry> fresh = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            fresh.add(Entries.entry("new" + i, 10));
            wide.add(fresh.get(i));
        }

        Entry heavy = Entries.entry("heavy", 5_000);
        wide.add(heavy);
        assertThat(rejected).containsExactly(heavy);
        assertThat(evicted).isEmpty();
    }

    @Test
    void theWeightNeverExceedsTheRoom() {
        Random random = new Random(7);
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            Entry entry =
                    Entries.entry("e" + random.nextInt(500), 1 + random.nextInt(random.nextInt(20) == 0 ? 900 : 30));
            Entry other = entries.isEmpty() ? entry : entries.get(random.nextInt(entries.size()));
            switch (random.nextInt(5)) {
                case 0 -> policy.used(other);
                case 1 -> policy.weigh(other, 1 + random.nextInt(60));
                case 2 -> policy.remove(other);
                default -> {
                    entries.add(entry);
                    policy.add(entry);
                }
            }
            assertThat(policy.weight()).isBetween(0L, 1_000L);
        }
        long weight = 0;
        int size = 0;
        for (Entry each : entries) {
            weight += each.queue == null ? 0 : each.weight;
            size += each.queue == null ? 0 : 1;
        }
        assertThat(policy.weight()).isEqualTo(weight);
        assertThat(policy.size()).isEqualTo(size);
        assertThat(evicted).as("each goes once").doesNotHaveDuplicates();
    }

    @Test
    void whatGrowsDropsOthers() {
        List<Entry> old = add("old", 100, 10);
        policy.used(old.get(50));

        policy.weigh(old.get(50), 500);
        assertThat(policy.weight()).isLessThanOrEqualTo(1_000);
        assertThat(old.get(50).queue).isNotNull();
        assertThat(evicted).hasSize(49);
    }

    @Test
    void aReplacedEntryLeavesItsPlaceToTheNewOne() {
        List<Entry> old = add("old", 100, 10);
        Entry fresh = new Entry(old.get(0).fingerprint, used -> {});
        fresh.weight = 20;
        policy.replace(old.get(0), fresh);

        assertThat(old.get(0).queue).isNull();
        policy.room(100);
        assertThat(fresh.queue).as("it counts as used again").isNotNull();
        assertThat(policy.weight()).isLessThanOrEqualTo(100);
        assertThat(evicted).doesNotContain(old.get(0));
    }

    private List<Entry> add(String name, int count, long weight) {
        List<Entry> added = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Entry entry = Entries.entry(name + i, weight);
            added.add(entry);
            policy.add(entry);
        }
        return added;
    }
}
