package dev.sluice.proxy.cache.memory;

import java.util.Arrays;

/**
 * A body that grows, in arrays of at most {@link #CHUNK} bytes. If its length is known, they are as long as needed;
 * otherwise the first one doubles until it is a whole chunk. One thread appends, others read.
 */
final class Chunks {
    static final int CHUNK = 32 << 10;
    private static final int SMALLEST = 1 << 10;

    private final long announced;

    /** What it has at an index below the length never changes: a longer chunk comes in a new table. */
    private volatile byte[][] table = {};

    private volatile long length;

    /**
     * An empty body.
     *
     * @param announced its length in the end, or -1
     */
    Chunks(long announced) {
        this.announced = announced;
    }

    long length() {
        return length;
    }

    /** The bytes of memory that another {@code more} bytes need. */
    long growth(long more) {
        return room(length + more) - room(length);
    }

    private long room(long total) {
        if (total == 0) {
            return 0;
        }
        long last = (total - 1) / CHUNK;
        return last * CHUNK + size(last, total) + Weights.chunks(last + 1);
    }

    /** The length of a chunk of a body that is as long as {@code total} now. */
    private int size(long index, long total) {
        if (announced >= 0) {
            return (int) Math.min(CHUNK, announced - index * CHUNK);
        }
        if (total >= CHUNK) {
            return CHUNK;
        }
        return Math.max(SMALLEST, Integer.highestOneBit((int) total - 1) << 1);
    }

    void append(byte[] bytes, int offset, int more) {
        long total = length + more;
        long position = length;
        int from = offset;
        while (position < total) {
            byte[] chunk = chunk((int) (position / CHUNK), total);
            int at = (int) (position % CHUNK);
            int copied = (int) Math.min(total - position, chunk.length - at);
            System.arraycopy(bytes, from, chunk, at, copied);
            from += copied;
            position += copied;
        }
        length = total;
    }

    private byte[] chunk(int index, long total) {
        byte[][] chunks = table;
        int size = size(index, total);
        if (index >= chunks.length) {
            chunks = Arrays.copyOf(chunks, Math.max(index + 1, Math.min(2 * index, index + 1_024)));
            chunks[index] = new byte[size];
            table = chunks;
        } else if (chunks[index] == null) {
            chunks[index] = new byte[size];
        } else if (chunks[index].length < size) {
            chunks = chunks.clone();
            chunks[index] = Arrays.copyOf(chunks[index], size);
            table = chunks;
        }
        return chunks[index];
    }

    /** As {@link MemoryBody#read}, of what has been appended. */
    int read(long position, byte[] into, int offset, int count) {
        long end = length;
        return MemoryBody.read(table, end, position, into, offset, count);
    }

    /** The body as it is now, without spare memory. Nothing may be appended any more. */
    MemoryBody whole() {
        long total = length;
        if (total == 0) {
            return MemoryBody.EMPTY;
        }
        int last = (int) ((total - 1) / CHUNK);
        int rest = (int) (total - (long) last * CHUNK);
        byte[][] chunks = Arrays.copyOf(table, last + 1);
        if (chunks[last].length > rest) {
            chunks[last] = Arrays.copyOf(chunks[last], rest);
        }
        table = chunks;
        return new MemoryBody(chunks, total);
    }
}
