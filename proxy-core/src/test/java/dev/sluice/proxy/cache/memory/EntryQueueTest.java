package dev.sluice.proxy.cache.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EntryQueueTest {
    /** Compares the queue with a list after each of many random calls. */
    @Test
    void keepsTheOrderOfUse() {
        for (int seed = 0; seed < 100; seed++) {
            Random random = new Random(seed);
            EntryQueue queue = new EntryQueue();
            List<Entry> expected = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                change(queue, expected, random, Entries.entry("e" + i, 1 + random.nextInt(9)));
                assertThat(inOrder(queue)).isEqualTo(expected);
                assertThat(queue.size()).isEqualTo(expected.size());
                assertThat(queue.weight())
                        .isEqualTo(expected.stream()
                                .mapToLong(entry -> entry.weight)
                                .sum());
            }
        }
    }

    private static void change(EntryQueue queue, List<Entry> expected, Random random, Entry entry) {
        int at = expected.isEmpty() ? 0 : random.nextInt(expected.size());
        int choice = expected.isEmpty() ? 0 : random.nextInt(6);
        switch (choice) {
            case 0 -> {
                queue.addHottest(entry);
                expected.add(entry);
            }
            case 1 -> {
                queue.addColdest(entry);
                expected.add(0, entry);
            }
            case 2 -> queue.remove(expected.remove(at));
            case 3 -> {
                queue.used(expected.get(at));
                expected.add(expected.remove(at));
            }
            case 4 -> queue.replace(expected.set(at, entry), entry);
            default -> queue.weigh(expected.get(at), 1 + random.nextInt(20));
        }
    }

    private static List<Entry> inOrder(EntryQueue queue) {
        List<Entry> entries = new ArrayList<>();
        Entry colder = null;
        for (Entry entry = queue.coldest(); entry != null; entry = entry.hotter) {
            assertThat(entry.queue).isSameAs(queue);
            assertThat(entry.colder).isSameAs(colder);
            entries.add(entry);
            colder = entry;
        }
        return entries;
    }
}
