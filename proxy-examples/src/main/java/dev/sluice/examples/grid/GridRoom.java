package dev.sluice.examples.grid;

import dev.sluice.proxy.cache.store.CacheStore.Usage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What this proxy has stored in the grid, and its bound: what was asked for least recently, here, goes first. What others
 * drop is counted until it would go.
 */
final class GridRoom {
    private final long maxBytes;
    /** By the ids of bodies, in the order of their use. */
    private final Map<String, GridEntry> entries = new LinkedHashMap<>(16, 0.75f, true);
    /** Those that nobody finds yet, and that do not go. */
    private final Map<String, GridEntry> beginning = new HashMap<>();

    private long bytes;
    private long evicted;
    private long rejected;

    GridRoom(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Makes room for a response. Returns what must go for it; null if there is no room. */
    synchronized @Nullable List<GridEntry> begin(GridEntry entry) {
        long needed = entry.bytes();
        for (GridEntry each : beginning.values()) {
            needed += each.bytes();
        }
        if (needed > maxBytes) {
            rejected++;
            return null;
        }
        beginning.put(entry.id(), entry);
        entries.put(entry.id(), entry);
        bytes += entry.bytes();
        return shrink();
    }

    /** It can be found from now on. */
    synchronized void begun(GridEntry entry) {
        beginning.remove(entry.id());
    }

    /** Another head. Returns what must go for it. */
    synchronized List<GridEntry> update(GridEntry entry) {
        GridEntry old = entries.get(entry.id());
        if (old != null) {
            entries.put(entry.id(), entry);
            bytes += entry.bytes() - old.bytes();
        }
        return shrink();
    }

    private List<GridEntry> shrink() {
        List<GridEntry> going = new ArrayList<>(1);
        Iterator<GridEntry> oldest = entries.values().iterator();
        while (bytes > maxBytes && oldest.hasNext()) {
            GridEntry each = oldest.next();
            if (!beginning.containsKey(each.id())) {
                oldest.remove();
                bytes -= each.bytes();
                evicted++;
                going.add(each);
            }
        }
        return going;
    }

    synchronized void used(GridEntry entry) {
        entries.get(entry.id());
    }

    /** It has gone. */
    synchronized void remove(GridEntry entry) {
        beginning.remove(entry.id());
        GridEntry removed = entries.remove(entry.id());
        if (removed != null) {
            bytes -= removed.bytes();
        }
    }

    /** It has gone as there were too many of its key. */
    synchronized void evict(GridEntry entry) {
        if (entries.containsKey(entry.id())) {
            remove(entry);
            evicted++;
        }
    }

    /** All have gone. Returns them. */
    synchronized List<GridEntry> clear() {
        List<GridEntry> gone = List.copyOf(entries.values());
        entries.clear();
        beginning.clear();
        bytes = 0;
        return gone;
    }

    synchronized Usage usage() {
        return new Usage(entries.size() - beginning.size(), bytes, maxBytes, evicted, rejected);
    }
}
