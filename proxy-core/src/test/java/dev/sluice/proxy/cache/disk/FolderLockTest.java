package dev.sluice.proxy.cache.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.sluice.proxy.cache.store.Stored;
import dev.sluice.proxy.testing.ManualTime;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** One store uses a folder at a time. */
class FolderLockTest extends DiskFixture {
    @Test
    void aSecondStoreOfTheProcessIsRefused() throws IOException {
        DiskStore first = open();
        assertThatThrownBy(this::begin)
                .isInstanceOf(IOException.class)
                .hasMessage("cache folder " + folder + " is in use by another cache of this process");
        Path link = Files.createSymbolicLink(folder.resolveSibling(folder.getFileName() + "-link"), folder);
        assertThatThrownBy(() -> new DiskStore(link, 1, 1, new ManualTime()))
                .hasMessage("cache folder " + link + " is in use by another cache of this process");
        Files.delete(link);
        first.close();
        open();
    }

    @Test
    void aRefusalLeavesNoFileOpen() throws IOException {
        open();
        UnixOperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(UnixOperatingSystemMXBean.class);
        assumeTrue(system != null, "the system does not count open files");
        long before = system.getOpenFileDescriptorCount();
        for (int i = 0; i < 500; i++) {
            assertThatThrownBy(this::begin).isInstanceOf(IOException.class);
        }
        assertThat(system.getOpenFileDescriptorCount()).isLessThan(before + 250);
    }

    @Test
    void theLockIsKeptWhenAnotherOneIsRefused() throws Exception {
        open();
        assertThatThrownBy(this::begin).isInstanceOf(IOException.class);
        assertThat(OtherProcess.run(folder))
                .isEqualTo("cache folder " + folder + " is in use by another process, number "
                        + ProcessHandle.current().pid());
    }

    /** Somebody has emptied the folder, and with it the file that is locked. */
    @Test
    void theFolderIsLockedAgainBeforeItIsUsedAgain() throws Exception {
        DiskStore store = open();
        Files.delete(folder.resolve("lock"));
        Files.delete(folder.resolve("new"));
        assertThatThrownBy(() -> Stored.put(store, head(KEY, 1), Stored.bytes(1, 100)))
                .isInstanceOf(NoSuchFileException.class);
        time.advance(Duration.ofSeconds(10));
        Stored.put(store, head(KEY, 1), Stored.bytes(1, 100));
        assertThat(OtherProcess.run(folder)).contains("is in use by another process");
    }

    /** The number of the process is for the message to others: a full disk has no room for it. */
    @Test
    void aFullDiskIsLockedToo() throws IOException {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.isWritable(full), "the system has no file that is always full");
        Files.createSymbolicLink(folder.resolve("lock"), full);
        for (int i = 0; i < 3; i++) {
            open().close();
        }
        DiskStore store = open();
        assertThatThrownBy(this::begin).hasMessageContaining("is in use by another cache of this process");
        store.close();
    }

    @Test
    void aFolderThatCannotBeLockedIsNamedAndMayBeTriedAgain() throws IOException {
        Path lock = Files.createDirectory(folder.resolve("lock"));
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(this::begin)
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("cache folder " + folder + " cannot be locked: ");
        }
        Files.delete(lock);
        open();
    }

    @Test
    void anotherProcessMayHaveItAfterTheClose() throws Exception {
        open().close();
        assertThat(OtherProcess.run(folder)).isEqualTo("opened");
    }

    @Test
    void aFileIsNoFolder() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        assertThatThrownBy(() -> new DiskStore(file, 1, 1, time))
                .isInstanceOf(IOException.class)
                .hasMessage("cache folder is not a folder: " + file);
        assertThatThrownBy(() -> new DiskStore(file.resolve("x"), 1, 1, time))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file.resolve("x").toString());
    }

    @Test
    void boundsArePositive() {
        assertThatThrownBy(() -> new DiskStore(folder, -1, 1, time))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maxBytes must be positive: -1");
        assertThatThrownBy(() -> new DiskStore(folder, 1, 0, time))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maxEntryBytes must be positive: 0");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aClosedStoreTouchesNothing() throws IOException {
        DiskStore store = open();
        store.close();
        assertThatThrownBy(() -> store.find(KEY)).hasMessage("the cache in " + folder + " is closed");
        assertThatThrownBy(() -> store.remove(KEY)).hasMessage("the cache in " + folder + " is closed");
        assertThatThrownBy(() -> store.write(head(KEY, 1), 1)).hasMessage("the cache in " + folder + " is closed");
    }
}
