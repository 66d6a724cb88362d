package dev.sluice.proxy.cache.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

class IndexTest {
    private final List<Entry> dropped = new ArrayList<>();

    private static Entry entry(long key, long sequence) {
        return new Entry(new KeyHash(key, key), sequence, 0, 100, 100);
    }

    /** A folder with far too many files must not fill the memory while it is read. */
    @Test
    void aStartKeepsTheBoundOfEntriesAllTheTime() {
        Index index = new Index(1 << 30, 10);
        List<Entry> found = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            Entry entry = entry(i, i);
            index.addFound(entry, dropped);
            found.add(entry);
            assertThat(index.usage().entries()).isLessThanOrEqualTo(10);
        }
        assertThat(dropped).hasSize(990);
        index.sortFound(found, dropped);
        assertThat(index.usage().bytes()).isEqualTo(10 * 4096);
        assertThat(dropped).hasSize(990);
    }

    @Test
    void theBoundOfEntriesIsKept() {
        Index index = new Index(1 << 30, 10);
        for (int i = 0; i < 100; i++) {
            index.add(entry(i, i), 0, dropped);
        }
        assertThat(index.usage().entries()).isEqualTo(10);
        assertThat(index.usage().evicted()).isEqualTo(90);
        assertThat(dropped).extracting(entry -> entry.sequence).startsWith(0L, 1L, 2L);
    }

    /** Such as a file with a crafted name: all others would go to make room for it. */
    @Test
    void whatIsLongerThanTheStoreIsDroppedAloneWhenItIsFound() {
        Index index = new Index(10 * 4096, 100);
        List<Entry> found = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            found.add(entry(i, i));
        }
        Entry huge = new Entry(new KeyHash(99, 99), 99, 0, (1L << 48) - 1, 10);
        found.add(huge);
        found.forEach(entry -> index.addFound(entry, dropped));
        index.sortFound(found, dropped);
        assertThat(dropped).containsExactly(huge);
        assertThat(index.usage().bytes()).isEqualTo(10 * 4096);
    }

    /** A request waits for the lock no longer than for a slice, also while a million entries are put in order. */
    @Test
    void noStepUnderTheLockIsForAllEntries() {
        Index index = new Index(1L << 40, 1_000_000);
        List<Entry> found = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            Entry entry = entry(i, i * 7L % 10_000);
            index.addFound(entry, dropped);
            found.add(entry);
        }
        List<Integer> slices = new ArrayList<>();
        index.betweenSlices = () -> slices.add((int) index.usage().entries());
        index.sortFound(found, dropped);
        assertThat(slices).hasSizeGreaterThan(10);
        slices.clear();
        assertThat(index.clear(20_000)).hasSize(10_000);
        assertThat(slices).hasSizeGreaterThan(10).isSortedAccordingTo(Comparator.reverseOrder());
        assertThat(index.usage().entries()).isZero();
    }

    /** Between two slices of the order, and of the clearing, others go on. */
    @Test
    void whatChangesBetweenSlicesIsRight() {
        Index index = new Index(1L << 40, 1_000_000);
        List<Entry> found = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            Entry entry = entry(i, i * 7L % 5_000);
            index.addFound(entry, dropped);
            found.add(entry);
        }
        List<Entry> since = new ArrayList<>();
        index.betweenSlices = () -> {
            Entry fresh = entry(10_000 + since.size(), index.nextSequence(0));
            index.add(fresh, 0, new ArrayList<>());
            since.add(fresh);
            index.remove(found.get(since.size()));
        };
        index.sortFound(found, dropped);
        int removed = since.size();
        List<Entry> order = new ArrayList<>();
        index.betweenSlices = () -> {};
        index.reserve(1L << 40, order);
        while (index.usage().entries() > 0) {
            index.reserve(0, order);
        }
        assertThat(order).hasSize(5_000).endsWith(since.get(removed - 1));
        assertThat(order).extracting(entry -> entry.sequence).isSorted();
    }

    @Test
    void whatComesWhileItIsClearedStays() {
        Index index = new Index(1L << 40, 1_000_000);
        for (int i = 0; i < 5_000; i++) {
            index.add(entry(i, index.nextSequence(0)), 0, dropped);
        }
        List<Entry> since = new ArrayList<>();
        index.betweenSlices = () -> {
            Entry fresh = entry(10_000 + since.size(), index.nextSequence(0));
            index.add(fresh, 0, dropped);
            since.add(fresh);
        };
        assertThat(index.clear(0)).hasSize(5_000).doesNotContainAnyElementsOf(since);
        assertThat(since).isNotEmpty().allMatch(entry -> index.current(entry) != null);
        assertThat(index.usage().entries()).isEqualTo(since.size());
    }

    /** If there is far too much, who writes does not wait until all of it is deleted. */
    @Test
    void oneReservationDropsFewEntries() {
        Index index = new Index(4096, 100_000);
        for (int i = 0; i < 10_000; i++) {
            index.addFound(entry(i, i), dropped);
        }
        assertThat(dropped).isEmpty();
        assertThat(index.reserve(4096, dropped)).isTrue();
        assertThat(dropped).hasSize(65);
    }

    @Test
    void whatRunningWritingsHaveReservedIsNotGivenTwice() {
        Index index = new Index(10 * 4096, 100);
        assertThat(index.reserve(6 * 4096, dropped)).isTrue();
        assertThat(index.reserve(5 * 4096, dropped)).isFalse();
        index.add(entry(1, 1), 6 * 4096, dropped);
        assertThat(index.reserve(10 * 4096, dropped)).isTrue();
        assertThat(dropped).hasSize(1);
        index.release(10 * 4096);
        assertThat(index.reserve(10 * 4096, dropped)).isTrue();
    }

    @Test
    void thousandsOfEntriesAreFoundAndRemoved() {
        Index index = new Index(1L << 40, 1_000_000);
        for (int i = 0; i < 50_000; i++) {
            index.add(entry(i % 25_000, i), 0, dropped);
        }
        assertThat(dropped).as("replaced").hasSize(25_000);
        for (int i = 0; i < 25_000; i++) {
            assertThat(index.find(new KeyHash(i, i))).hasSize(1);
            assertThat(index.removeAll(new KeyHash(i, i))).isEqualTo(1);
        }
        assertThat(index.usage().bytes()).isZero();
    }
}
