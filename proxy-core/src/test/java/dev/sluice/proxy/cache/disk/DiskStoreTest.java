package dev.sluice.proxy.cache.disk;

import dev.sluice.proxy.cache.store.CacheStore;
import dev.sluice.proxy.cache.store.CacheStoreContract;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class DiskStoreTest extends CacheStoreContract {
    @TempDir
    Path folder;

    @Override
    protected CacheStore open(long maxBytes, long maxEntryBytes) throws IOException {
        return new DiskStore(folder, maxBytes, maxEntryBytes, TimeSource.system());
    }
}
