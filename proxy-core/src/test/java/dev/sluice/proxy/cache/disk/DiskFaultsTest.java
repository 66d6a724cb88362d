package dev.sluice.proxy.cache.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.cache.store.Stored;
import dev.sluice.proxy.cache.store.StoredBody;
import dev.sluice.proxy.cache.store.StoredResponse;
import dev.sluice.proxy.cache.store.Writing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The disk is full, does not delete, or is gone. */
class DiskFaultsTest extends DiskFixture {
    @Test
    void aFullDiskTurnsStoringOffForAWhile() throws IOException {
        DiskStore store = open();
        Stored.put(store, head(KEY, 1), Stored.bytes(1, 100));
        disk.full = true;
        assertThatThrownBy(() -> Stored.put(store, head(KEY + 1, 1), Stored.bytes(1, 100)))
                .isInstanceOf(IOException.class)
                .hasMessage("No space left on device");
        assertThatThrownBy(() -> Stored.put(store, head(KEY + 1, 1), Stored.bytes(1, 100)))
                .hasMessage("no room to begin");
        assertThat(Stored.body(Stored.only(store, KEY))).isEqualTo(Stored.bytes(1, 100));
        assertThat(files(".part")).isEmpty();

        time.advance(Duration.ofSeconds(10));
        assertThatThrownBy(() -> Stored.put(store, head(KEY + 1, 1), Stored.bytes(1, 100_000)))
                .hasMessage("No space left on device");
        time.advance(Duration.ofSeconds(19));
        assertThat(store.write(head(KEY, 1), 1)).isNull();
        time.advance(Duration.ofSeconds(1));
        disk.full = false;
        Stored.put(store, head(KEY + 1, 1), Stored.bytes(1, 100));
        Stored.put(store, head(KEY + 2, 1), Stored.bytes(1, 100));
        assertThat(store.usage().entries()).isEqualTo(3);
        assertThat(store.usage().bytes()).isEqualTo(3 * 4096);
    }

    @Test
    void aResponseWhoseNewHeadCannotBeStoredIsNotFoundAnyMore() throws IOException {
        DiskStore store = open();
        Stored.put(store, head(KEY, 1), Stored.bytes(1, 100));
        StoredResponse found = Stored.only(store, KEY);
        disk.full = true;
        assertThatThrownBy(() -> store.update(found, head(KEY, 2))).hasMessage("No space left on device");
        assertThat(store.find(KEY)).isEmpty();
        store.close();
        assertThat(open().find(KEY)).isEmpty();
    }

    /** As on systems that do not delete what is open. */
    @Test
    void whatCannotBeDeletedIsMovedAwayAndDeletedLater() throws IOException {
        DiskStore store = open();
        Stored.put(store, head(KEY, 1), Stored.bytes(1, 100_000));
        disk.keeps = file -> true;
        store.remove(KEY);
        assertThat(store.find(KEY)).isEmpty();
        assertThat(files(".entry")).isEmpty();
        Path away = file(".part");
        disk.keeps = file -> false;
        Stored.put(store, head(KEY, 1), Stored.bytes(1, 100));
        store.remove(KEY);
        assertThat(away).doesNotExist();
    }

    @Test
    void aRemovalThatIsNotDurableFailsAndIsTriedAgain() throws IOException {
        DiskStore store = open();
        Stored.put(store, Stored.head(KEY).variant("a").build(), Stored.bytes(1, 100));
        Stored.put(store, Stored.head(KEY).variant("b").build(), Stored.bytes(1, 100));
        StoredResponse one = store.find(KEY).get(1);
        store.update(one, one.head().toBuilder().stale(true).build());
        Path kept = files(".entry").stream()
                .filter(file -> file.toString().contains(Long.toHexString(KeyHash.ofVariant("a"))))
                .findFirst()
                .orElseThrow();
        disk.keeps = kept::equals;
        disk.immovable = kept::equals;
        assertThatThrownBy(() -> store.remove(KEY))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("could not be deleted");
        assertThat(store.find(KEY)).isEmpty();
        assertThat(files(".entry")).containsExactly(kept);
        assertThat(files(".head"))
                .as("without it the fresh head would count again")
                .hasSize(1);

        disk.keeps = file -> false;
        Stored.put(store, head(KEY + 1, 1), Stored.bytes(1, 100));
        store.remove(KEY + 1);
        assertThat(files(".entry")).isEmpty();
    }

    @Test
    void aFolderThatIsGoneIsNotMadeAgain() throws IOException {
        DiskStore store = open();
        Stored.put(store, head(KEY, 1), Stored.bytes(1, 100));
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted((one, other) -> other.compareTo(one)).toList()) {
                Files.delete(file);
            }
        }
        assertThat(store.find(KEY)).isEmpty();
        assertThat(store.remove(KEY)).isZero();
        assertThatThrownBy(() -> Stored.put(store, head(KEY, 1), Stored.bytes(1, 100)))
                .isInstanceOf(IOException.class);
        assertThat(store.write(head(KEY, 1), 1)).isNull();
        assertThat(folder).doesNotExist();
        Files.createDirectory(folder);
    }

    @Test
    void anInterruptedReaderDisturbsNobody() throws IOException {
        DiskStore store = open();
        byte[] bytes = Stored.bytes(1, 100_000);
        Stored.put(store, head(KEY, 1), bytes);
        Writing writing = Stored.write(store, head(KEY + 1, 1), -1);
        Stored.append(writing, bytes);
        try (StoredBody one = Stored.only(store, KEY).open();
                StoredBody other = Stored.only(store, KEY).open()) {
            interrupted(() -> one.read(0, new byte[10], 0, 10));
            assertThat(Stored.read(other)).isEqualTo(bytes);
        }
        interrupted(() -> writing.read(0, new byte[10], 0, 10));
        assertThat(Stored.read(writing)).isEqualTo(bytes);
        interrupted(() -> store.find(KEY));
        assertThat(store.find(KEY)).hasSize(1);
        StoredResponse found = Stored.only(store, KEY);
        interrupted(() -> {
            store.update(found, head(KEY, 2));
            return null;
        });
        assertThat(store.write(head(KEY, 1), 1)).as("the disk is not full").isNotNull();

        writing.append(bytes, 0, 10);
        writing.commit(head(KEY + 1, 1));
        interrupted(() -> writing.read(0, new byte[10], 0, 10));
        store.remove(KEY + 1);
        interrupted(() -> writing.read(0, new byte[10], 0, 10));
        assertThat(Stored.read(writing)).hasSize(100_010);
        writing.close();
        assertThat(files(".part")).isEmpty();
    }

    private interface Read {
        Object run() throws IOException;
    }

    private static void interrupted(Read read) {
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(read::run).isInstanceOf(IOException.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }
}
