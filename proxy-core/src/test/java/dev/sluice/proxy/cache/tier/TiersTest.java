package dev.sluice.proxy.cache.tier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.cache.disk.DiskStore;
import dev.sluice.proxy.cache.memory.MemoryStore;
import dev.sluice.proxy.cache.store.CacheStore;
import dev.sluice.proxy.cache.store.Stored;
import dev.sluice.proxy.cache.store.StoredBody;
import dev.sluice.proxy.cache.store.StoredHead;
import dev.sluice.proxy.cache.store.StoredResponse;
import dev.sluice.proxy.cache.store.Writing;
import dev.sluice.proxy.testing.ManualTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What memory and the disk do together. */
class TiersTest {
    private static final String KEY = "http://shop.example/a";

    @TempDir
    Path folder;

    private final MemoryStore memory = new MemoryStore(8 << 20, 1 << 20);
    private DiskStore disk;
    private TieredStore store;

    @BeforeEach
    void opens() throws IOException {
        disk = new DiskStore(folder, 1 << 30, 1 << 30, new ManualTime());
        store = new TieredStore(memory, disk);
    }

    @AfterEach
    void closes() {
        store.close();
    }

    private static StoredHead head(long stamp) {
        return Stored.head(KEY).stamp(stamp).build();
    }

    private Path entry() throws IOException {
        assertThat(entries()).hasSize(1);
        return entries().get(0);
    }

    private List<Path> entries() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".entry")).toList();
        }
    }

    @Test
    void whatIsInMemoryIsServedWithoutTheFile() throws IOException {
        Stored.put(store, head(1), Stored.bytes(1, 100_000));
        Files.write(entry(), new byte[10]);
        for (int i = 0; i < 3; i++) {
            assertThat(Stored.body(Stored.only(store, KEY))).isEqualTo(Stored.bytes(1, 100_000));
        }
    }

    @Test
    void whatIsAskedForAgainGoesToMemory() throws IOException {
        Stored.put(disk, head(1), Stored.bytes(1, 100_000));
        Stored.body(Stored.only(store, KEY));
        assertThat(memory.find(KEY)).as("asked for once").isEmpty();
        try (var part = Stored.only(store, KEY).open()) {
            part.read(50_000, new byte[10], 0, 10);
            part.read(0, new byte[10], 0, 10);
        }
        assertThat(memory.find(KEY)).as("read in part").isEmpty();
        assertThat(Stored.body(Stored.only(store, KEY))).isEqualTo(Stored.bytes(1, 100_000));
        assertThat(Stored.body(Stored.only(memory, KEY))).isEqualTo(Stored.bytes(1, 100_000));
        assertThat(Stored.only(memory, KEY).head().stamp()).isEqualTo(1);
    }

    /** As ranges are asked for: all bytes, in another order. */
    @Test
    void aBodyThatIsNotReadInOrderDoesNotGoToMemory() throws IOException {
        Stored.put(disk, head(1), Stored.bytes(1, 100_000));
        store.find(KEY);
        try (StoredBody body = Stored.only(store, KEY).open()) {
            byte[] half = new byte[50_000];
            for (int from : new int[] {50_000, 0}) {
                for (int at = 0; at < half.length; ) {
                    at += body.read(from + at, half, at, half.length - at);
                }
            }
        }
        assertThat(memory.find(KEY)).isEmpty();
    }

    @Test
    void aResponseThatIsCutLeavesTheEarlierOneInBoth() throws IOException {
        Stored.put(store, head(1), Stored.bytes(1, 100));
        try (Writing writing = Stored.write(store, head(2), 100)) {
            writing.append(new byte[99], 0, 99);
            assertThatThrownBy(() -> writing.commit(head(2))).isInstanceOf(IOException.class);
        }
        assertThat(Stored.only(memory, KEY).head().stamp()).isEqualTo(1);
        assertThat(Stored.only(disk, KEY).head().stamp()).isEqualTo(1);
    }

    @Test
    void aReaderPromotesNoHeadThatWasReplacedMeanwhile() throws IOException {
        Stored.put(disk, head(1), Stored.bytes(1, 100_000));
        store.find(KEY);
        StoredResponse found = Stored.only(store, KEY);
        store.update(found, head(2));
        Stored.body(found);
        assertThat(memory.find(KEY)).isEmpty();
        try (StoredBody again = Stored.only(store, KEY).open()) {
            Stored.put(store, head(3), Stored.bytes(3, 100));
            assertThat(Stored.read(again)).isEqualTo(Stored.bytes(1, 100_000));
        }
        assertThat(Stored.only(memory, KEY).head().stamp()).isEqualTo(3);
    }

    @Test
    void aChangeIsMadeInBoth() throws IOException {
        Stored.put(store, head(1), Stored.bytes(1, 100));
        StoredResponse found = Stored.only(store, KEY);
        store.update(found, head(2));
        assertThat(Stored.only(memory, KEY).head().stamp()).isEqualTo(2);
        assertThat(Stored.only(disk, KEY).head().stamp()).isEqualTo(2);
        memory.remove(KEY);
        store.update(found, head(3));
        assertThat(Stored.only(disk, KEY).head().stamp()).isEqualTo(3);
        store.remove(found);
        assertThat(disk.find(KEY)).isEmpty();
    }

    @Test
    void whatTheDiskHasDroppedIsGoneFromMemoryToo() throws IOException {
        Stored.put(store, head(1), Stored.bytes(1, 100));
        StoredResponse found = Stored.only(store, KEY);
        disk.remove(KEY);
        assertThat(store.find(KEY)).isEmpty();
        assertThat(memory.find(KEY)).isEmpty();
        store.update(found, head(2));
        assertThat(store.find(KEY)).isEmpty();
    }

    /** The first response of a key must not come back when memory drops the second. */
    @Test
    void ifTheDiskCannotStoreMemoryGoesOnAlone() throws IOException {
        Stored.put(store, head(1), Stored.bytes(1, 100));
        Path files = entry().getParent();
        Writing writing = Stored.write(store, head(2), -1);
        Stored.append(writing, Stored.bytes(2, 100));
        moveAway(folder.resolve("new"));
        writing.commit(head(2));
        writing.close();

        assertThat(Stored.body(Stored.only(store, KEY))).isEqualTo(Stored.bytes(2, 100));
        assertThat(disk.find(KEY)).isEmpty();
        assertThat(files).isEmptyDirectory();
        assertThat(store.usage().entries()).isEqualTo(1);
        assertThat(disk.write(head(3), 1)).as("the disk is off").isNull();
        Stored.put(store, head(3), Stored.bytes(3, 100));
        StoredResponse found = Stored.only(store, KEY);
        store.update(found, head(4));
        assertThat(Stored.only(store, KEY).head().stamp()).isEqualTo(4);
        assertThat(store.remove(KEY)).isEqualTo(1);
        assertThat(store.find(KEY)).isEmpty();
        assertThat(store.usage().entries()).isZero();
    }

    /** Other writings have reserved what is left when the head comes. */
    @Test
    void ifTheDiskHasNoRoomForTheHeadMemoryGoesOnAlone() throws IOException {
        useDiskOf(64 << 10);
        Stored.put(store, head(1), Stored.bytes(1, 100));
        Writing writing = Stored.write(store, head(2), 32_000);
        Writing other =
                Stored.write(disk, Stored.head("http://shop.example/other").build(), -1);
        Stored.append(writing, Stored.bytes(2, 32_000));
        fill(other);
        writing.commit(headOf(8_000));
        writing.close();
        assertThat(disk.find(KEY)).as("the earlier one").isEmpty();
        assertThat(Stored.body(Stored.only(store, KEY))).isEqualTo(Stored.bytes(2, 32_000));
        assertThat(Stored.body(Stored.only(store, KEY))).isEqualTo(Stored.bytes(2, 32_000));
        other.close();
    }

    @Test
    void aDiskWithoutRoomForTheHeadSaysSo() throws IOException {
        useDiskOf(64 << 10);
        Writing writing = Stored.write(disk, head(2), 32_000);
        Writing other =
                Stored.write(disk, Stored.head("http://shop.example/other").build(), -1);
        Stored.append(writing, Stored.bytes(2, 32_000));
        fill(other);
        assertThatThrownBy(() -> writing.commit(headOf(8_000)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no room");
        writing.close();
        other.close();
        assertThat(disk.find(KEY)).isEmpty();
        Stored.put(disk, head(3), Stored.bytes(3, 40_000));
        assertThat(Stored.body(Stored.only(disk, KEY)))
                .as("its room is free again")
                .isEqualTo(Stored.bytes(3, 40_000));
    }

    private void useDiskOf(int bytes) throws IOException {
        store.close();
        disk = new DiskStore(folder, bytes, bytes, new ManualTime());
        store = new TieredStore(new MemoryStore(8 << 20, 1 << 20), disk);
    }

    /** Appends until there is no room. */
    private static void fill(Writing writing) throws IOException {
        byte[] some = new byte[1_000];
        while (writing.append(some, 0, some.length)) {
            // The next one.
        }
    }

    private static StoredHead headOf(int bytes) {
        return Stored.head(KEY).headers(Headers.of("X", "-".repeat(bytes))).build();
    }

    /** Who reads at the same time would take its room as often, and others would go for that. */
    @Test
    void manyReadersOfOneResponsePromoteItOnce() throws IOException {
        byte[] bytes = Stored.bytes(1, 500_000);
        Stored.put(disk, head(1), bytes);
        store.find(KEY);
        List<StoredBody> bodies = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            StoredBody body = Stored.only(store, KEY).open();
            bodies.add(body);
            body.read(0, new byte[400_000], 0, 400_000);
        }
        assertThat(memory.usage().bytes()).isLessThan(1_000_000);
        for (StoredBody body : bodies) {
            body.close();
        }
        assertThat(memory.usage().bytes()).isZero();
        assertThat(Stored.body(Stored.only(store, KEY))).isEqualTo(bytes);
        assertThat(Stored.body(Stored.only(memory, KEY)))
                .as("promoted by a later one")
                .isEqualTo(bytes);
    }

    @Test
    void oneVariantThatCannotBeReadDoesNotHideTheOthers() throws IOException {
        Stored.put(store, Stored.head(KEY).variant("a").stamp(1).build(), Stored.bytes(1, 100));
        Path readable = entry();
        Stored.put(disk, Stored.head(KEY).variant("b").stamp(2).build(), Stored.bytes(2, 100));
        Path unreadable = entries().stream()
                .filter(file -> !file.equals(readable))
                .findFirst()
                .orElseThrow();
        Files.delete(unreadable);
        Files.createDirectory(unreadable);
        assertThat(store.find(KEY)).extracting(each -> each.head().stamp()).containsExactly(1L);
        assertThat(disk.find(KEY)).extracting(each -> each.head().stamp()).containsExactly(1L);
        memory.clear();
        assertThat(store.find(KEY)).extracting(each -> each.head().stamp()).containsExactly(1L);
        disk.remove(Stored.variant(disk, KEY, "a"));
        assertThatThrownBy(() -> store.find(KEY)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> disk.find(KEY)).isInstanceOf(IOException.class);
    }

    /** What memory has dropped counts no more. */
    @Test
    void aStoreWithoutADiskCountsWhatMemoryHas() throws IOException {
        moveAway(folder.resolve("new"));
        for (int i = 0; i < 50; i++) {
            StoredHead head = Stored.head(KEY + i).build();
            byte[] bytes = Stored.bytes(i, 900_000);
            try (Writing writing = Stored.write(store, head, bytes.length)) {
                Stored.append(writing, bytes);
                writing.commit(head);
            }
        }
        assertThat(store.usage().entries())
                .isPositive()
                .isEqualTo(memory.usage().entries());
    }

    private static void moveAway(Path to) throws IOException {
        Files.move(to, to.resolveSibling("moved"));
    }

    @Test
    void whatIsTooLongForMemoryGoesToTheDiskAlone() throws IOException {
        Stored.put(store, head(1), Stored.bytes(1, 100));
        byte[] bytes = Stored.bytes(2, 3 << 20);
        Writing writing = Stored.write(store, head(2), -1);
        Stored.append(writing, bytes);
        assertThat(Stored.read(writing)).isEqualTo(bytes);
        writing.commit(head(2));
        writing.close();
        assertThat(memory.find(KEY)).isEmpty();
        assertThat(Stored.body(Stored.only(store, KEY))).isEqualTo(bytes);
    }

    @Test
    void variantsAreFoundWhereverTheyAre() throws IOException {
        Stored.put(store, Stored.head(KEY).variant("a").stamp(1).build(), Stored.bytes(1, 100));
        Stored.put(disk, Stored.head(KEY).variant("b").stamp(2).build(), Stored.bytes(2, 100));
        Stored.put(store, Stored.head(KEY).variant("c").stamp(3).build(), Stored.bytes(3, 100));
        assertThat(store.find(KEY)).extracting(each -> each.head().stamp()).containsExactly(3L, 2L, 1L);
        assertThat(store.remove(KEY)).isEqualTo(3);
        assertThat(store.usage().entries()).isZero();
    }

    @Test
    void aClosedStoreClosesBoth() throws IOException {
        store.close();
        assertThatThrownBy(() -> store.find(KEY)).isInstanceOf(IOException.class);
        CacheStore other = new DiskStore(folder, 1, 1, new ManualTime());
        other.close();
    }
}
