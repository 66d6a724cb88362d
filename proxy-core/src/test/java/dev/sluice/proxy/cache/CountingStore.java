package dev.sluice.proxy.cache;

import dev.sluice.proxy.cache.memory.MemoryStore;
import dev.sluice.proxy.cache.store.CacheStore;
import dev.sluice.proxy.cache.store.StoredHead;
import dev.sluice.proxy.cache.store.Writing;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A store, by default in memory, that counts the writings that are open. */
final class CountingStore extends WrappedStore {
    private int open;

    CountingStore() {
        this(new MemoryStore(1_000_000, 40_000));
    }

    CountingStore(CacheStore store) {
        super(store);
    }

    int open() {
        return open;
    }

    @Override
    public @Nullable Writing write(StoredHead head, long length) throws IOException {
        Writing writing = super.write(head, length);
        if (writing == null) {
            return null;
        }
        open++;
        return new WrappedWriting(writing) {
            @Override
            public void close() {
                open--;
                super.close();
            }
        };
    }
}
