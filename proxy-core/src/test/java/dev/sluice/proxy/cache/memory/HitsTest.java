package dev.sluice.proxy.cache.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HitsTest {
    private final Hits hits = new Hits(2);

    @Test
    void oneThreadLosesNoneAndKeepsTheOrder() {
        List<Entry> added = new ArrayList<>();
        List<Entry> drained = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            Entry entry = Entries.entry("e" + i, 1);
            added.add(entry);
            if (hits.add(entry) || i % 47 == 0) {
                hits.drain(drained::add);
                assertThat(drained).isEqualTo(added);
            }
        }
        hits.drain(drained::add);
        assertThat(drained).isEqualTo(added);
        hits.drain(drained::add);
        assertThat(drained).as("each counts once").isEqualTo(added);
    }

    @Test
    void whatNobodyDrainsIsReplaced() {
        for (int i = 0; i < 1_000; i++) {
            hits.add(Entries.entry("e" + i, 1));
        }
        List<Entry> drained = new ArrayList<>();
        hits.drain(drained::add);
        assertThat(drained).hasSize(32);
    }
}
