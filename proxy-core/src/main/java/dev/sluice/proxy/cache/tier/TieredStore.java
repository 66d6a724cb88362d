package dev.sluice.proxy.cache.tier;

import dev.sluice.proxy.cache.disk.DiskStore;
import dev.sluice.proxy.cache.disk.Place;
import dev.sluice.proxy.cache.memory.MemoryStore;
import dev.sluice.proxy.cache.store.CacheStore;
import dev.sluice.proxy.cache.store.PurgeLog;
import dev.sluice.proxy.cache.store.StoredHead;
import dev.sluice.proxy.cache.store.StoredResponse;
import dev.sluice.proxy.cache.store.Writing;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.StampedLock;
import org.jspecify.annotations.Nullable;

/**
 * Memory before a disk. What is stored goes to both; what only the disk has goes to memory when it is asked for again. The
 * disk's index says what there is, so what is in memory is served without a file being read, and is gone when the disk
 * drops it. If the disk cannot store, memory goes on alone.
 *
 * <p>If both have a response of a key and variant, it is the same one, with the same head: changes of a key are made to both
 * under one lock. Readers take no lock; who has read while a change was made knows the response of the memory only.
 */
public final class TieredStore implements CacheStore {
    private static final int LOCKS = 64;

    private final MemoryStore memory;
    private final DiskStore disk;
    private final StampedLock[] locks = new StampedLock[LOCKS];
    private final MemoryOnly memoryOnly = new MemoryOnly();
    private final Promotions promotions;
    private final Both both;

    /** A store of both, which it closes with itself. */
    public TieredStore(MemoryStore memory, DiskStore disk) {
        this.memory = memory;
        this.disk = disk;
        this.promotions = new Promotions(memory);
        this.both = new Both(memory, disk, memoryOnly);
        for (int i = 0; i < LOCKS; i++) {
            locks[i] = new StampedLock();
        }
    }

    private StampedLock lock(String key) {
        int hash = key.hashCode();
        return locks[(hash ^ hash >>> 16) & (LOCKS - 1)];
    }

    @Override
    public List<StoredResponse> find(String key) throws IOException {
        StampedLock lock = lock(key);
        long stamp = lock.tryOptimisticRead();
        List<StoredResponse> held = new ArrayList<>(memory.find(key));
        List<Place> places = places(key, held);
        boolean paired = places != null && lock.validate(stamp);
        List<StoredResponse> found = new ArrayList<>(1);
        IOException failed = null;
        for (Place place : places == null ? List.<Place>of() : places) {
            StoredResponse inMemory = takeVariant(held, place);
            try {
                StoredResponse one = inMemory == null
                        ? onDisk(place)
                        : new TieredResponse(inMemory, paired ? place : null, inMemory);
                if (one != null) {
                    found.add(one);
                }
            } catch (IOException unreadable) {
                failed = unreadable;
            }
        }
        addHeld(held, paired, found);
        if (failed != null && found.isEmpty()) {
            throw failed;
        }
        return found;
    }

    /** What only memory has; what the disk has dropped goes. */
    private void addHeld(List<StoredResponse> held, boolean paired, List<StoredResponse> found) {
        for (StoredResponse each : held) {
            if (!paired || memoryOnly.has(each.head())) {
                found.add(new TieredResponse(each, null, each));
            } else {
                memory.remove(each);
            }
        }
    }

    /** What the disk has; null if it cannot be asked, but memory has something. */
    private @Nullable List<Place> places(String key, List<StoredResponse> held) throws IOException {
        try {
            return disk.places(key);
        } catch (IOException failure) {
            if (held.isEmpty()) {
                throw failure;
            }
            return null;
        }
    }

    private static @Nullable StoredResponse takeVariant(List<StoredResponse> from, Place place) {
        for (StoredResponse each : from) {
            if (place.isOf(each.head().variant())) {
                from.remove(each);
                return each;
            }
        }
        return null;
    }

    private @Nullable StoredResponse onDisk(Place place) throws IOException {
        StoredResponse read = place.read();
        if (read == null) {
            return null;
        }
        StoredResponse shown = place.isAskedAgain() ? new Promoted(read, this, place) : read;
        return new TieredResponse(null, place, shown);
    }

    @Override
    public @Nullable Writing write(StoredHead head, long length) throws IOException {
        Writing onDisk = disk.write(head, length);
        Writing inMemory = memory.write(head, length);
        return onDisk == null && inMemory == null ? null : new TieredWriting(this, length, inMemory, onDisk);
    }

    /** Stores in memory what has been read from a place, if it is still what the disk has there. */
    void promote(Writing writing, StoredHead head, Place place) throws IOException {
        StampedLock lock = lock(head.key());
        long stamp = lock.writeLock();
        try {
            if (place.isCurrent() && both.inMemory(head) == null) {
                writing.commit(head);
            }
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    /** Begins to copy a response into memory; null if another reader does, or there is no room. */
    @Nullable
    Promotion beginPromotion(StoredResponse response) {
        return promotions.begin(response);
    }

    /**
     * Commits what was written to one of them, or to both. An earlier response does not stay in the other.
     *
     * @throws IOException if none of them can store it
     */
    void commit(StoredHead head, @Nullable Writing inMemory, @Nullable Writing onDisk) throws IOException {
        StampedLock lock = lock(head.key());
        long stamp = lock.writeLock();
        try {
            both.commit(head, inMemory, onDisk);
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    @Override
    public void update(StoredResponse response, StoredHead head) throws IOException {
        change(response, (held, place) -> {
            try {
                StoredResponse onDisk = place == null ? null : place.read();
                if (onDisk != null) {
                    disk.update(onDisk, head);
                }
            } catch (IOException failure) {
                both.dropFromMemory(head);
                if (place != null) {
                    disk.remove(place);
                }
                throw failure;
            }
            if (held != null) {
                memory.update(held, head);
            }
        });
    }

    @Override
    public void remove(StoredResponse response) throws IOException {
        change(response, (held, place) -> {
            if (held != null) {
                memory.remove(held);
            }
            memoryOnly.remove(response.head());
            if (place != null) {
                disk.remove(place);
            }
        });
    }

    private interface Change {
        void make(@Nullable StoredResponse held, @Nullable Place place) throws IOException;
    }

    /** Makes a change where the response is, if it is still stored. */
    private void change(StoredResponse response, Change change) throws IOException {
        if (!(response instanceof TieredResponse own)) {
            return;
        }
        StoredHead head = own.head();
        StampedLock lock = lock(head.key());
        long stamp = lock.writeLock();
        try {
            Place known = own.place();
            StoredResponse held = own.inMemory();
            boolean onDisk = known != null && known.isStored();
            boolean inMemory = held != null && memory.has(held);
            if (onDisk || inMemory) {
                change.make(both.inMemory(head), both.onDisk(head));
            } else if (known == null && held != null && !memoryOnly.has(head)) {
                // It was read while a change was made, and memory has dropped it since: is this the one on the disk?
                both.dropFromDisk(head);
            }
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    @Override
    public int remove(String key) throws IOException {
        StampedLock lock = lock(key);
        long stamp = lock.writeLock();
        try {
            Set<String> onlyHere = new HashSet<>();
            for (StoredResponse each : memory.find(key)) {
                if (memoryOnly.remove(each.head())) {
                    onlyHere.add(each.head().variant());
                }
            }
            memory.remove(key);
            return disk.remove(key) + onlyHere.size();
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    /** That of the disk, and what is in memory only. */
    @Override
    public void clear() throws IOException {
        long[] stamps = Arrays.stream(locks).mapToLong(StampedLock::writeLock).toArray();
        try {
            memory.clear();
            memoryOnly.clear();
            disk.clear();
        } finally {
            for (int i = 0; i < LOCKS; i++) {
                locks[i].unlockWrite(stamps[i]);
            }
        }
    }

    @Override
    public PurgeLog purgeLog() {
        return disk.purgeLog();
    }

    @Override
    public Usage usage() {
        Usage usage = disk.usage();
        return new Usage(
                usage.entries() + Math.min(memoryOnly.size(), memory.usage().entries()),
                usage.bytes(),
                usage.maxBytes(),
                usage.evicted(),
                usage.rejected());
    }

    @Override
    public void close() {
        memory.close();
        disk.close();
    }
}
