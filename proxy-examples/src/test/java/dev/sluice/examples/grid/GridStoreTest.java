package dev.sluice.examples.grid;

import dev.sluice.proxy.cache.store.CacheStore;
import dev.sluice.proxy.cache.store.CacheStoreContract;
import dev.sluice.proxy.time.TimeSource;

class GridStoreTest extends CacheStoreContract {
    @Override
    protected CacheStore open(long maxBytes, long maxEntryBytes) {
        GridStore.Bounds bounds = new GridStore.Bounds(maxBytes, maxEntryBytes, 1_000_000);
        return new GridStore(new LocalGrid(TimeSource.system()), bounds, TimeSource.system());
    }
}
