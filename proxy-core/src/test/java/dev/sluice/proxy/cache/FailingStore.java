package dev.sluice.proxy.cache;

import dev.sluice.proxy.cache.memory.MemoryStore;
import dev.sluice.proxy.cache.store.StoredHead;
import dev.sluice.proxy.cache.store.StoredResponse;
import dev.sluice.proxy.cache.store.Writing;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A store in memory that fails, or has no more room, at one point. */
final class FailingStore extends WrappedStore {
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
        super(new MemoryStore(1_000_000, 200_000));
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
        return super.find(key);
    }

    @Override
    public @Nullable Writing write(StoredHead head, long length) throws IOException {
        failAt(Point.WRITE);
        Writing writing = super.write(head, length);
        return writing == null ? null : new FailingWriting(writing);
    }

    private final class FailingWriting extends WrappedWriting {
        private int appended;

        private FailingWriting(Writing writing) {
            super(writing);
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
            return super.append(bytes, offset, count);
        }

        @Override
        public void commit(StoredHead now) throws IOException {
            failAt(Point.COMMIT);
            super.commit(now);
        }
    }

    @Override
    public void update(StoredResponse response, StoredHead head) throws IOException {
        failAt(Point.UPDATE);
        super.update(response, head);
    }

    @Override
    public int remove(String key) throws IOException {
        failAt(Point.REMOVE);
        return super.remove(key);
    }

    @Override
    public void remove(StoredResponse response) throws IOException {
        failAt(Point.REMOVE);
        super.remove(response);
    }
}
