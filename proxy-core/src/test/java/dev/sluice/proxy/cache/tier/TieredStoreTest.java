package dev.sluice.proxy.cache.tier;

import dev.sluice.proxy.cache.disk.DiskStore;
import dev.sluice.proxy.cache.memory.MemoryStore;
import dev.sluice.proxy.cache.store.CacheStore;
import dev.sluice.proxy.cache.store.CacheStoreContract;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class TieredStoreTest extends CacheStoreContract {
    @TempDir
    Path folder;

    /** Memory has an eighth of the room, so that most is on the disk alone. */
    @Override
    protected CacheStore open(long maxBytes, long maxEntryBytes) throws IOException {
        DiskStore disk = new DiskStore(folder, maxBytes, maxEntryBytes, TimeSource.system());
        long memoryBytes = (maxBytes + 7) / 8;
        return new TieredStore(new MemoryStore(memoryBytes, Math.min(maxEntryBytes, memoryBytes)), disk);
    }
}
