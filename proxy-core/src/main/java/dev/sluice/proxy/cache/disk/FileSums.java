package dev.sluice.proxy.cache.disk;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The checksums that stand in a file behind its body. They are read as they are needed, those of 4 MiB at a time, so that a
 * reader of a long body holds few. They have no checksum themselves: if one is damaged, its block does not fit it.
 */
final class FileSums implements BlockReader.Sums {
    private static final int AT_ONCE = 256;

    private final Disk.Opened file;
    private final long bodyLength;
    private ByteBuffer sums = ByteBuffer.allocate(0);
    private long first;

    FileSums(Disk.Opened file, long bodyLength) {
        this.file = file;
        this.bodyLength = bodyLength;
    }

    @Override
    public int of(long block) throws IOException {
        long index = block - first;
        if (index < 0 || index >= sums.limit() / EntryForm.SUM) {
            long from = block / AT_ONCE * AT_ONCE;
            int count = (int) Math.min(AT_ONCE, EntryForm.blocks(bodyLength) - from);
            ByteBuffer next = ByteBuffer.allocate(count * EntryForm.SUM);
            EntryForm.readFully(file, next, bodyLength + from * EntryForm.SUM);
            sums = next.flip();
            first = from;
            index = block - from;
        }
        return sums.getInt((int) index * EntryForm.SUM);
    }
}
