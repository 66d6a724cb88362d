package dev.sluice.proxy.cache.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class QueueTest {
    private final Queue queue = new Queue();

    private Entry add(int number) {
        Entry entry = new Entry(new KeyHash(0, number), number, 0, 0, 0);
        queue.addNewest(entry);
        return entry;
    }

    private long drop() {
        Entry next = queue.next();
        queue.remove(next);
        return next.sequence;
    }

    @Test
    void theOldestGoesFirst() {
        for (int i = 0; i < 5; i++) {
            add(i);
        }
        assertThat(List.of(drop(), drop(), drop())).containsExactly(0L, 1L, 2L);
    }

    @Test
    void whatWasAskedForStaysOnce() {
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            entries.add(add(i));
        }
        entries.get(0).asked = true;
        entries.get(2).asked = true;
        assertThat(List.of(drop(), drop(), drop())).containsExactly(1L, 3L, 4L);
        assertThat(List.of(drop(), drop())).containsExactly(0L, 2L);
        assertThat(queue.next()).isNull();
    }

    /** A scan brings entries that nobody asks for again. */
    @Test
    void aScanDropsItselfAndNotWhatIsInUse() {
        List<Entry> used = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            used.add(add(i));
        }
        used.forEach(entry -> entry.asked = true);
        for (int i = 10; i < 20; i++) {
            add(i);
        }
        for (int i = 20; i < 1_000; i++) {
            assertThat(drop()).isGreaterThanOrEqualTo(10);
            add(i);
            if (i % 5 == 0) {
                used.forEach(entry -> entry.asked = true);
            }
        }
    }

    @Test
    void allMarkedIsOneRound() {
        for (int i = 0; i < 5; i++) {
            add(i).asked = true;
        }
        assertThat(List.of(drop(), drop())).containsExactly(0L, 1L);
    }

    @Test
    void theOneAtTheHandMayBeRemoved() {
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            entries.add(add(i));
        }
        assertThat(queue.next()).isSameAs(entries.get(0));
        queue.remove(entries.get(0));
        assertThat(queue.next()).isSameAs(entries.get(1));
        queue.remove(entries.get(4));
        queue.remove(entries.get(2));
        assertThat(List.of(drop(), drop())).containsExactly(1L, 3L);
    }

    @Test
    void whatWasFoundGoesBehindByAge() {
        List<Entry> found = new ArrayList<>();
        for (int number : new int[] {2, 0, 1}) {
            Entry entry = new Entry(new KeyHash(0, number), number, 0, 0, 0);
            queue.addOldest(entry);
            found.add(entry);
        }
        add(3);
        found.sort((one, other) -> Long.compare(other.sequence, one.sequence));
        queue.beginMoves();
        found.forEach(queue::moveToOldest);
        queue.endMoves();
        assertThat(List.of(drop(), drop(), drop(), drop())).containsExactly(0L, 1L, 2L, 3L);
    }
}
