package dev.sluice.proxy.cache.disk;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Entries by the hash of their key, of which there may be several. Each entry is its own link in its bucket, so that
 * nothing else is allocated for it. For one thread at a time.
 */
final class EntryTable {
    private static final int FIRST = 1024;
    private static final int LARGEST = 1 << 28;

    private @Nullable Entry[] buckets = new @Nullable Entry[FIRST];
    private int size;

    int size() {
        return size;
    }

    /** The first entry of a key, in no order, or null if there is none. */
    @Nullable
    Entry first(long keyHigh, long keyLow) {
        return ofKey(buckets[bucket(keyLow)], keyHigh, keyLow);
    }

    /** The next entry of the same key, or null if there is none. */
    @Nullable
    Entry next(Entry entry) {
        return ofKey(entry.nextInBucket, entry.keyHigh, entry.keyLow);
    }

    private static @Nullable Entry ofKey(@Nullable Entry from, long keyHigh, long keyLow) {
        Entry at = from;
        while (at != null && (at.keyLow != keyLow || at.keyHigh != keyHigh)) {
            at = at.nextInBucket;
        }
        return at;
    }

    void add(Entry entry) {
        if (size >= buckets.length && buckets.length < LARGEST) {
            grow();
        }
        link(entry);
        size++;
    }

    /** Takes out an entry that is here. */
    void remove(Entry entry) {
        int bucket = bucket(entry.keyLow);
        Entry at = Objects.requireNonNull(buckets[bucket]);
        if (at == entry) {
            buckets[bucket] = entry.nextInBucket;
        } else {
            while (at.nextInBucket != entry) {
                at = Objects.requireNonNull(at.nextInBucket);
            }
            at.nextInBucket = entry.nextInBucket;
        }
        entry.nextInBucket = null;
        size--;
    }

    private void link(Entry entry) {
        int bucket = bucket(entry.keyLow);
        entry.nextInBucket = buckets[bucket];
        buckets[bucket] = entry;
    }

    private int bucket(long keyLow) {
        return (int) keyLow & (buckets.length - 1);
    }

    private void grow() {
        @Nullable Entry[] before = buckets;
        buckets = new @Nullable Entry[2 * before.length];
        for (Entry first : before) {
            Entry at = first;
            while (at != null) {
                Entry next = at.nextInBucket;
                link(at);
                at = next;
            }
        }
    }
}
