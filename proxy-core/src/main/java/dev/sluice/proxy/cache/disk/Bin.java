package dev.sluice.proxy.cache.disk;

import dev.sluice.proxy.cache.store.CacheStore;
import dev.sluice.proxy.internal.LogLimit;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes the files of entries that the index has dropped, and tells it so. Some systems do not delete a file that is open: it is then
 * moved away, under a name that the next start deletes. If that fails too, it is tried again whenever another file is
 * deleted. Safe for use by many threads.
 */
final class Bin {
    private static final Logger LOG = LoggerFactory.getLogger(CacheStore.class);

    private final Disk disk;
    private final Folder folder;
    private final Index index;
    private final LogLimit logLimit;
    private final Queue<Path> later = new ConcurrentLinkedQueue<>();
    private final Set<Entry> undeleted = ConcurrentHashMap.newKeySet();
    private final Map<Entry, Held> held = new ConcurrentHashMap<>();

    /** Whoever may open the file of an entry again. */
    interface Held {
        /** Gives the file another name, and deletes it in the end. */
        void moveAway(Path to) throws IOException;
    }

    Bin(Disk disk, Folder folder, Index index, TimeSource time) {
        this.disk = disk;
        this.folder = folder;
        this.index = index;
        this.logLimit = new LogLimit(1, time::nanos);
    }

    /** From now on an entry's file is moved away instead, when the entry is dropped. */
    void hold(Entry entry, Held by) {
        held.put(entry, by);
    }

    /** From now on it is deleted. Returns when it is not being moved. */
    void release(Entry entry) {
        held.computeIfPresent(entry, (same, by) -> null);
    }

    /**
     * Deletes the files of all entries of a key that the index has dropped, also of those that another thread is about to
     * delete: the oldest first, or a crash could leave what had been replaced.
     *
     * @throws IOException if that which makes one of them an entry is still there; the others are deleted
     */
    void delete(KeyHash key) throws IOException {
        retry();
        deleteLeaving(key);
    }

    /** Deletes the files of entries that the index has dropped; what cannot be deleted is tried again. */
    void deleteAll(Collection<Entry> entries) {
        for (Entry entry : entries) {
            try {
                delete(KeyHash.of(entry));
            } catch (IOException failure) {
                failed(failure);
            }
        }
    }

    private void deleteLeaving(KeyHash key) throws IOException {
        IOException first = null;
        for (Entry entry : index.leaving(key)) {
            try {
                delete(entry);
                undeleted.remove(entry);
            } catch (IOException failure) {
                undeleted.add(entry);
                first = first == null ? failure : first;
            }
        }
        if (first != null) {
            throw new IOException("a stored response could not be deleted: " + first, first);
        }
    }

    /** Its newest head goes last: without it the entry has the head before, which a purge may have replaced. */
    private void delete(Entry entry) throws IOException {
        held.computeIfPresent(entry, this::moveAway);
        deleteOrMove(folder.file(entry));
        index.deleted(entry);
        if (entry.generation > 0) {
            deleteLater(folder.file(Version.of(entry).head()));
        }
    }

    /** Deletes a file that alone makes no entry; if it cannot be deleted, it is tried again. */
    void deleteLater(Path file) {
        try {
            disk.delete(file);
        } catch (IOException failure) {
            later.add(file);
            failed(failure);
        }
    }

    /** Nobody holds the entry after that. */
    private @Nullable Held moveAway(Entry entry, Held by) {
        try {
            by.moveAway(folder.newFile());
        } catch (IOException failure) {
            LOG.debug("the cache cannot move {}, which is being read", folder.file(entry), failure);
        }
        return null;
    }

    private void deleteOrMove(Path file) throws IOException {
        try {
            disk.delete(file);
        } catch (IOException open) {
            Path away = folder.newFile();
            try {
                disk.move(file, away);
                later.add(away);
            } catch (IOException failure) {
                failure.addSuppressed(open);
                throw failure;
            }
        }
    }

    /** Tries one file and one entry of those that could not be deleted. */
    private void retry() {
        Path file = later.poll();
        if (file != null) {
            deleteLater(file);
        }
        Iterator<Entry> entries = undeleted.iterator();
        if (entries.hasNext()) {
            Entry entry = entries.next();
            entries.remove();
            try {
                deleteLeaving(KeyHash.of(entry));
            } catch (IOException failure) {
                failed(failure);
            }
        }
    }

    private void failed(IOException failure) {
        logLimit.happened(times -> LOG.warn(
                "the cache cannot delete a file in {}, and tries again later: {}{}",
                folder.root(),
                failure.toString(),
                LogLimit.others(times)));
    }
}
