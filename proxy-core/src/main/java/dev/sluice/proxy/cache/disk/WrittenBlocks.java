package dev.sluice.proxy.cache.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What has been written of a body, for readers beside the writer: whole blocks are in its file, with their checksums
 * here, and the bytes after them are here. No two readers share an open file, as one that is interrupted closes it; the
 * file can be opened as long as this is open, whatever becomes of the entry. One thread writes, many read.
 */
final class WrittenBlocks implements Bin.Held {
    private static final int BLOCK = EntryForm.BLOCK;

    private final Disk disk;
    private final long salt;
    private final ReentrantLock lock = new ReentrantLock();
    private byte[] last;
    private int lastLength;
    private int[] sums = {};
    private int whole;

    /** Is held while the file is moved or opened. */
    private final ReentrantLock placing = new ReentrantLock();

    private final Deque<BlockReader> idle = new ArrayDeque<>();
    private Path path;
    private boolean deletedAtEnd = true;
    private volatile boolean closed;

    /** @param length the body's, or -1 for an unknown one */
    WrittenBlocks(Disk disk, Path path, long salt, long length) {
        this.disk = disk;
        this.path = path;
        this.salt = salt;
        this.last = new byte[length < 0 ? 0 : (int) Math.min(BLOCK, length)];
    }

    /** Adds bytes to the last block. Returns how many it could take. */
    int add(byte[] bytes, int offset, int length) {
        int count = Math.min(length, BLOCK - lastLength);
        lock.lock();
        try {
            int end = lastLength + count;
            if (end > last.length) {
                last = Arrays.copyOf(last, Math.min(BLOCK, Math.max(end, 2 * last.length)));
            }
            System.arraycopy(bytes, offset, last, lastLength, count);
            lastLength = end;
        } finally {
            lock.unlock();
        }
        return count;
    }

    boolean isLastFull() {
        return lastLength == BLOCK;
    }

    /** The bytes of the last block. */
    ByteBuffer last() {
        return ByteBuffer.wrap(last, 0, lastLength).asReadOnlyBuffer();
    }

    /** Where the last block begins. */
    long lastBegin() {
        return (long) whole * BLOCK;
    }

    /** The last block is full, and is in the file now. */
    void lastIsWritten() {
        int sum = lastSum();
        lock.lock();
        try {
            if (whole == sums.length) {
                sums = Arrays.copyOf(sums, Math.max(4, 2 * whole));
            }
            sums[whole] = sum;
            whole++;
            lastLength = 0;
        } finally {
            lock.unlock();
        }
    }

    /** Puts the checksums of all blocks. */
    void putSums(ByteBuffer to) {
        for (int i = 0; i < whole; i++) {
            to.putInt(sums[i]);
        }
        if (lastLength > 0) {
            to.putInt(lastSum());
        }
    }

    private int lastSum() {
        return EntryForm.sum(salt, whole, last, 0, lastLength);
    }

    /** Reads as {@link dev.sluice.proxy.cache.store.StoredBody#read} says. */
    int read(long position, byte[] into, int offset, int length) throws IOException {
        long begin;
        lock.lock();
        try {
            requireOpen();
            begin = lastBegin();
            if (position >= begin + lastLength) {
                return -1;
            }
            if (position >= begin) {
                int from = (int) (position - begin);
                int count = Math.min(length, lastLength - from);
                System.arraycopy(last, from, into, offset, count);
                return count;
            }
        } finally {
            lock.unlock();
        }
        return readWhole(begin, position, into, offset, length);
    }

    private int readWhole(long end, long position, byte[] into, int offset, int length) throws IOException {
        BlockReader reader = take();
        try {
            int count = reader.read(end, position, into, offset, length);
            reader = give(reader);
            return count;
        } finally {
            if (reader != null) {
                reader.close();
            }
        }
    }

    private BlockReader take() throws IOException {
        placing.lock();
        try {
            requireOpen();
            BlockReader free = idle.poll();
            return free != null ? free : new BlockReader(disk.open(path), salt, this::sum);
        } finally {
            placing.unlock();
        }
    }

    private void requireOpen() throws IOException {
        if (closed) {
            throw new IOException("a body is read after its writing was closed");
        }
    }

    /** Returns what is to be closed. */
    private @Nullable BlockReader give(BlockReader reader) {
        placing.lock();
        try {
            if (closed) {
                return reader;
            }
            idle.push(reader);
            return null;
        } finally {
            placing.unlock();
        }
    }

    private int sum(long block) {
        lock.lock();
        try {
            return sums[(int) block];
        } finally {
            lock.unlock();
        }
    }

    /** Gives the file a place from which it is not deleted at the end. */
    void place(Path to) throws IOException {
        move(to, false);
    }

    /** Moves it away, to be deleted at the end. */
    @Override
    public void moveAway(Path to) throws IOException {
        move(to, true);
    }

    private void move(Path to, boolean deleted) throws IOException {
        placing.lock();
        try {
            Folder.moveInto(disk, path, to);
            path = to;
            deletedAtEnd = deleted;
        } finally {
            placing.unlock();
        }
    }

    /** Closes what readers have open. Returns the file if it is to be deleted. */
    @Nullable
    Path close() {
        placing.lock();
        try {
            closed = true;
            idle.forEach(BlockReader::close);
            idle.clear();
            return deletedAtEnd ? path : null;
        } finally {
            placing.unlock();
        }
    }
}
