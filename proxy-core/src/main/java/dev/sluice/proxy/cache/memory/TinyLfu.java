package dev.sluice.proxy.cache.memory;

import org.jspecify.annotations.Nullable;

/**
 * W-TinyLFU (Einziger, Friedman, Manes, "TinyLFU: A Highly Efficient Cache Admission Policy", ACM Transactions on Storage
 * 13/4, 2017): what is new stands in a window of 1 % of the room, in the order of use. What leaves the window gets into
 * the main part only if it was used more often than what would have to go for it. The main part is a segmented LRU: what
 * is used there again is protected, up to 80 % of it; the rest is on probation, and goes first. All parts are measured in
 * bytes. Makes the same decisions for the same calls. Guarded by the lock of {@link Contents}.
 */
final class TinyLfu {

    /** A heavy candidate is compared with so many others at most, to bound the time under the lock. */
    private static final int COMPARED = 256;

    private final FrequencySketch sketch = new FrequencySketch();
    private final EntryQueue window = new EntryQueue();
    private final EntryQueue probation = new EntryQueue();
    private final EntryQueue secured = new EntryQueue();
    private final Drops drops;
    private long room;

    /**
     * A policy without entries.
     *
     * @param room the bound of their weight
     */
    TinyLfu(long room, Drops drops) {
        this.room = room;
        this.drops = drops;
    }

    /** The weight of all entries. */
    long weight() {
        return window.weight() + probation.weight() + secured.weight();
    }

    /** The number of entries. */
    int size() {
        return window.size() + probation.size() + secured.size();
    }

    /** Changes the bound, and drops what exceeds it. */
    void room(long bytes) {
        this.room = bytes;
        settle();
    }

    /** Adds an entry, which counts as its use. It may be dropped at once. */
    void add(Entry entry) {
        sketch.room(size() + 1);
        sketch.count(entry.fingerprint);
        if (entry.weight > window()) {
            window.addColdest(entry);
        } else {
            window.addHottest(entry);
        }
        settle();
    }

    /** Puts an entry in the place of an older one of the same variant, which counts as its use. */
    void replace(Entry old, Entry entry) {
        EntryQueue queue = old.queue;
        if (queue == null) {
            add(entry);
            return;
        }
        queue.replace(old, entry);
        used(entry);
        settle();
    }

    /** Counts a use. */
    void used(Entry entry) {
        sketch.count(entry.fingerprint);
        EntryQueue queue = entry.queue;
        if (queue == probation && entry.weight <= secured()) {
            probation.remove(entry);
            secured.addHottest(entry);
            demote();
        } else if (queue != null) {
            queue.used(entry);
        }
    }

    /** Changes the weight of an entry. */
    void weigh(Entry entry, long weight) {
        if (entry.queue != null) {
            entry.queue.weigh(entry, weight);
            settle();
        }
    }

    void remove(Entry entry) {
        if (entry.queue != null) {
            entry.queue.remove(entry);
        }
    }

    private long window() {
        return Math.max(1, room / 100);
    }

    private long secured() {
        long main = room - window();
        return main - main / 5;
    }

    private void demote() {
        while (secured.weight() > secured()) {
            Entry coldest = secured.coldest();
            if (coldest == null) {
                return;
            }
            secured.remove(coldest);
            probation.addHottest(coldest);
        }
    }

    private void settle() {
        demote();
        while (window.weight() > window()) {
            Entry candidate = window.coldest();
            if (candidate == null) {
                break;
            }
            window.remove(candidate);
            admit(candidate);
        }
        while (weight() > room) {
            Entry victim = victim();
            if (victim == null) {
                return;
            }
            remove(victim);
            drops.dropped(victim, true);
        }
    }

    /** Takes what has left the window into the main part, in place of others if need be, or drops it. */
    private void admit(Entry candidate) {
        long needed = Math.min(candidate.weight, weight() + candidate.weight - room);
        if (needed > 0 && !isUsedMoreThanOthers(candidate, needed)) {
            drops.dropped(candidate, false);
            return;
        }
        for (Entry victim = victim(); needed > 0 && victim != null; victim = victim()) {
            needed -= victim.weight;
            remove(victim);
            drops.dropped(victim, true);
        }
        probation.addHottest(candidate);
    }

    /** Compares it with each of those that would have to go. */
    private boolean isUsedMoreThanOthers(Entry candidate, long needed) {
        int frequency = sketch.estimate(candidate.fingerprint);
        long freed = 0;
        Entry victim = victim();
        for (int i = 0; i < COMPARED && freed < needed && victim != null; i++) {
            if (sketch.estimate(victim.fingerprint) >= frequency) {
                return false;
            }
            freed += victim.weight;
            victim = victim.hotter == null && victim.queue == probation ? secured.coldest() : victim.hotter;
        }
        return true;
    }

    /** What goes first. */
    private @Nullable Entry victim() {
        if (probation.coldest() != null) {
            return probation.coldest();
        }
        return secured.coldest() != null ? secured.coldest() : window.coldest();
    }

    /** Who is told of what has been dropped. */
    interface Drops {
        /**
         * Called after the entry has left.
         *
         * @param admitted whether it was in the main part
         */
        void dropped(Entry entry, boolean admitted);
    }
}
