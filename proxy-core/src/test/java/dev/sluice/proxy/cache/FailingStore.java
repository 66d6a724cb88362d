package dev.sluice.proxy.cache;

import dev.sluice.proxy.cache.memory.MemoryStore;
import dev.sluice.proxy.cache.store.CacheStore;
import dev.sluice.proxy.cache.store.StoredHead;
import dev.sluice.proxy.cache.store.StoredResponse;
import dev.sluice.proxy.cache.store.Writing;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A store in memory that fails, or has no more room, at one point. */
final class FailingStore implements CacheStore {
    private final CacheStore store = new MemoryStore(1_000_000, 200_000);
    private final Point point;
    private final int at;

    /** Where it fails. */
    enum Point {
        NO_ROOM,
        APPEND,
        COMMIT,
        REMOVE,
        FIND,
        WRITE,
        UPDATE,
        OPEN
    }

    /**
     * A store that fails there.
     *
     * @param at for the first two: after so many bytes
     */
    FailingStore(Point point, int at) {
        this.point = point;
        this.at = at;
    }

    private void failAt(Point here) throws IOException {
        if (here == point) {
            throw new IOException("the store fails at " + here);
        }
    }

    @Override
    public List<StoredResponse> find(String key) throws IOException {
        failAt(Point.FIND);
        return store.find(key);
    }

    @Override
    public @Nullable Writing write(StoredHead head, long length) throws IOException {
        failAt(Point.WRITE);
        Writing writing = store.write(head, length);
        return writing == null ? null : new FailingWriting(writing);
    }

    private final class FailingWriting implements Writing {
        private final Writing writing;
        private int appended;

        private FailingWriting(Writing writing) {
            this.writing = writing;
        }

        @Override
        public boolean append(byte[] bytes, int offset, int count) throws IOException {
            if (appended + count > at) {
                failAt(Point.APPEND);
                if (point == Point.NO_ROOM) {
                    return false;
                }
            }
            appended += count;
            return writing.append(bytes, offset, count);
        }

        @Override
        public int read(long position, byte[] into, int offset, int count) throws IOException {
            return writing.read(position, into, offset, count);
        }

        @Override
        public void commit(StoredHead now) throws IOException {
            failAt(Point.COMMIT);
            writing.commit(now);
        }

        @Override
        public void close() {
            writing.close();
        }
    }

    @Override
    public void update(StoredResponse response, StoredHead head) throws IOException {
        failAt(Point.UPDATE);
        store.update(response, head);
    }

    @Override
    public int remove(String key) throws IOException {
        failAt(Point.REMOVE);
        return store.remove(key);
    }

    @Override
    public void remove(StoredResponse response) throws IOException {
        failAt(Point.REMOVE);
        store.remove(response);
    }

    @Override
    public void clear() throws IOException {
        store.clear();
    }

    @Override
    public Usage usage() {
        return store.usage();
    }

    @Override
    public void close() {
        store.close();
    }
}
