package dev.sluice.proxy.cache.disk;

import dev.sluice.proxy.cache.disk.EntryNames.HeadName;
import dev.sluice.proxy.cache.store.CacheStore.Usage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which entries there are, how much room they take, and which goes next. It touches no files: who calls it deletes those
 * of the entries that it gives back, and says so. All is done under one lock, within a few memory accesses; what is for all entries is
 * done in slices. Safe for use by many threads.
 */
final class Index {
    private static final Comparator<Entry> NEWEST_FIRST =
            Comparator.<Entry>comparingLong(entry -> entry.sequence).reversed();

    private static final int MAX_VARIANTS = 64;

    /** How many entries one request drops beside those in whose place it writes. */
    private static final int AT_ONCE = 64;

    /** How many entries are changed at once where all of them are: requests wait for no more. */
    private static final int SLICE = 256;

    /** Another thread that waits for the lock gets it. A test looks at the index. */
    Runnable betweenSlices = Thread::yield;

    private final Queue queue = new Queue();
    private final EntryTable table = new EntryTable();
    /** A crash would bring them back, so whoever removes a key deletes those of it that others are about to delete. */
    private final EntryTable leaving = new EntryTable();

    private final long maxBytes;
    private final long maxEntries;
    private long bytes;
    private long reserved;
    private long evicted;
    private long lastSequence;
    private long clearedUpTo = Long.MIN_VALUE;

    Index(long maxBytes, long maxEntries) {
        this.maxBytes = maxBytes;
        this.maxEntries = maxEntries;
    }

    /** The entries of a key, the newest first; they count as asked for. */
    synchronized List<Version> find(KeyHash key) {
        List<Version> found = new ArrayList<>(1);
        for (Entry at = table.first(key.high(), key.low()); at != null; at = table.next(at)) {
            found.add(Version.of(at));
            at.asked = true;
        }
        found.sort(Comparator.comparing(Version::entry, NEWEST_FIRST));
        return found;
    }

    /** The entry as it is now, or null if it is not stored any more. */
    @Nullable
    synchronized Version current(Entry entry) {
        return entry.stored ? Version.of(entry) : null;
    }

    /** A number that is greater than those of all entries that were ever here. */
    synchronized long nextSequence(long atLeast) {
        lastSequence = Math.max(lastSequence + 1, atLeast);
        return lastSequence;
    }

    /** Returns whether a body of this length could be stored if nothing else was. */
    boolean mayHold(long bodyLength) {
        return bodyLength <= maxBytes;
    }

    /**
     * Makes room for bytes that are about to be written.
     *
     * @param dropped gets the entries that must go for that
     * @return whether there is room; if not, nothing is reserved
     */
    synchronized boolean reserve(long more, List<Entry> dropped) {
        if (reserved + more > maxBytes) {
            return false;
        }
        reserved += more;
        trim(dropped, more / Entry.ROUNDED + AT_ONCE);
        return true;
    }

    /** Takes a reservation back. */
    synchronized void release(long less) {
        reserved -= less;
    }

    /**
     * Drops entries until the bounds are kept, or until so many are dropped: if a folder that was found has far too much,
     * no single request waits until all of that is deleted.
     */
    private void trim(List<Entry> dropped, long most) {
        long end = evicted + most;
        while (evicted < end && (bytes + reserved > maxBytes || table.size() > maxEntries)) {
            Entry next = queue.next();
            if (next == null) {
                return;
            }
            evict(next, dropped);
        }
    }

    private void evict(Entry entry, List<Entry> dropped) {
        evicted++;
        drop(entry, dropped);
    }

    /**
     * Adds an entry whose file is there, in place of older ones of the same key and variant. If there is a newer one, it
     * is dropped itself.
     *
     * @param reservedBytes a reservation that ends with this
     * @param dropped gets the entries that go for it
     */
    synchronized void add(Entry entry, long reservedBytes, List<Entry> dropped) {
        reserved -= reservedBytes;
        place(entry, true, dropped);
        trim(dropped, AT_ONCE);
    }

    /**
     * Adds an entry that a start has found, which counts as older than all that came since. Only the bound of entries is
     * kept, as the oldest ones are known when all have been found.
     */
    synchronized void addFound(Entry entry, List<Entry> dropped) {
        // Or all others would go to make room for what is longer than the store.
        if (entry.sequence <= clearedUpTo || entry.bytes() > maxBytes) {
            leave(entry, dropped);
            return;
        }
        lastSequence = Math.max(lastSequence, entry.sequence);
        place(entry, false, dropped);
        if (entry.stored && table.size() > maxEntries) {
            evict(entry, dropped);
        }
    }

    private void place(Entry entry, boolean isNew, List<Entry> dropped) {
        int variants = 1;
        Entry oldest = entry;
        Entry next;
        for (Entry at = table.first(entry.keyHigh, entry.keyLow); at != null; at = next) {
            next = table.next(at);
            if (at.variant != entry.variant) {
                variants++;
                oldest = at.sequence < oldest.sequence ? at : oldest;
            } else if (at.sequence < entry.sequence) {
                drop(at, dropped);
            } else {
                leave(entry, dropped);
                return;
            }
        }
        table.add(entry);
        if (isNew) {
            queue.addNewest(entry);
        } else {
            queue.addOldest(entry);
        }
        entry.stored = true;
        bytes += entry.bytes();
        if (variants > MAX_VARIANTS) {
            evict(oldest, dropped);
        }
    }

    /** All that a start has found are known: those go to their places by age, and the bounds are kept. */
    void sortFound(List<Entry> found, List<Entry> dropped) {
        List<Entry> sorted = new ArrayList<>(found);
        sorted.sort(NEWEST_FIRST);
        beginMoves();
        for (int from = 0; from < sorted.size(); from += SLICE) {
            move(sorted.subList(from, Math.min(from + SLICE, sorted.size())));
            betweenSlices.run();
        }
        endMoves();
        while (trimSome(dropped)) {
            betweenSlices.run();
        }
    }

    private synchronized void beginMoves() {
        queue.beginMoves();
    }

    private synchronized void move(List<Entry> slice) {
        for (Entry entry : slice) {
            if (entry.stored) {
                queue.moveToOldest(entry);
            }
        }
    }

    private synchronized void endMoves() {
        queue.endMoves();
    }

    /** Returns whether there may be more to drop. */
    private synchronized boolean trimSome(List<Entry> dropped) {
        long before = evicted;
        trim(dropped, SLICE);
        return evicted == before + SLICE;
    }

    /**
     * An entry has a newer head, in a file of its own.
     *
     * @return what must be deleted now: the head before, or this one if the entry is gone or has a newer one; null for
     *     nothing
     */
    @Nullable
    synchronized HeadName newHead(HeadName head, List<Entry> dropped) {
        Entry entry = table.first(head.key().high(), head.key().low());
        while (entry != null && entry.sequence != head.sequence()) {
            entry = table.next(entry);
        }
        if (entry == null || entry.generation >= head.generation()) {
            return head;
        }
        HeadName before = entry.generation == 0 ? null : Version.of(entry).head();
        bytes += Entry.headBytes(head.length()) - Entry.headBytes(entry.newHeadLength);
        entry.generation = head.generation();
        entry.newHeadLength = head.length();
        trim(dropped, AT_ONCE);
        return before;
    }

    /** Takes an entry out. Returns whether it was there. */
    synchronized boolean remove(Entry entry) {
        return drop(entry, new ArrayList<>(1));
    }

    /** Takes the entries of a key out. Returns how many. */
    synchronized int removeAll(KeyHash key) {
        List<Entry> dropped = new ArrayList<>();
        Entry at = table.first(key.high(), key.low());
        while (at != null) {
            drop(at, dropped);
            at = table.first(key.high(), key.low());
        }
        return dropped.size();
    }

    /** The entries of a key that were taken out and whose files may still be there, the oldest first. */
    synchronized List<Entry> leaving(KeyHash key) {
        List<Entry> found = new ArrayList<>(1);
        for (Entry at = leaving.first(key.high(), key.low()); at != null; at = leaving.next(at)) {
            found.add(at);
        }
        found.sort(NEWEST_FIRST.reversed());
        return found;
    }

    /** The file of an entry that was taken out is not there any more. */
    synchronized void deleted(Entry entry) {
        if (entry.leaving) {
            entry.leaving = false;
            leaving.remove(entry);
        }
    }

    /** Takes all entries out that are here now, and returns them. Those that a start still finds are dropped then. */
    List<Entry> clear(long nowSequence) {
        List<Entry> dropped = new ArrayList<>();
        long upTo = beginClear(nowSequence);
        while (clearSome(upTo, dropped)) {
            betweenSlices.run();
        }
        return dropped;
    }

    private synchronized long beginClear(long nowSequence) {
        clearedUpTo = nextSequence(nowSequence);
        return clearedUpTo;
    }

    /** What came since stays; most of it stands before the others in the queue. Returns whether there may be more. */
    private synchronized boolean clearSome(long upTo, List<Entry> dropped) {
        int before = dropped.size();
        Entry next;
        for (Entry at = queue.oldest(); at != null && dropped.size() < before + SLICE; at = next) {
            next = at.newer;
            if (at.sequence <= upTo) {
                drop(at, dropped);
            }
        }
        return dropped.size() == before + SLICE;
    }

    private boolean drop(Entry entry, List<Entry> dropped) {
        if (!entry.stored) {
            return false;
        }
        table.remove(entry);
        queue.remove(entry);
        entry.stored = false;
        bytes -= entry.bytes();
        leave(entry, dropped);
        return true;
    }

    private void leave(Entry entry, List<Entry> dropped) {
        entry.leaving = true;
        leaving.add(entry);
        dropped.add(entry);
    }

    synchronized Usage usage() {
        return new Usage(table.size(), bytes, maxBytes, evicted, 0);
    }
}
