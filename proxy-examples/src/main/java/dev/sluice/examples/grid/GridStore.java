package dev.sluice.examples.grid;

import dev.sluice.proxy.cache.store.CacheStore;
import dev.sluice.proxy.cache.store.PurgeLog;
import dev.sluice.proxy.cache.store.StoredHead;
import dev.sluice.proxy.cache.store.StoredResponse;
import dev.sluice.proxy.cache.store.Writing;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Keeps responses in a data grid that several proxies share: what one has stored, all serve, and what one has purged is
 * purged for all. Each proxy has a store of its own, on the same grid.
 *
 * <ul>
 *   <li>A body is written in pieces of 64 KiB, and found when all of them are there. A piece never changes, and has a
 *       checksum: a reader gets the whole body or a failure, never a short one.
 *   <li>What is used often is served from this proxy's own memory. A change by another proxy holds here when the grid has
 *       told of it; if the grid tells before its calls return, that is at once. While the grid does not tell, each response
 *       is looked up in the grid.
 *   <li>A body that is dropped can be read for another minute by those who have begun. All ends by itself a day after it
 *       was stored.
 *   <li>If the grid is away, calls fail, also for what is in memory, as nobody knows what was purged meanwhile; the cache
 *       goes to the origin. The grid is asked again once a second. What this proxy should have dropped meanwhile is dropped
 *       before it finds anything again.
 *   <li>Each proxy bounds what it has stored itself, since its start. Give the grid its own bound too.
 * </ul>
 *
 * <p>Closing it leaves the grid as it is.
 */
public final class GridStore implements CacheStore {
    final GridPieces pieces;
    private final Bounds bounds;
    private final TimeSource time;
    private final GridMemory memory;
    private final GridPurges purges;
    private final GridIndex index;
    private final GridRoom room;
    private final GridOwed owed = new GridOwed();
    private final Grid.Listening listening;
    /** The last purge of all before what is in the room. */
    private final AtomicLong roomBegan = new AtomicLong();

    /** A store on a grid. */
    public GridStore(Grid grid, Bounds bounds, TimeSource time) {
        this.bounds = bounds;
        this.time = time;
        Grid resting = new RestingGrid(grid, time);
        this.memory = new GridMemory(bounds.memoryBytes);
        this.purges = new GridPurges(resting);
        this.pieces = new GridPieces(resting, memory);
        this.index = new GridIndex(resting, memory, purges, time);
        this.room = new GridRoom(bounds.gridBytes);
        this.listening = grid.listen(new Heard(memory, purges));
    }

    /**
     * How much is stored.
     *
     * @param gridBytes the most that this proxy stores in the grid
     * @param entryBytes the longest body
     * @param memoryBytes the most that it keeps in its own memory
     */
    public record Bounds(long gridBytes, long entryBytes, long memoryBytes) {
        /** @throws IllegalArgumentException if a number is not positive */
        public Bounds {
            if (gridBytes <= 0 || entryBytes <= 0 || memoryBytes <= 0) {
                throw new IllegalArgumentException("bounds must be positive: " + gridBytes + " bytes in the grid, "
                        + entryBytes + " a response, " + memoryBytes + " in memory");
            }
        }
    }

    private record Heard(GridMemory memory, GridPurges purges) implements Grid.Listener {
        @Override
        public void changed(String name) {
            memory.forget(name);
        }

        @Override
        public void appended() {
            purges.behind();
        }

        @Override
        public void hears(boolean now) {
            memory.hears(now);
            purges.behind();
        }
    }

    /** Knows all purges, of others too, and has dropped what it owes. */
    private void prepare() throws IOException {
        if (!memory.hears()) {
            purges.behind();
        }
        purges.refresh();
        owed.settle(this);
        dropPurged();
    }

    /** After a purge of all, the bodies that this proxy has stored give back their room. */
    private void dropPurged() {
        long purge = purges.lastOfAll();
        if (roomBegan.getAndSet(purge) != purge) {
            room.clear().forEach(pieces::drop);
        }
    }

    @Override
    public List<StoredResponse> find(String key) throws IOException {
        prepare();
        List<GridEntry> entries = index.find(key);
        if (entries.isEmpty()) {
            return List.of();
        }
        List<StoredResponse> found = new ArrayList<>(entries.size());
        for (GridEntry each : entries) {
            room.used(each);
            found.add(new GridResponse(this, each));
        }
        return found;
    }

    @Override
    public @Nullable Writing write(StoredHead head, long length) throws IOException {
        prepare();
        long until = time.now().plus(GridPieces.LIFE).toEpochMilli();
        return length > bounds.entryBytes ? null : new GridWriting(this, length, bounds.entryBytes, until);
    }

    /** All pieces of a body are in the grid: now it can be found. */
    void commit(GridEntry entry) throws IOException {
        prepare();
        List<GridEntry> going = room.begin(entry);
        if (going == null) {
            pieces.drop(entry);
            return;
        }
        List<GridEntry> replaced;
        try {
            replaced = index.add(entry);
        } catch (IOException | RuntimeException failure) {
            room.remove(entry);
            throw failure;
        } finally {
            evict(going);
        }
        room.begun(entry);
        for (GridEntry each : replaced) {
            if (each.isVariant(entry.head())) {
                room.remove(each);
            } else {
                room.evict(each);
            }
            pieces.drop(each);
        }
    }

    /** If the grid fails, they stay until they end by themselves. */
    private void evict(List<GridEntry> going) {
        for (GridEntry each : going) {
            try {
                index.remove(each);
                pieces.drop(each);
            } catch (IOException away) {
                return;
            }
        }
    }

    @Override
    public void update(StoredResponse response, StoredHead head) throws IOException {
        if (response instanceof GridResponse found && found.store() == this) {
            GridEntry entry = found.entry().with(head);
            try {
                prepare();
                index.update(entry);
            } catch (IOException away) {
                owed.add(head.key());
                throw away;
            }
            evict(room.update(entry));
        }
    }

    @Override
    public int remove(String key) throws IOException {
        try {
            prepare();
            return drop(key);
        } catch (IOException away) {
            owed.add(key);
            throw away;
        }
    }

    int drop(String key) throws IOException {
        List<GridEntry> gone = index.removeAll(key);
        gone.forEach(this::gone);
        return gone.size();
    }

    @Override
    public void remove(StoredResponse response) throws IOException {
        if (response instanceof GridResponse found && found.store() == this) {
            try {
                prepare();
                index.remove(found.entry()).forEach(this::gone);
            } catch (IOException away) {
                owed.add(found.head().key());
                throw away;
            }
        }
    }

    /** Pieces of its body are not there, or not as they were. */
    void lost(GridEntry entry) {
        try {
            remove(new GridResponse(this, entry));
        } catch (IOException away) {
            // It is owed now.
        }
    }

    private void gone(GridEntry entry) {
        room.remove(entry);
        pieces.drop(entry);
    }

    /** Drops what all proxies have stored: a purge of all. */
    @Override
    public void clear() throws IOException {
        purges.add(null, false);
        dropPurged();
    }

    @Override
    public PurgeLog purgeLog() {
        return purges;
    }

    /** What this proxy has stored in the grid since its start, and has not been dropped for all it knows. */
    @Override
    public Usage usage() {
        return room.usage();
    }

    @Override
    public void close() {
        listening.close();
        memory.clear();
    }
}
