package dev.sluice.proxy.cache.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/**
 * Reads a body out of a file, and gives away no byte of a block whose checksum is wrong: a part of a block is given when
 * all of it has been read and checked. For one reader at a time; it has the file to itself.
 */
final class BlockReader {
    private static final int BLOCK = EntryForm.BLOCK;

    private final Disk.Opened file;
    private final long salt;
    private final Sums sums;
    private byte[] block = {};
    private long blockNumber = -1;

    BlockReader(Disk.Opened file, long salt, Sums sums) {
        this.file = file;
        this.salt = salt;
        this.sums = sums;
    }

    /** The checksums of a body's blocks. */
    interface Sums {
        int of(long block) throws IOException;
    }

    /**
     * Reads as {@link dev.sluice.proxy.cache.store.StoredBody#read} says.
     *
     * @param end the body's length, or as much of it as is there in whole blocks
     * @throws DamagedException if a block is not what was written
     */
    int read(long end, long position, byte[] into, int offset, int length) throws IOException {
        if (position >= end) {
            return -1;
        }
        long stop = Math.min(end, position + length);
        long wholeStop = stop == end ? stop : stop - stop % BLOCK;
        if (position % BLOCK == 0 && wholeStop > position) {
            int whole = (int) (wholeStop - position);
            readBlocks(position, into, offset, whole);
            return whole;
        }
        long number = position / BLOCK;
        long begin = number * BLOCK;
        load(number, (int) Math.min(BLOCK, end - begin));
        int copied = (int) Math.min(stop - position, begin + block.length - position);
        System.arraycopy(block, (int) (position - begin), into, offset, copied);
        return copied;
    }

    private void load(long number, int length) throws IOException {
        if (number == blockNumber && block.length == length) {
            return;
        }
        blockNumber = -1;
        if (block.length != length) {
            block = new byte[length];
        }
        readBlocks(number * BLOCK, block, 0, length);
        blockNumber = number;
    }

    private void readBlocks(long position, byte[] into, int offset, int length) throws IOException {
        EntryForm.readFully(file, ByteBuffer.wrap(into, offset, length), position);
        for (int done = 0; done < length; done += BLOCK) {
            long number = (position + done) / BLOCK;
            int size = Math.min(BLOCK, length - done);
            EntryForm.checkBlock(salt, number, into, offset + done, size, sums.of(number));
        }
    }

    /** Lets the system send bytes that have been checked before. */
    long send(long position, long count, WritableByteChannel to) throws IOException {
        return file.send(position, count, to);
    }

    /** Returns whether the byte at this position can be read at all. */
    boolean isReadable(long position) {
        try {
            return file.read(ByteBuffer.allocate(1), position) == 1;
        } catch (IOException unreadable) {
            return false;
        }
    }

    void close() {
        file.close();
    }
}
