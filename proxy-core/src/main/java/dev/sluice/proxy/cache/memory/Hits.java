package dev.sluice.proxy.cache.memory;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Uses of entries that have not been counted yet. Threads write into several rings without waiting for each other; in a
 * ring that nobody drains, later uses replace earlier ones. With one thread none is lost, and their order is kept.
 */
final class Hits {
    private static final int RING = 32;
    private static final int MAX_RINGS = 64;

    /** The indexes of two rings stand in cache lines of their own. */
    private static final int APART = 16;

    private final int rings;
    private final AtomicReferenceArray<@Nullable Entry> entries;
    private final AtomicIntegerArray next;

    /** The index of each ring when it was drained; for the thread that drains. */
    private final int[] drained;

    Hits(int processors) {
        this.rings = Math.min(MAX_RINGS, Integer.highestOneBit(4 * processors));
        this.entries = new AtomicReferenceArray<>(rings * RING);
        this.next = new AtomicIntegerArray(rings * APART);
        this.drained = new int[rings];
    }

    /** Adds a use. Returns whether this ring is full and should be drained. */
    boolean add(Entry entry) {
        int ring = (int) (Thread.currentThread().getId() & rings - 1);
        int at = next.getAndIncrement(ring * APART) & RING - 1;
        entries.setRelease(ring * RING + at, entry);
        return at == RING - 1;
    }

    /** Takes all uses. For one thread at a time. */
    void drain(Consumer<Entry> uses) {
        for (int ring = 0; ring < rings; ring++) {
            int now = next.getAcquire(ring * APART);
            if (now != drained[ring]) {
                drained[ring] = now;
                drain(ring * RING, uses);
            }
        }
    }

    private void drain(int first, Consumer<Entry> uses) {
        for (int i = first; i < first + RING; i++) {
            Entry entry = entries.getAcquire(i);
            if (entry != null) {
                entries.setRelease(i, null);
                uses.accept(entry);
            }
        }
    }
}
