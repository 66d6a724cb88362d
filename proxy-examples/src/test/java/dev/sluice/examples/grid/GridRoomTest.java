package dev.sluice.examples.grid;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.cache.store.Stored;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a proxy has stored in the grid stays within its bound. */
class GridRoomTest extends GridFixture {
    private final GridStore store =
            closing(new GridStore(grid, new GridStore.Bounds(100_000, 100_000, 1_000_000), time));

    private void put(String path, int length) throws IOException {
        Stored.put(store, Stored.head(KEY + path).build(), Stored.bytes(1, length));
    }

    private List<String> found(String... paths) {
        return List.of(paths).stream()
                .filter(path -> {
                    try {
                        return !store.find(KEY + path).isEmpty();
                    } catch (IOException away) {
                        throw new AssertionError(away);
                    }
                })
                .toList();
    }

    @Test
    void whatWasAskedForLeastRecentlyGoes() throws Exception {
        put("a", 40_000);
        put("b", 40_000);
        assertThat(found("a")).containsExactly("a");
        put("c", 40_000);
        assertThat(found("a", "b", "c")).containsExactly("a", "c");
        assertThat(store.usage().evicted()).isOne();
    }

    @Test
    void whatIsGreaterThanTheBoundIsNotStored() throws Exception {
        put("a", 40_000);
        put("b", 100_000);
        assertThat(found("a", "b")).containsExactly("a");
        assertThat(store.usage().rejected()).isOne();
        time.advance(GridPieces.DROPPED_LIFE);
        assertThat(grid.names()).as("head and piece of the other").hasSize(2);
    }

    @Test
    void aLongHeadTakesRoomToo() throws Exception {
        put("a", 40_000);
        put("b", 40_000);
        var b = Stored.only(store, KEY + "b");
        store.update(
                b, b.head().toBuilder().selecting(List.of("x".repeat(30_000))).build());
        assertThat(found("a", "b")).containsExactly("b");
    }

    @Test
    void whatAnotherProxyDropsIsNotCountedAfterAPurgeOfAll() throws Exception {
        put("a", 40_000);
        store().clear();
        assertThat(found("a")).isEmpty();
        assertThat(store.usage().entries()).isZero();
        time.advance(GridPieces.DROPPED_LIFE);
        assertThat(grid.names()).noneMatch(name -> name.endsWith("/0"));
    }
}
