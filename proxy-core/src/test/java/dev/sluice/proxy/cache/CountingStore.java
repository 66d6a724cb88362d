package dev.sluice.proxy.cache;

import dev.sluice.proxy.cache.memory.MemoryStore;
import dev.sluice.proxy.cache.store.CacheStore;
import dev.sluice.proxy.cache.store.StoredHead;
import dev.sluice.proxy.cache.store.StoredResponse;
import dev.sluice.proxy.cache.store.Writing;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A store, by default in memory, that counts the writings that are open. */
final class CountingStore implements CacheStore {
    private final CacheStore store;
    private int open;

    CountingStore() {
        this(new MemoryStore(1_000_000, 40_000));
    }

    CountingStore(CacheStore store) {
        this.store = store;
    }

    int open() {
        return open;
    }

    @Override
    public List<StoredResponse> find(String key) throws IOException {
        return store.find(key);
    }

    @Override
    public @Nullable Writing write(StoredHead head, long length) throws IOException {
        Writing writing = store.write(head, length);
        if (writing == null) {
            return null;
        }
        open++;
        return new Writing() {
            @Override
            public boolean append(byte[] bytes, int offset, int count) throws IOException {
                return writing.append(bytes, offset, count);
            }

            @Override
            public int read(long position, byte[] into, int offset, int count) throws IOException {
                return writing.read(position, into, offset, count);
            }

            @Override
            public void commit(StoredHead now) throws IOException {
                writing.commit(now);
            }

            @Override
            public void close() {
                open--;
                writing.close();
            }
        };
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
}
