package dev.sluice.proxy.cache.tier;

import dev.sluice.proxy.cache.disk.DiskStore;
import dev.sluice.proxy.cache.disk.Place;
import dev.sluice.proxy.cache.memory.MemoryStore;
import dev.sluice.proxy.cache.store.StoredHead;
import dev.sluice.proxy.cache.store.StoredResponse;
import dev.sluice.proxy.cache.store.Writing;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What memory and the disk have of a key and variant. For one thread at a time, for each key. */
record Both(MemoryStore memory, DiskStore disk, MemoryOnly memoryOnly) {
    /**
     * Commits what was written to one of them, or to both. An earlier response does not stay in the other.
     *
     * @throws IOException if none of them can store it
     */
    void commit(StoredHead head, @Nullable Writing inMemory, @Nullable Writing onDisk) throws IOException {
        IOException onDiskFailed = commit(onDisk, head);
        if (onDiskFailed != null) {
            dropFromDisk(head);
        }
        IOException inMemoryFailed = commit(inMemory, head);
        if (inMemoryFailed != null) {
            dropFromMemory(head);
        }
        if (onDiskFailed != null && inMemoryFailed == null) {
            memoryOnly.add(head);
        } else {
            memoryOnly.remove(head);
        }
        if (onDiskFailed != null && inMemoryFailed != null) {
            throw onDiskFailed;
        }
    }

    private static @Nullable IOException commit(@Nullable Writing writing, StoredHead head) {
        if (writing == null) {
            return new IOException("there was no room for all of the response");
        }
        try {
            writing.commit(head);
            return null;
        } catch (IOException failure) {
            return failure;
        }
    }

    void dropFromDisk(StoredHead head) throws IOException {
        Place place = onDisk(head);
        if (place != null) {
            disk.remove(place);
        }
    }

    void dropFromMemory(StoredHead head) {
        StoredResponse held = inMemory(head);
        if (held != null) {
            memory.remove(held);
        }
    }

    /** The response of this key and variant. */
    @Nullable
    StoredResponse inMemory(StoredHead head) {
        for (StoredResponse each : memory.find(head.key())) {
            if (each.head().variant().equals(head.variant())) {
                return each;
            }
        }
        return null;
    }

    /** Where the response of this key and variant is. */
    @Nullable
    Place onDisk(StoredHead head) throws IOException {
        for (Place place : disk.places(head.key())) {
            if (place.isOf(head.variant())) {
                return place;
            }
        }
        return null;
    }
}
