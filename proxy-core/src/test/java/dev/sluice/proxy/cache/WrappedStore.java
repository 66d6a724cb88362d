package dev.sluice.proxy.cache;

import dev.sluice.proxy.cache.store.CacheStore;
import dev.sluice.proxy.cache.store.StoredHead;
import dev.sluice.proxy.cache.store.StoredResponse;
import dev.sluice.proxy.cache.store.Writing;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A store that does what another one does; a test changes a part of that. */
abstract class WrappedStore implements CacheStore {
    private final CacheStore store;

    WrappedStore(CacheStore store) {
        this.store = store;
    }

    @Override
    public List<StoredResponse> find(String key) throws IOException {
        return store.find(key);
    }

    @Override
    public @Nullable Writing write(StoredHead head, long length) throws IOException {
        return store.write(head, length);
    }

    @Override
    public void update(StoredResponse response, StoredHead head) throws IOException {
        store.update(response, head);
    }

    @Override
    public int remove(String key) throws IOException {
        return store.remove(key);
    }

    @Override
    public void remove(StoredResponse response) throws IOException {
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

    /** A writing that does what another one does. */
    abstract static class WrappedWriting implements Writing {
        private final Writing writing;

        WrappedWriting(Writing writing) {
            this.writing = writing;
        }

        @Override
        public boolean append(byte[] bytes, int offset, int count) throws IOException {
            return writing.append(bytes, offset, count);
        }

        @Override
        public int read(long position, byte[] into, int offset, int count) throws IOException {
            return writing.read(position, into, offset, count);
        }

        @Override
        public void commit(StoredHead head) throws IOException {
            writing.commit(head);
        }

        @Override
        public void close() {
            writing.close();
        }
    }
}
