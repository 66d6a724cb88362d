package dev.sluice.proxy.cache.disk;

import dev.sluice.proxy.cache.store.StoredHead;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * How a file is laid out. An entry has the body, the checksum of each block of the body, the head and the end; a head in a
 * file of its own has the head and the end. The end has
 *
 * <pre>
 * magic       8 bytes, with the number of the form
 * salt        8 bytes: begins each checksum of a block, so that a block of another entry does not pass
 * sequence    8 bytes
 * body length 8 bytes
 * generation  4 bytes: 0 in an entry
 * head length 4 bytes
 * checksum    4 bytes: CRC-32C of the head and of the above
 * </pre>
 *
 * <p>The body stands first, so that it is written while it comes, and its blocks are those of the disk.
 */
final class EntryForm {
    /** The bytes of the body that one checksum is for. A reader holds one such block. */
    static final int BLOCK = 16 * 1024;

    static final int SUM = 4;

    private static final long MAGIC = 0x534c_5549_4345_0001L;
    private static final int END = 44;
    private static final int CHECKED_END = END - SUM;

    private EntryForm() {}

    static long blocks(long bodyLength) {
        return (bodyLength + BLOCK - 1) / BLOCK;
    }

    static long fileLength(long bodyLength, int headLength) {
        return bodyLength + SUM * blocks(bodyLength) + headFileLength(headLength);
    }

    static int headFileLength(int headLength) {
        return headLength + END;
    }

    /** The checksum of a block of a body. */
    static int sum(long salt, long block, byte[] bytes, int offset, int length) {
        CRC32C sum = new CRC32C();
        sum.update(
                ByteBuffer.allocate(2 * Long.BYTES).putLong(salt).putLong(block).flip());
        sum.update(bytes, offset, length);
        return (int) sum.getValue();
    }

    /**
     * Checks a body whose checksums stand behind it.
     *
     * @throws DamagedException if a block is not what was written
     */
    static void checkBody(byte[] bytes, int bodyLength, long salt) throws DamagedException {
        ByteBuffer sums = ByteBuffer.wrap(bytes).position(bodyLength);
        for (int begin = 0; begin < bodyLength; begin += BLOCK) {
            int length = Math.min(BLOCK, bodyLength - begin);
            checkBlock(salt, begin / BLOCK, bytes, begin, length, sums.getInt());
        }
    }

    /**
     * Checks a block of a body.
     *
     * @throws DamagedException if it is not what was written
     */
    static void checkBlock(long salt, long block, byte[] bytes, int offset, int length, int sum)
            throws DamagedException {
        if (sum(salt, block, bytes, offset, length) != sum) {
            throw new DamagedException("the checksum of the body is wrong at " + block * BLOCK);
        }
    }

    /** Puts a head and the end. */
    static void putHead(ByteBuffer to, byte[] head, long salt, Entry entry, int generation) {
        int begin = to.position();
        to.put(head).putLong(MAGIC).putLong(salt).putLong(entry.sequence);
        to.putLong(entry.bodyLength).putInt(generation).putInt(head.length);
        to.putInt(checksum(to.duplicate().flip().position(begin)));
    }

    private static int checksum(ByteBuffer bytes) {
        CRC32C sum = new CRC32C();
        sum.update(bytes);
        return (int) sum.getValue();
    }

    /** A head, and the salt of its body's checksums. */
    record Head(StoredHead head, long salt) {}

    /**
     * Reads a head and the end, which are all of {@code bytes}.
     *
     * @throws DamagedException if they are not those of this entry
     */
    static Head head(ByteBuffer bytes, Entry entry, int generation) throws DamagedException {
        ByteBuffer end = bytes.slice(bytes.limit() - END, END);
        int checksum = checksum(bytes.duplicate().limit(bytes.limit() - SUM));
        if (end.getInt(CHECKED_END) != checksum) {
            throw new DamagedException("the checksum of the head is wrong");
        }
        byte[] head = new byte[bytes.remaining() - END];
        if (end.getLong() != MAGIC) {
            throw new DamagedException("it has another form");
        }
        long salt = end.getLong();
        if (end.getLong() != entry.sequence
                || end.getLong() != entry.bodyLength
                || end.getInt() != generation
                || end.getInt() != head.length) {
            throw new DamagedException("it does not fit its name");
        }
        bytes.get(head);
        try {
            return new Head(StoredHead.decode(head), salt);
        } catch (IOException unreadable) {
            throw new DamagedException(String.valueOf(unreadable.getMessage()));
        }
    }

    /**
     * Fills the buffer from a position of the file on.
     *
     * @throws DamagedException if the file is shorter
     */
    static void readFully(Disk.Opened file, ByteBuffer into, long position) throws IOException {
        long at = position;
        while (into.hasRemaining()) {
            int read = file.read(into, at);
            if (read < 0) {
                throw new DamagedException("it ends after " + at + " bytes");
            }
            at += read;
        }
    }
}
