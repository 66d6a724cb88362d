package dev.sluice.proxy.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.CacheUse.Forward;
import dev.sluice.proxy.testing.TestResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is stored in a folder, and what was purged there, is known after a restart. */
class CacheOnDiskTest {
    private static final long BYTES = 10_000_000;
    private static final String[] FIELDS = {
        "Cache-Control", "max-age=60", "Cache-Tag", "red, blue", "ETag", "\"1\"", "Vary", "X"
    };

    @TempDir
    Path folder;

    private CachedRoute route;
    private Setup setup = Setup.DISK;

    private enum Setup {
        DISK,
        MEMORY_AND_DISK
    }

    @BeforeEach
    void opens() {
        restart();
    }

    /** Closes the cache and opens another one in the same folder, with the clock set back. */
    private void restart() {
        if (route != null) {
            route.cache.close();
        }
        Cache.Builder builder = Cache.builder().disk(folder, BYTES);
        route = new CachedRoute(CacheRules.DEFAULT, setup == Setup.DISK ? builder : builder.memoryBytes(1_000_000));
        route.answer(200, "hello", FIELDS);
    }

    private TestResponse get(String path) throws Exception {
        return route.run(() -> route.get(path));
    }

    @ParameterizedTest
    @EnumSource
    void whatIsStoredIsUsedAfterARestart(Setup kind) throws Exception {
        setup = kind;
        restart();
        assertThat(get("/a").record().cache().hit()).isFalse();
        assertThat(get("/a").record().cache().hit()).isTrue();
        restart();
        assertThat(get("/a").record().cache().hit()).isTrue();
        assertThat(get("/a").text()).isEqualTo("hello");
        assertThat(route.asked()).isZero();
        assertThat(route.cache.snapshot().store().entries()).isOne();
    }

    @ParameterizedTest
    @EnumSource
    void aPurgeOutlivesARestart(Setup kind) throws Exception {
        setup = kind;
        restart();
        get("/a");
        route.cache.purgeTag("red");
        restart();
        assertThat(get("/a").record().cache().hit()).isFalse();
        assertThat(get("/a").record().cache().hit()).isTrue();
        route.cache.purgeTagSoftly("blue");
        restart();
        assertThat(get("/a").record().cache().forward()).isEqualTo(Forward.STALE);
        route.cache.purgeAllSoftly();
        restart();
        assertThat(get("/a").record().cache().forward()).isEqualTo(Forward.STALE);
        route.cache.purgeSoftly(URI.create("http://shop.test/a"));
        restart();
        assertThat(get("/a").record().cache().forward()).isEqualTo(Forward.STALE);
        route.cache.purge(URI.create("http://shop.test/a"));
        restart();
        assertThat(get("/a").record().cache().forward()).isEqualTo(Forward.URI_MISS);
        route.cache.purgeAll();
        assertThat(route.cache.snapshot().store().entries()).isZero();
        restart();
        assertThat(get("/a").record().cache().forward()).isEqualTo(Forward.URI_MISS);
    }

    /** As people do to empty a cache. */
    @Test
    void aFolderThatIsEmptiedIsUsedAgain() throws Exception {
        get("/a");
        deleteAll(folder);
        get("/b");
        assertThat(get("/a").record().cache().hit()).isFalse();
        route.run(() -> {
            route.advance(11);
            return null;
        });
        get("/b");
        assertThat(get("/b").record().cache().hit()).isTrue();
        assertThatThrownBy(() -> Cache.disk(folder, BYTES)).hasMessageContaining("is in use");
        restart();
        assertThat(get("/b").record().cache().hit()).isTrue();
    }

    /** It holds all the same as long as the cache is open, and whoever purges can try again. */
    @Test
    void aPurgeThatCannotBeKeptFails() throws Exception {
        get("/a");
        deleteAll(folder);
        assertThatThrownBy(() -> route.cache.purgeTag("red"))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("could not purge the tag red");
        assertThat(get("/a").record().cache().hit()).isFalse();
    }

    private static void deleteAll(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Test
    void aFolderThatCannotBeUsedIsNamed() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        assertThatThrownBy(() -> Cache.disk(file, BYTES))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining(file.toString());
        assertThatThrownBy(() -> Cache.disk(folder, BYTES))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining(folder + " is in use by another cache of this process");
        assertThatThrownBy(() -> Cache.disk(folder, 65_535))
                .hasMessageContaining("disk bytes must be at least 65536: 65535");
    }

    @Test
    void aStoreOfOnesOwnHasItsOwnBounds() {
        for (Cache.Builder setup : new Cache.Builder[] {
            Cache.builder().disk(folder, BYTES),
            Cache.builder().memoryBytes(BYTES),
            Cache.builder().maxEntryBytes(1)
        }) {
            assertThatThrownBy(() -> setup.store(new CountingStore()).build())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("store of its own");
        }
    }

    @Test
    void aResponseMayTakeATenthOfTheDisk() throws Exception {
        route.script.clear();
        route.answer(200, "x".repeat((int) BYTES / 10 + 1), FIELDS);
        get("/big");
        assertThat(get("/big").record().cache().hit()).isFalse();
        route.script.clear();
        route.answer(200, "x".repeat((int) BYTES / 10), FIELDS);
        get("/less");
        assertThat(get("/less").record().cache().hit()).isTrue();
    }
}
