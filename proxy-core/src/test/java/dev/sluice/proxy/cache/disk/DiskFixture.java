package dev.sluice.proxy.cache.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.cache.store.Stored;
import dev.sluice.proxy.cache.store.StoredBody;
import dev.sluice.proxy.cache.store.StoredHead;
import dev.sluice.proxy.cache.store.StoredResponse;
import dev.sluice.proxy.testing.ManualTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** Stores in a folder, one after the other, on a disk with faults. */
abstract class DiskFixture {
    static final String KEY = "http://shop.example/a";

    @TempDir
    Path folder;

    final FaultyDisk disk = new FaultyDisk();
    final ManualTime time = new ManualTime();
    private final List<DiskStore> opened = new ArrayList<>();

    /** A store that has begun to look for what is in the folder. */
    DiskStore begin(long maxBytes, int maxEntries) throws IOException {
        DiskStore store = new DiskStore(folder, new DiskStore.Bounds(maxBytes, maxBytes, maxEntries), time, disk);
        opened.add(store);
        return store;
    }

    DiskStore begin() throws IOException {
        return begin(1 << 30, 1_000_000);
    }

    /** A store that has found all that is in the folder. */
    DiskStore open() throws IOException {
        return found(begin());
    }

    static DiskStore found(DiskStore store) {
        CountDownLatch all = new CountDownLatch(1);
        store.allFound().whenFired(all::countDown);
        try {
            assertThat(all.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException hurry) {
            throw new AssertionError(hurry);
        }
        return store;
    }

    @AfterEach
    void closesAll() {
        opened.forEach(DiskStore::close);
    }

    static StoredHead head(String key, long stamp) {
        return Stored.head(key).stamp(stamp).build();
    }

    /** The files of entries, or of heads. */
    List<Path> files(String ending) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .sorted()
                    .toList();
        }
    }

    /** The one file of this kind. */
    Path file(String ending) throws IOException {
        List<Path> files = files(ending);
        assertThat(files).hasSize(1);
        return files.get(0);
    }

    /** The whole body of the one response of a key, or null if there is none, or it is damaged. */
    static byte[] bodyOrNull(DiskStore store, String key) throws IOException {
        List<StoredResponse> found = store.find(key);
        if (found.isEmpty()) {
            return null;
        }
        try (StoredBody body = found.get(0).open()) {
            return Stored.read(body);
        } catch (DamagedException damaged) {
            return null;
        }
    }
}
