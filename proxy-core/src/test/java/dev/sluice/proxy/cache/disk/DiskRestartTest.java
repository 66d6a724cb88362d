package dev.sluice.proxy.cache.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.cache.store.CacheStore.Usage;
import dev.sluice.proxy.cache.store.Stored;
import dev.sluice.proxy.cache.store.StoredResponse;
import dev.sluice.proxy.cache.store.Writing;
import dev.sluice.proxy.testing.ManualTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a store finds that opens the folder of an earlier one. */
class DiskRestartTest extends DiskFixture {
    @Test
    void everythingIsFoundAgain() throws IOException {
        DiskStore first = open();
        Stored.put(first, Stored.head(KEY).variant("a").stamp(1).build(), Stored.bytes(1, 0));
        Stored.put(first, Stored.head(KEY).variant("b").stamp(2).build(), Stored.bytes(2, 100));
        Stored.put(first, Stored.head(KEY).variant("c").stamp(3).build(), Stored.bytes(3, 200_000));
        StoredResponse updated = first.find(KEY).get(1);
        first.update(updated, updated.head().toBuilder().stamp(4).build());
        first.update(updated, updated.head().toBuilder().stamp(5).build());
        Usage usage = first.usage();
        first.close();

        DiskStore second = open();
        List<StoredResponse> found = second.find(KEY);
        assertThat(found).extracting(each -> each.head().stamp()).containsExactly(3L, 5L, 1L);
        assertThat(Stored.body(found.get(0))).isEqualTo(Stored.bytes(3, 200_000));
        assertThat(Stored.body(found.get(1))).isEqualTo(Stored.bytes(2, 100));
        assertThat(Stored.body(found.get(2))).isEmpty();
        assertThat(second.usage()).isEqualTo(usage);
        second.update(found.get(1), head(KEY, 6).toBuilder().variant("b").build());
        assertThat(second.find(KEY).get(1).head().stamp()).isEqualTo(6);
        second.remove(KEY);
        assertThat(files(".entry")).isEmpty();
        assertThat(files(".head")).isEmpty();
    }

    @Test
    void whatIsAskedForIsFoundBeforeAllIsFound() throws IOException {
        DiskStore first = open();
        Stored.put(first, head(KEY, 1), Stored.bytes(1, 100));
        Stored.put(first, head(KEY + 2, 2), Stored.bytes(1, 100));
        first.close();

        CountDownLatch goesOn = new CountDownLatch(1);
        disk.listing = folder -> {
            if (Thread.currentThread().getName().contains("cache-scan")) {
                await(goesOn);
            }
        };
        DiskStore second = begin();
        assertThat(Stored.only(second, KEY).head().stamp()).isEqualTo(1);
        assertThat(second.usage().entries()).isEqualTo(1);
        Stored.put(second, head(KEY + 2, 3), Stored.bytes(2, 50));
        goesOn.countDown();
        found(second);
        assertThat(Stored.only(second, KEY + 2).head().stamp()).isEqualTo(3);
        assertThat(second.usage().entries()).isEqualTo(2);
        assertThat(files(".entry")).hasSize(2);
    }

    static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException hurry) {
            throw new AssertionError(hurry);
        }
    }

    @Test
    void whatWasHalfWrittenIsDeletedAndForeignFilesAreLeftAlone() throws IOException {
        DiskStore first = open();
        Stored.put(first, head(KEY, 1), Stored.bytes(1, 100));
        Writing cut = Stored.write(first, head(KEY + 2, 2), -1);
        Stored.append(cut, Stored.bytes(2, 100_000));
        Path entry = file(".entry");
        Path shard = entry.getParent();
        Path half = file(".part");
        first.close();
        List<Path> foreign = List.of(
                Files.writeString(folder.resolve("notes.txt"), "x"),
                Files.writeString(folder.resolve("new").resolve("mine.part"), "x"),
                Files.writeString(shard.resolve("mine.entry"), "x"),
                Files.writeString(shard.resolve("mine.head"), "x"),
                Files.writeString(shard.resolve(entry.getFileName() + ".bak"), "x"),
                Files.writeString(shard.resolve(entry.getFileName().toString().replace("a", "A")), "x"),
                Files.createDirectory(folder.resolve("zz")));

        DiskStore second = open();
        assertThat(half).doesNotExist();
        assertThat(foreign).allSatisfy(file -> assertThat(file).exists());
        assertThat(second.usage().entries()).isEqualTo(1);
        assertThat(second.find(KEY)).hasSize(1);
        assertThat(second.find(KEY + 2)).isEmpty();
        cut.close();
    }

    /** The process ended between the new file and the end of the old one. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void ofTwoFilesOfAResponseTheNewerCounts(boolean isFirst) throws IOException {
        disk.order = isFirst ? Comparator.reverseOrder() : Comparator.naturalOrder();
        DiskStore first = open();
        Stored.put(first, head(KEY, 1), Stored.bytes(1, 100));
        Path old = file(".entry");
        byte[] bytes = Files.readAllBytes(old);
        Stored.put(first, head(KEY, 2), Stored.bytes(2, 200));
        first.close();
        Files.write(old, bytes);

        DiskStore second = open();
        assertThat(Stored.only(second, KEY).head().stamp()).isEqualTo(2);
        assertThat(old).doesNotExist();
        assertThat(second.usage().entries()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void ofTwoHeadsTheNewerCountsAndOneWithoutABodyIsDeleted(boolean isFirst) throws IOException {
        disk.order = isFirst ? Comparator.reverseOrder() : Comparator.naturalOrder();
        DiskStore first = open();
        Stored.put(first, head(KEY, 1), Stored.bytes(1, 100));
        StoredResponse response = Stored.only(first, KEY);
        first.update(response, head(KEY, 2));
        Path old = file(".head");
        byte[] bytes = Files.readAllBytes(old);
        first.update(response, head(KEY, 3));
        assertThat(old).doesNotExist();
        first.close();
        Files.write(old, bytes);

        DiskStore second = open();
        assertThat(Stored.only(second, KEY).head().stamp()).isEqualTo(3);
        assertThat(old).doesNotExist();
        second.close();
        Files.delete(file(".entry"));

        assertThat(open().find(KEY)).isEmpty();
        assertThat(files(".head")).isEmpty();
    }

    /** A clock that goes back must not make an old response the newer one. */
    @Test
    void aCommitIsNewerThanAllThatWasThereWhateverTheClockSays() throws IOException {
        time.advance(Duration.ofDays(1));
        DiskStore first = open();
        Stored.put(first, head(KEY, 1), Stored.bytes(1, 100));
        first.close();

        DiskStore second = new DiskStore(folder, new DiskStore.Bounds(1 << 30, 1 << 30, 100), new ManualTime(), disk);
        Stored.put(second, head(KEY, 2), Stored.bytes(2, 100));
        assertThat(Stored.only(second, KEY).head().stamp()).isEqualTo(2);
        second.close();
        assertThat(Stored.only(open(), KEY).head().stamp()).isEqualTo(2);
    }

    @Test
    void ifTheRoomIsLessNowTheOldestGo() throws IOException {
        DiskStore first = open();
        for (int i = 0; i < 100; i++) {
            time.advance(Duration.ofMillis(1));
            Stored.put(first, head(KEY + i, i), Stored.bytes(i, 100));
        }
        assertThat(first.usage().bytes()).isEqualTo(100 * 4096);
        first.close();

        DiskStore second = found(begin(30 * 4096, 1_000));
        assertThat(second.usage()).isEqualTo(new Usage(30, 30 * 4096, 30 * 4096, 70, 0));
        for (int i = 0; i < 100; i++) {
            assertThat(second.find(KEY + i)).hasSize(i < 70 ? 0 : 1);
        }
        assertThat(files(".entry")).hasSize(30);
        second.close();

        DiskStore third = found(begin(1 << 30, 10));
        assertThat(third.usage().entries()).isEqualTo(10);
        assertThat(files(".entry")).hasSize(10);
    }
}
