package dev.sluice.proxy.cache.memory;

import dev.sluice.proxy.cache.store.CacheStore;
import dev.sluice.proxy.cache.store.CacheStoreContract;

class MemoryStoreTest extends CacheStoreContract {
    @Override
    protected CacheStore open(long maxBytes, long maxEntryBytes) {
        return new MemoryStore(maxBytes, maxEntryBytes);
    }
}
