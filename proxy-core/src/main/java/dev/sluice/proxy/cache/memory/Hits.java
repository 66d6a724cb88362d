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

    /** The indexes of two rings stand in cache lines of their own. */
    private static final int APART = 16;

    private final int rings;
    private final AtomicReferenceArray<@Nullable Entry> entries;
    private final AtomicIntegerArray next;

    Hits(int processors) {
        this.rings = Integer.highestOneBit(Math.max(1, 4 * processors - 1)) << 1;
        this.entries = new AtomicReferenceArray<>(rings * RING);
        this.next = new AtomicIntegerArray(rings * APART);
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
        for (int i = 0; i < entries.length(); i++) {
            if (entries.getPlain(i) != null) {
                Entry entry = entries.getAndSet(i, null);
                if (entry != null) {
                    uses.accept(entry);
                }
            }
        }
    }
}
