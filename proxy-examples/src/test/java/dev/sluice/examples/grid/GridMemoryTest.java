package dev.sluice.examples.grid;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.cache.store.Stored;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Heads in a proxy's own memory are those of the grid. */
class GridMemoryTest {
    private static final List<GridEntry> OLD = List.of(entry("old"));
    private static final List<GridEntry> NEW = List.of(entry("new"));

    private final GridMemory memory = new GridMemory(1_000_000);

    private static GridEntry entry(String id) {
        return new GridEntry(id, 10, 0, Stored.head("http://shop.test/a").build());
    }

    private List<GridEntry> heads(List<GridEntry> inGrid) throws IOException {
        return memory.heads("a", () -> inGrid);
    }

    @Test
    void whatIsFetchedIsKeptUntilItChanges() throws Exception {
        memory.hears(true);
        assertThat(heads(OLD)).isEqualTo(OLD);
        assertThat(heads(NEW)).isEqualTo(OLD);
        memory.forget("b");
        assertThat(heads(NEW)).isEqualTo(OLD);
        memory.forget("a");
        assertThat(heads(NEW)).isEqualTo(NEW);
    }

    @Test
    void whatChangesWhileItIsFetchedIsNotKept() throws Exception {
        memory.hears(true);
        memory.heads("a", () -> {
            memory.forget("a");
            return OLD;
        });
        assertThat(heads(NEW)).isEqualTo(NEW);
    }

    @Test
    void nothingIsKeptWhileChangesAreNotTold() throws Exception {
        assertThat(heads(OLD)).isEqualTo(OLD);
        assertThat(heads(NEW)).isEqualTo(NEW);
        memory.hears(true);
        heads(OLD);
        memory.hears(false);
        assertThat(heads(NEW)).isEqualTo(NEW);
        memory.hears(true);
        assertThat(heads(NEW)).isEqualTo(NEW);
    }

    @Test
    void whatIsFetchedWhileAChangeMayBeMissedIsNotKept() throws Exception {
        memory.heads("a", () -> {
            memory.hears(true);
            return OLD;
        });
        memory.forget("b");
        assertThat(heads(NEW)).isEqualTo(NEW);
        memory.forget("a");
        memory.heads("a", () -> {
            memory.hears(false);
            memory.hears(true);
            return OLD;
        });
        assertThat(heads(NEW)).isEqualTo(NEW);
    }

    @Test
    void itStaysWithinItsBounds() throws Exception {
        memory.hears(true);
        for (int i = 0; i < 1_000; i++) {
            memory.keepPiece("p" + i, new byte[10_000]);
            String name = "h" + i;
            memory.heads(name, () -> OLD);
        }
        int pieces = 0;
        int heads = 0;
        for (int i = 0; i < 1_000; i++) {
            pieces += memory.piece("p" + i) == null ? 0 : 1;
            heads += memory.heads("h" + i, () -> NEW).equals(OLD) ? 1 : 0;
        }
        assertThat(pieces).isBetween(50, 75);
        assertThat(heads).isBetween(100, 600);
    }
}
