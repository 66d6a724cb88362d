package dev.sluice.examples.grid;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * What a proxy has in its own memory of what is in the grid, within a bound in bytes. Pieces of bodies never change. Heads
 * do: they are kept only as long as the grid tells of changes, and one that changes while it is fetched is not kept.
 */
final class GridMemory {
    /** Bytes that an entry takes beside what is kept of it. */
    private static final int ENTRY = 100;

    private final Cache<String, byte[]> pieces;
    private final Cache<String, List<GridEntry>> heads;
    /** How often something has changed; each name has one of these counters. */
    private final AtomicLongArray changes = new AtomicLongArray(1_024);

    private volatile boolean hears;

    /** @param maxBytes a quarter of it for heads */
    GridMemory(long maxBytes) {
        this.pieces = Caffeine.newBuilder()
                .maximumWeight(maxBytes - maxBytes / 4)
                .weigher((String name, byte[] piece) -> ENTRY + 2 * name.length() + piece.length)
                .executor(Runnable::run)
                .build();
        this.heads = Caffeine.newBuilder()
                .maximumWeight(maxBytes / 4)
                .weigher(GridMemory::weight)
                .executor(Runnable::run)
                .build();
    }

    /** A head is here as bytes and as an object. */
    private static int weight(String name, List<GridEntry> entries) {
        int weight = ENTRY + 2 * name.length();
        for (GridEntry each : entries) {
            weight += 4 * ENTRY + 4 * each.headBytes();
        }
        return weight;
    }

    byte @Nullable [] piece(String name) {
        return pieces.getIfPresent(name);
    }

    void keepPiece(String name, byte[] piece) {
        pieces.put(name, piece);
    }

    interface Fetch {
        List<GridEntry> fetch() throws IOException;
    }

    /** The variants of a name, from here or from the grid. */
    List<GridEntry> heads(String name, Fetch fetch) throws IOException {
        List<GridEntry> known = hears ? heads.getIfPresent(name) : null;
        if (known != null) {
            return known;
        }
        long before = changes.get(counter(name));
        List<GridEntry> fetched = fetch.fetch();
        // In one step with the comparison: a change counts first, and then waits to forget what is kept here.
        heads.asMap().compute(name, (same, old) -> changes.get(counter(name)) == before ? fetched : null);
        return fetched;
    }

    /** Something has changed. */
    void forget(String name) {
        changes.incrementAndGet(counter(name));
        heads.invalidate(name);
    }

    boolean hears() {
        return hears;
    }

    /** Whether changes are told from now on. Any may have been missed. */
    void hears(boolean now) {
        hears = false;
        for (int i = 0; i < changes.length(); i++) {
            changes.incrementAndGet(i);
        }
        heads.invalidateAll();
        hears = now;
    }

    void clear() {
        hears(false);
        pieces.invalidateAll();
    }

    private int counter(String name) {
        return Math.floorMod(name.hashCode(), changes.length());
    }
}
