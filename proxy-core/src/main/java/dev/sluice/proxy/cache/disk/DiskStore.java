package dev.sluice.proxy.cache.disk;

import dev.sluice.proxy.cache.store.CacheStore;
import dev.sluice.proxy.cache.store.PurgeLog;
import dev.sluice.proxy.cache.store.StoredHead;
import dev.sluice.proxy.cache.store.StoredResponse;
import dev.sluice.proxy.cache.store.Writing;
import dev.sluice.proxy.internal.Require;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Keeps responses in a folder, where they outlive the process: a file an entry, which is written under another name and then
 * moved to its place. Each 16 KiB of a body and each head has a checksum (CRC-32C), and no byte is given away before that
 * of its block was right: once all of a body has been read and was right in this process, the system may send it from its
 * file to a client without a copy here ({@link dev.sluice.proxy.internal.FileBytes}). So nothing is forced to the disk:
 * what a crash of the machine leaves half-written is dropped when it is read. A new head, such as after a 304, goes to a
 * small file beside the entry, and takes its place in one step.
 *
 * <p>The index is in memory, about 90 bytes an entry. A start rebuilds it from the names of the files, in the background;
 * what is asked for meanwhile is found as well. What is asked for least is dropped for room (SIEVE).
 *
 * <p>Reading and writing files blocks the thread, and on most JDKs a virtual thread holds its carrier thread meanwhile; so
 * no call reads more than its buffer takes. A thread that is interrupted in a read gets an IOException; others that read
 * the same response do not notice.
 */
public final class DiskStore implements CacheStore {
    /** The bound of entries: at this number the index takes about 90 MB. */
    private static final int MAX_ENTRIES = 1_000_000;

    private final long maxEntryBytes;
    private final FolderLock folderLock;
    private final Shelf shelf;
    private final Finding finding;
    private final NewHeads heads;
    private final PurgeFile purges;
    private final Signal allFound;

    /**
     * A store that has what is in the folder, which is made if it is not there. Files in it that are not the store's are
     * left alone.
     *
     * @param maxBytes how much of the disk is used, in whole blocks of 4 KiB
     * @param maxEntryBytes the longest body that is stored
     * @throws IllegalArgumentException if a number is not positive
     * @throws IOException if the folder cannot be used, or is in use by another store; the message names it
     */
    public DiskStore(Path folder, long maxBytes, long maxEntryBytes, TimeSource time) throws IOException {
        this(folder, new Bounds(maxBytes, maxEntryBytes, MAX_ENTRIES), time, Disk.REAL);
    }

    DiskStore(Path folder, Bounds bounds, TimeSource time, Disk disk) throws IOException {
        this.maxEntryBytes = bounds.maxEntryBytes();
        Folder place = new Folder(Objects.requireNonNull(folder, "folder"));
        this.folderLock = FolderLock.of(folder);
        this.shelf = new Shelf(disk, place, new Index(bounds.maxBytes(), bounds.maxEntries()), time);
        this.finding = new Finding(shelf);
        this.heads = new NewHeads(shelf);
        this.purges = new PurgeFile(disk, place, shelf.gate, time);
        this.allFound = time.startNative("cache-scan", () -> shelf.shards.readAll(shelf.gate));
    }

    record Bounds(long maxBytes, long maxEntryBytes, int maxEntries) {
        Bounds {
            Require.positive("maxBytes", maxBytes);
            Require.positive("maxEntryBytes", maxEntryBytes);
            Require.positive("maxEntries", maxEntries);
        }
    }

    /** Fires when the index has all that was in the folder. */
    public Signal allFound() {
        return allFound;
    }

    /**
     * Where the responses of a key are, the newest first; no file is read. They count as asked for.
     *
     * @throws IOException if the folder cannot be read, or the store is closed
     */
    public List<Place> places(String key) throws IOException {
        shelf.gate.enter();
        try {
            List<Place> places = new ArrayList<>(1);
            for (Version version : finding.versions(key)) {
                places.add(new Place(shelf, finding, key, version));
            }
            return places;
        } finally {
            shelf.gate.leave();
        }
    }

    /** Reads the head of each variant. One that cannot be read hides no other. */
    @Override
    public List<StoredResponse> find(String key) throws IOException {
        List<StoredResponse> found = new ArrayList<>(1);
        IOException failed = null;
        for (Place place : places(key)) {
            try {
                StoredResponse response = place.read();
                if (response != null) {
                    found.add(response);
                }
            } catch (IOException unreadable) {
                failed = unreadable;
            }
        }
        if (failed != null && found.isEmpty()) {
            throw failed;
        }
        return found;
    }

    @Override
    public @Nullable Writing write(StoredHead head, long length) throws IOException {
        shelf.gate.enter();
        try {
            boolean room = length <= maxEntryBytes && shelf.index.mayHold(length);
            return room && isWritable() ? new DiskWriting(shelf, length, maxEntryBytes) : null;
        } finally {
            shelf.gate.leave();
        }
    }

    /** After a failure the folder is made again before the next try: somebody may have emptied it. */
    private boolean isWritable() {
        if (shelf.outage.isOver()) {
            return true;
        }
        if (shelf.outage.isOn()) {
            return false;
        }
        try {
            shelf.folder.make();
            folderLock.renew();
            return true;
        } catch (IOException failure) {
            shelf.outage.failed(failure);
            return false;
        }
    }

    @Override
    public void update(StoredResponse response, StoredHead head) throws IOException {
        shelf.gate.enter();
        try {
            DiskResponse own = own(response);
            if (own != null && !heads.replace(own, head.encode())) {
                // Another thread has dropped it, and a crash must not bring it back with the head before.
                remove(own.entry);
            }
        } catch (IOException failure) {
            remove(response);
            throw failure;
        } finally {
            shelf.gate.leave();
        }
    }

    @Override
    public int remove(String key) throws IOException {
        KeyHash hash = KeyHash.of(key);
        shelf.gate.enter();
        try {
            shelf.shards.require(hash.shard());
            int removed = shelf.index.removeAll(hash);
            shelf.bin.delete(hash);
            return removed;
        } finally {
            shelf.gate.leave();
        }
    }

    @Override
    public void remove(StoredResponse response) throws IOException {
        DiskResponse own = own(response);
        if (own != null) {
            remove(own.entry);
        }
    }

    /** Drops the response that is there, as {@link #remove(StoredResponse)} does. */
    public void remove(Place place) throws IOException {
        remove(place.entry());
    }

    private void remove(Entry entry) throws IOException {
        shelf.gate.enter();
        try {
            shelf.index.remove(entry);
            shelf.bin.delete(KeyHash.of(entry));
        } finally {
            shelf.gate.leave();
        }
    }

    private @Nullable DiskResponse own(StoredResponse response) {
        return response instanceof DiskResponse own && own.isOf(shelf) ? own : null;
    }

    /** Files are deleted in the background. */
    @Override
    public void clear() throws IOException {
        shelf.gate.enter();
        try {
            shelf.clear();
        } finally {
            shelf.gate.leave();
        }
    }

    @Override
    public PurgeLog purgeLog() {
        return purges;
    }

    @Override
    public Usage usage() {
        return shelf.index.usage();
    }

    @Override
    public void close() {
        if (shelf.gate.close()) {
            folderLock.close();
        }
    }
}
