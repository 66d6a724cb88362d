package dev.sluice.proxy.cache.disk;

import dev.sluice.proxy.cache.store.StoredHead;
import dev.sluice.proxy.cache.store.Writing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A response on its way to the disk. Whole blocks are written as they come; the rest, the checksums and the head when it is
 * committed, so that a short response is written at once.
 */
final class DiskWriting implements Writing {
    private final Shelf shelf;
    private final long length;
    private final long maxLength;
    private final long salt = ThreadLocalRandom.current().nextLong();
    private final Path newFile;
    private final WrittenBlocks blocks;

    /** Another thread may close it. */
    private final ReentrantLock ending = new ReentrantLock();

    private Disk.@Nullable Opened file;
    private long appended;
    private long reserved;
    /** A part had no room, so the rest is of no use. */
    private boolean refused;

    private State state = State.OPEN;
    private volatile @Nullable Entry entry;

    private enum State {
        OPEN,
        FAILED,
        COMMITTED,
        CLOSED
    }

    /** @param length the body's, or -1 for an unknown one */
    DiskWriting(Shelf shelf, long length, long maxLength) {
        this.shelf = shelf;
        this.length = length;
        this.maxLength = length < 0 ? maxLength : length;
        this.newFile = shelf.folder.newFile();
        this.blocks = new WrittenBlocks(shelf.disk, newFile, salt, length);
    }

    @Override
    public boolean append(byte[] bytes, int offset, int count) throws IOException {
        Objects.checkFromIndexSize(offset, count, bytes.length);
        shelf.gate.enter();
        ending.lock();
        try {
            requireOpen();
            refused |= appended + count > maxLength || !reserve(appended + count, 0);
            if (refused) {
                return false;
            }
            int done = 0;
            while (done < count) {
                done += blocks.add(bytes, offset + done, count - done);
                if (blocks.isLastFull()) {
                    write(blocks.last());
                    blocks.lastIsWritten();
                }
            }
            appended += count;
            return true;
        } finally {
            ending.unlock();
            shelf.gate.leave();
        }
    }

    @Override
    public void commit(StoredHead head) throws IOException {
        shelf.gate.enter();
        ending.lock();
        try {
            requireOpen();
            if (refused || (length >= 0 && appended != length)) {
                throw new IOException(
                        "a response of " + (length < 0 ? "more" : length) + " bytes is committed with " + appended);
            }
            byte[] bytes = head.encode();
            if (bytes.length > EntryNames.LONGEST_HEAD) {
                throw new IOException(
                        "a head of " + bytes.length + " bytes is too long: more than " + EntryNames.LONGEST_HEAD);
            }
            if (!reserve(appended, bytes.length)) {
                throw new IOException("there is no room for a head of " + bytes.length + " bytes");
            }
            commit(shelf.newEntry(head, appended, bytes.length), bytes);
        } finally {
            ending.unlock();
            shelf.gate.leave();
        }
    }

    private void commit(Entry newEntry, byte[] head) throws IOException {
        ByteBuffer rest =
                ByteBuffer.allocate(Math.toIntExact(EntryForm.fileLength(appended, head.length) - blocks.lastBegin()));
        rest.put(blocks.last());
        blocks.putSums(rest);
        EntryForm.putHead(rest, head, salt, newEntry, 0);
        write(rest.flip());
        closeFile();
        try {
            entry = newEntry;
            shelf.bin.hold(newEntry, blocks);
            blocks.place(shelf.folder.file(newEntry));
        } catch (IOException failure) {
            failed(failure);
            throw failure;
        }
        state = State.COMMITTED;
        shelf.add(newEntry, reserved);
        reserved = 0;
    }

    private void write(ByteBuffer bytes) throws IOException {
        try {
            Disk.Opened out = file;
            if (out == null) {
                out = shelf.disk.create(newFile);
                file = out;
            }
            out.write(bytes, blocks.lastBegin());
        } catch (IOException failure) {
            failed(failure);
            throw failure;
        }
    }

    private void failed(IOException failure) {
        state = State.FAILED;
        shelf.outage.failed(failure);
    }

    private boolean reserve(long bodyLength, int headLength) {
        long bytes = Entry.onDisk(EntryForm.fileLength(bodyLength, headLength));
        if (bytes > reserved) {
            if (!shelf.reserve(bytes - reserved)) {
                return false;
            }
            reserved = bytes;
        }
        return true;
    }

    private void requireOpen() throws IOException {
        if (state != State.OPEN) {
            throw new IOException("the writing has ended");
        }
    }

    @Override
    public int read(long position, byte[] into, int offset, int count) throws IOException {
        Objects.checkFromIndexSize(offset, count, into.length);
        try {
            return blocks.read(position, into, offset, count);
        } catch (DamagedException damage) {
            Entry stored = entry;
            if (stored != null) {
                shelf.damaged(stored, damage);
            }
            throw damage;
        }
    }

    @Override
    public void close() {
        ending.lock();
        try {
            if (state != State.CLOSED) {
                state = State.CLOSED;
                end();
            }
        } finally {
            ending.unlock();
        }
    }

    private void end() {
        closeFile();
        Entry stored = entry;
        if (stored != null) {
            shelf.bin.release(stored);
        }
        Path unused = blocks.close();
        if (unused != null) {
            shelf.bin.deleteLater(unused);
        }
        if (reserved > 0) {
            shelf.index.release(reserved);
            reserved = 0;
        }
    }

    private void closeFile() {
        if (file != null) {
            file.close();
            file = null;
        }
    }
}
