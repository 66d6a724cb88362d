package dev.sluice.proxy.cache.memory;

import dev.sluice.proxy.cache.store.StoredBody;

/** A whole body. It keeps no position, so that all readers use the same one. Immutable. */
final class MemoryBody implements StoredBody {
    static final MemoryBody EMPTY = new MemoryBody(new byte[0][], 0);

    private final byte[][] chunks;
    private final long length;

    MemoryBody(byte[][] chunks, long length) {
        this.chunks = chunks;
        this.length = length;
    }

    long length() {
        return length;
    }

    /** The memory it takes. */
    long weight() {
        return length + Weights.chunks(chunks.length);
    }

    @Override
    public int read(long position, byte[] into, int offset, int count) {
        return read(chunks, length, position, into, offset, count);
    }

    /** Copies from one chunk; the next read gets the next one. */
    static int read(byte[][] chunks, long length, long position, byte[] into, int offset, int count) {
        if (position >= length) {
            return -1;
        }
        byte[] chunk = chunks[(int) (position / Chunks.CHUNK)];
        int at = (int) (position % Chunks.CHUNK);
        int copied = (int) Math.min(Math.min(count, length - position), chunk.length - at);
        System.arraycopy(chunk, at, into, offset, copied);
        return copied;
    }

    @Override
    public void close() {}
}
