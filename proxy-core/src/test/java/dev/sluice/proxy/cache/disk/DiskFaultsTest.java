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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
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

    /** A process that ends now has left nothing of what was removed or replaced, whoever was about to delete it. */
    @Test
    void whatAnotherThreadIsAboutToDeleteIsDeletedByARemoval() throws Exception {
        DiskStore store = begin(2 * 4096, 100);
        Stored.put(store, head(KEY, 1), Stored.bytes(1, 100));
        whileEvicted(store, () -> {
            assertThat(store.remove(KEY)).isZero();
            assertThat(entriesOf(KEY)).isZero();
        });
        assertThat(entriesOf(KEY)).isZero();
    }

    @Test
    void whatAnotherThreadIsAboutToDeleteIsDeletedByTheRemovalOfThatOne() throws Exception {
        DiskStore store = begin(2 * 4096, 100);
        Stored.put(store, head(KEY, 1), Stored.bytes(1, 100));
        StoredResponse found = Stored.only(store, KEY);
        whileEvicted(store, () -> {
            store.remove(found);
            assertThat(entriesOf(KEY)).isZero();
        });
    }

    @Test
    void whatAnotherThreadIsAboutToDeleteDoesNotComeBackWithTheHeadBefore() throws Exception {
        DiskStore store = begin(2 * 4096, 100);
        Stored.put(store, head(KEY, 1), Stored.bytes(1, 100));
        StoredResponse found = Stored.only(store, KEY);
        whileEvicted(store, () -> {
            store.update(found, found.head().toBuilder().stale(true).build());
            assertThat(entriesOf(KEY)).isZero();
        });
    }

    @Test
    void whatHasBeenReplacedIsDeletedBeforeTheResponseInItsPlace() throws Exception {
        DiskStore store = begin(1 << 30, 1);
        Stored.put(store, head(KEY, 1), Stored.bytes(1, 100));
        whileEvicted(store, () -> {
            Stored.put(store, head(KEY, 2), Stored.bytes(2, 100));
            store.remove(Stored.only(store, KEY));
            assertThat(entriesOf(KEY)).isZero();
        });
    }

    @Test
    void whatCouldNotBeDeletedForRoomIsDeletedByARemoval() throws IOException {
        DiskStore store = begin(2 * 4096, 100);
        Stored.put(store, head(KEY, 1), Stored.bytes(1, 100));
        disk.keeps = file -> true;
        disk.immovable = file -> file.toString().endsWith(".entry");
        Stored.put(store, head(KEY + 1, 1), Stored.bytes(1, 8_000));
        assertThat(entriesOf(KEY)).isEqualTo(1);
        assertThatThrownBy(() -> store.remove(KEY)).hasMessageContaining("could not be deleted");
        disk.keeps = file -> false;
        assertThat(store.remove(KEY)).isZero();
        assertThat(entriesOf(KEY)).isZero();
    }

    private interface Step {
        void run() throws Exception;
    }

    /** Does something while another thread has dropped the response of {@code KEY} for room, and not yet deleted it. */
    private void whileEvicted(DiskStore store, Step step) throws Exception {
        String name = name(KEY);
        CountDownLatch deletes = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Path first = files(".entry").stream()
                .filter(file -> file.getFileName().toString().startsWith(name))
                .findFirst()
                .orElseThrow();
        AtomicBoolean isFirst = new AtomicBoolean(true);
        disk.keeps = file -> {
            if (file.equals(first) && isFirst.getAndSet(false)) {
                deletes.countDown();
                await(goOn);
            }
            return false;
        };
        FutureTask<Void> other = new FutureTask<>(() -> {
            Stored.put(store, head(KEY + 1, 1), Stored.bytes(1, 4_000));
            return null;
        });
        new Thread(other).start();
        try {
            await(deletes);
            step.run();
        } finally {
            goOn.countDown();
        }
        other.get(30, TimeUnit.SECONDS);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException hurry) {
            throw new AssertionError(hurry);
        }
    }

    private static String name(String key) {
        KeyHash hash = KeyHash.of(key);
        return String.format("%016x%016x", hash.high(), hash.low());
    }

    private long entriesOf(String key) throws IOException {
        String name = name(key);
        return files(".entry").stream()
                .filter(file -> file.getFileName().toString().startsWith(name))
                .count();
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
