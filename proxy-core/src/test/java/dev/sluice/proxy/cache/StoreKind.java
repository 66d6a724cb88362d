package dev.sluice.proxy.cache;

import dev.sluice.proxy.cache.disk.DiskStore;
import dev.sluice.proxy.cache.memory.MemoryStore;
import dev.sluice.proxy.cache.store.CacheStore;
import dev.sluice.proxy.cache.tier.TieredStore;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The stores that a cache may have, each with 1 MB of memory. */
enum StoreKind {
    MEMORY,
    DISK,
    TIERED;

    static final long MAX_ENTRY = 200_000;
    private static final long BYTES = 1_000_000;
    private static final long DISK_BYTES = 50_000_000;

    /** A new one, which keeps files in this folder if it has any. */
    CacheStore open(Path folder) {
        try {
            return switch (this) {
                case MEMORY -> new MemoryStore(BYTES, MAX_ENTRY);
                case DISK -> disk(folder);
                case TIERED -> new TieredStore(new MemoryStore(BYTES, MAX_ENTRY), disk(folder));
            };
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static DiskStore disk(Path folder) throws IOException {
        return new DiskStore(folder, DISK_BYTES, MAX_ENTRY, TimeSource.system());
    }

    /** How many files there are of bodies that are stored, or half-written. */
    static long files(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !file.getFileName().toString().contains("lock"))
                    .count();
        }
    }
}
