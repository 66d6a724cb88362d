package dev.sluice.proxy.cache.disk;

import org.jspecify.annotations.Nullable;

/**
 * In which order entries are dropped: SIEVE. They stand in the order in which they came, and a request for one only marks
 * it. A hand goes from the oldest to the newest: an entry that is marked loses its mark and stays where it is, the first
 * without a mark is dropped, and the hand waits there. So entries that are asked for again stay, and those that are asked
 * for once, as in a scan, go soon. A step of the hand is a few memory accesses, and each marked entry that it passes has
 * been asked for since. For one thread at a time.
 */
final class Queue {
    private @Nullable Entry newest;
    private @Nullable Entry oldest;
    private @Nullable Entry hand;

    /** Adds one that came now. */
    void addNewest(Entry entry) {
        entry.older = newest;
        if (newest == null) {
            oldest = entry;
        } else {
            newest.newer = entry;
        }
        newest = entry;
    }

    /** Adds one that was there before all others. */
    void addOldest(Entry entry) {
        entry.newer = oldest;
        if (oldest == null) {
            newest = entry;
        } else {
            oldest.older = entry;
        }
        oldest = entry;
    }

    void remove(Entry entry) {
        if (hand == entry) {
            hand = entry.newer;
        }
        if (entry.older == null) {
            oldest = entry.newer;
        } else {
            entry.older.newer = entry.newer;
        }
        if (entry.newer == null) {
            newest = entry.older;
        } else {
            entry.newer.older = entry.older;
        }
        entry.older = null;
        entry.newer = null;
    }

    /** The one that is to be dropped next, which stays here; null if there is none. */
    @Nullable
    Entry next() {
        Entry at = hand == null ? oldest : hand;
        while (at != null && at.asked) {
            at.asked = false;
            at = at.newer == null ? oldest : at.newer;
        }
        hand = at;
        return at;
    }

    @Nullable
    Entry oldest() {
        return oldest;
    }

    /** Moves begin. Until they end the hand stays among those that have not been moved. */
    void beginMoves() {
        hand = hand == null ? oldest : hand;
    }

    /** Puts it behind all others, so that it is then the oldest. */
    void moveToOldest(Entry entry) {
        remove(entry);
        addOldest(entry);
    }

    /** The hand begins at the oldest. */
    void endMoves() {
        hand = null;
    }
}
