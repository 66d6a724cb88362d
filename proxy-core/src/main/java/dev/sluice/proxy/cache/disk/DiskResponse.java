package dev.sluice.proxy.cache.disk;

import dev.sluice.proxy.cache.store.StoredBody;
import dev.sluice.proxy.cache.store.StoredHead;
import dev.sluice.proxy.cache.store.StoredResponse;
import dev.sluice.proxy.internal.FileBytes;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.NoSuchFileException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A response in a file. If it is short, all of it has been read with its head. */
final class DiskResponse implements StoredResponse {
    final Entry entry;
    private final Shelf shelf;
    private final EntryForm.Head head;
    private final byte @Nullable [] bytes;

    /** @param bytes begin with the body, which has been checked; or null for a long one */
    DiskResponse(Shelf shelf, Entry entry, EntryForm.Head head, byte @Nullable [] bytes) {
        this.shelf = shelf;
        this.entry = entry;
        this.head = head;
        this.bytes = bytes;
    }

    /** That of the checksums of its body. */
    long salt() {
        return head.salt();
    }

    boolean isOf(Shelf other) {
        return shelf == other;
    }

    @Override
    public StoredHead head() {
        return head.head();
    }

    @Override
    public long length() {
        return entry.bodyLength;
    }

    @Override
    public StoredBody open() throws IOException {
        if (bytes != null) {
            return new InMemory(bytes, (int) entry.bodyLength);
        }
        shelf.gate.enter();
        try {
            Disk.Opened file = shelf.disk.open(shelf.folder.file(entry));
            return new InFile(new BlockReader(file, head.salt(), new FileSums(file, entry.bodyLength)));
        } catch (NoSuchFileException gone) {
            shelf.damaged(entry, new DamagedException("it is not there any more"));
            throw gone;
        } finally {
            shelf.gate.leave();
        }
    }

    private static final class InMemory implements StoredBody {
        private final byte[] bytes;
        private final int end;

        private InMemory(byte[] bytes, int end) {
            this.bytes = bytes;
            this.end = end;
        }

        @Override
        public int read(long position, byte[] into, int offset, int length) {
            Objects.checkFromIndexSize(offset, length, into.length);
            if (position >= end) {
                return -1;
            }
            int count = (int) Math.min(length, end - position);
            System.arraycopy(bytes, (int) position, into, offset, count);
            return count;
        }

        @Override
        public void close() {}
    }

    private final class InFile implements StoredBody, FileBytes {
        private final BlockReader blocks;
        /** Up to where it has read all, and all was right. */
        private long checked;

        private InFile(BlockReader blocks) {
            this.blocks = blocks;
        }

        @Override
        public int read(long position, byte[] into, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, into.length);
            try {
                int count = blocks.read(entry.bodyLength, position, into, offset, length);
                if (position == checked && count > 0) {
                    checked += count;
                    entry.checked |= checked == entry.bodyLength;
                }
                return count;
            } catch (DamagedException damage) {
                shelf.damaged(entry, damage);
                throw damage;
            }
        }

        @Override
        public long send(long position, long count, WritableByteChannel to) throws IOException {
            if (!entry.checked) {
                return 0;
            }
            try {
                return blocks.send(position, count, to);
            } catch (IOException failure) {
                if (blocks.isReadable(position)) {
                    throw failure;
                }
                // Not the channel but the file has failed, and reading it says so.
                return 0;
            }
        }

        @Override
        public void close() {
            blocks.close();
        }
    }
}
