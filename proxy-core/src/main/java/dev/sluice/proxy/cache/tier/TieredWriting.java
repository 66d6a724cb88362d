package dev.sluice.proxy.cache.tier;

import dev.sluice.proxy.cache.store.StoredHead;
import dev.sluice.proxy.cache.store.Writing;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A response on its way to memory and to the disk. If one of them has no room, or fails, the other goes on alone. Readers
 * read what memory has, as long as it goes on; the disk gets each part first, so that it has no less.
 */
final class TieredWriting implements Writing {
    private final TieredStore store;
    private final long announced;
    private volatile @Nullable Writing inMemory;
    private volatile @Nullable Writing onDisk;
    private long appended;

    /** Neither had room for a part. */
    private boolean refused;

    /** @param announced the length of the body, or -1 */
    TieredWriting(TieredStore store, long announced, @Nullable Writing inMemory, @Nullable Writing onDisk) {
        this.store = store;
        this.announced = announced;
        this.inMemory = inMemory;
        this.onDisk = onDisk;
    }

    @Override
    public boolean append(byte[] bytes, int offset, int length) throws IOException {
        if (refused) {
            return false;
        }
        Writing disk = onDisk;
        Writing memory = inMemory;
        IOException failure = null;
        boolean toDisk = false;
        try {
            toDisk = disk != null && disk.append(bytes, offset, length);
        } catch (IOException failed) {
            failure = failed;
        }
        boolean toMemory = memory != null && memory.append(bytes, offset, length);
        refused = !toDisk && !toMemory;
        if (refused && failure != null) {
            throw failure;
        }
        keep(toMemory || refused, toDisk || refused);
        appended += length;
        return !refused;
    }

    /** What does not go on has no readers any more, and is closed. */
    private void keep(boolean keepsMemory, boolean keepsDisk) {
        Writing memory = inMemory;
        if (memory != null && !keepsMemory) {
            inMemory = null;
            memory.close();
        }
        Writing disk = onDisk;
        if (disk != null && !keepsDisk) {
            onDisk = null;
            disk.close();
        }
    }

    @Override
    public void commit(StoredHead head) throws IOException {
        if (refused || (announced >= 0 && appended != announced)) {
            throw new IOException("bytes are missing: there are " + appended + " of "
                    + (announced < 0 ? "an unknown number" : announced));
        }
        store.commit(head, inMemory, onDisk);
    }

    @Override
    public int read(long position, byte[] into, int offset, int length) throws IOException {
        Writing memory = inMemory;
        if (memory != null) {
            try {
                return memory.read(position, into, offset, length);
            } catch (IOException ended) {
                if (inMemory != null) {
                    throw ended;
                }
            }
        }
        Writing disk = onDisk;
        if (disk == null) {
            throw new IOException("there is no room for the response");
        }
        return disk.read(position, into, offset, length);
    }

    @Override
    public void close() {
        Writing memory = inMemory;
        if (memory != null) {
            memory.close();
        }
        Writing disk = onDisk;
        if (disk != null) {
            disk.close();
        }
    }
}
