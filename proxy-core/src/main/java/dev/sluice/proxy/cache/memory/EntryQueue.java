package dev.sluice.proxy.cache.memory;

import org.jspecify.annotations.Nullable;

/** Entries in the order of their last use. Guarded by the lock of {@link Contents}. */
final class EntryQueue {
    private @Nullable Entry coldest;
    private @Nullable Entry hottest;
    private long weight;
    private int size;

    @Nullable
    Entry coldest() {
        return coldest;
    }

    /** The weight of all entries. */
    long weight() {
        return weight;
    }

    /** The number of entries. */
    int size() {
        return size;
    }

    /** Adds an entry as the one that was used last. */
    void addHottest(Entry entry) {
        insert(entry, hottest, null);
    }

    /** Adds an entry as the one that goes first. */
    void addColdest(Entry entry) {
        insert(entry, null, coldest);
    }

    /** Puts an entry in the place of another. */
    void replace(Entry old, Entry entry) {
        Entry colder = old.colder;
        Entry hotter = old.hotter;
        remove(old);
        insert(entry, colder, hotter);
    }

    void remove(Entry entry) {
        link(entry.colder, entry.hotter);
        entry.colder = null;
        entry.hotter = null;
        entry.queue = null;
        weight -= entry.weight;
        size--;
    }

    /** Makes an entry the one that was used last. */
    void used(Entry entry) {
        if (hottest != entry) {
            remove(entry);
            addHottest(entry);
        }
    }

    /** Changes the weight of an entry. */
    void weigh(Entry entry, long now) {
        weight += now - entry.weight;
        entry.weight = now;
    }

    private void insert(Entry entry, @Nullable Entry colder, @Nullable Entry hotter) {
        link(colder, entry);
        link(entry, hotter);
        entry.queue = this;
        weight += entry.weight;
        size++;
    }

    /** Makes two entries neighbours; null stands for an end. */
    private void link(@Nullable Entry colder, @Nullable Entry hotter) {
        if (colder == null) {
            coldest = hotter;
        } else {
            colder.hotter = hotter;
        }
        if (hotter == null) {
            hottest = colder;
        } else {
            hotter.colder = colder;
        }
    }
}
