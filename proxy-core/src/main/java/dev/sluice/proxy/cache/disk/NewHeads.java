package dev.sluice.proxy.cache.disk;

import dev.sluice.proxy.cache.disk.EntryNames.HeadName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Gives stored responses new heads, each in a file of its own, so that a body is never written again. The file gets its
 * name in one step: before it the old head counts, after it the new one, whenever the process ends. The name has a number
 * that grows, so it does not matter if the head before is still there. Safe for use by many threads.
 */
final class NewHeads {
    private static final int LOCKS = 64;

    private final Shelf shelf;
    private final ReentrantLock[] locks = new ReentrantLock[LOCKS];

    NewHeads(Shelf shelf) {
        this.shelf = shelf;
        for (int i = 0; i < LOCKS; i++) {
            locks[i] = new ReentrantLock();
        }
    }

    /** Gives a response another head. Returns false if it is not stored any more. */
    boolean replace(DiskResponse response, byte[] head) throws IOException {
        ReentrantLock lock = locks[(int) (response.entry.sequence & (LOCKS - 1))];
        lock.lock();
        try {
            Version version = shelf.index.current(response.entry);
            return version != null && replace(version, response.salt(), head);
        } finally {
            lock.unlock();
        }
    }

    private boolean replace(Version version, long salt, byte[] head) throws IOException {
        if (head.length > EntryNames.LONGEST_HEAD) {
            throw new IOException("a head of " + head.length + " bytes cannot be stored");
        }
        Entry entry = version.entry();
        HeadName name = EntryNames.head(entry, version.generation() + 1, head.length);
        ByteBuffer bytes = ByteBuffer.allocate(EntryForm.headFileLength(head.length));
        EntryForm.putHead(bytes, head, salt, entry, name.generation());
        try {
            write(bytes.flip(), shelf.folder.file(name));
        } catch (IOException failure) {
            shelf.outage.failed(failure);
            throw failure;
        }
        List<Entry> dropped = new ArrayList<>();
        HeadName unused = shelf.index.newHead(name, dropped);
        if (unused != null) {
            shelf.bin.deleteLater(shelf.folder.file(unused));
        }
        shelf.bin.deleteAll(dropped);
        return shelf.index.current(entry) != null;
    }

    private void write(ByteBuffer bytes, Path to) throws IOException {
        Path newFile = shelf.folder.newFile();
        try {
            Disk.Opened file = shelf.disk.create(newFile);
            try {
                file.write(bytes, 0);
            } finally {
                file.close();
            }
            Folder.moveInto(shelf.disk, newFile, to);
        } catch (IOException failure) {
            shelf.bin.deleteLater(newFile);
            throw failure;
        }
    }
}
