package dev.sluice.proxy.cache.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.cache.store.Purge;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Purges are known after a restart. */
class PurgeFileTest extends DiskFixture {
    private final List<Purge> heard = new ArrayList<>();

    private DiskStore reopened() throws IOException {
        DiskStore store = begin();
        heard.clear();
        store.purgeLog().open(heard::add);
        return store;
    }

    private Path file() {
        return folder.resolve("purges");
    }

    /** What a new folder begins with. */
    private Purge first() {
        return new Purge(null, false, time.now().toEpochMilli() * 1_000);
    }

    @Test
    void theyAreKeptInTheirOrder() throws IOException {
        DiskStore store = reopened();
        assertThat(heard).containsExactly(first());
        long red = store.purgeLog().add("red", false);
        long blue = store.purgeLog().add("blue/% \"\\", true);
        assertThat(red).isEqualTo(first().number() + 1);
        store.close();

        store = reopened();
        assertThat(heard)
                .containsExactly(first(), new Purge("red", false, red), new Purge("blue/% \"\\", true, red + 1));
        assertThat(store.purgeLog().add(null, false)).isEqualTo(blue + 1);
        store.close();
        reopened();
        assertThat(heard).containsExactly(new Purge(null, false, blue + 1));
    }

    /** A process that is killed may leave it. */
    @Test
    void aLineThatIsNotWholeIsLeftOut() throws IOException {
        DiskStore store = reopened();
        store.purgeLog().add("red", false);
        long length = Files.size(file());
        store.purgeLog().add("blue", false);
        store.close();
        byte[] all = Files.readAllBytes(file());
        for (int cut = (int) length; cut < all.length; cut++) {
            Files.write(file(), Arrays.copyOf(all, cut));
            store = reopened();
            assertThat(heard).extracting(Purge::tag).as("cut at " + cut).containsExactly(null, "red");
            store.purgeLog().add("green", true);
            store.close();
            store = reopened();
            assertThat(heard).extracting(Purge::tag).containsExactly(null, "red", "green");
            store.close();
        }
    }

    @Test
    void withoutTheFileOrIfItIsDamagedNothingOlderIsUsed() throws IOException {
        DiskStore store = reopened();
        store.purgeLog().add("red", false);
        store.close();
        byte[] all = Files.readAllBytes(file());
        for (byte[] damaged : List.of(new byte[0], new byte[] {'\n'}, flipped(all, 12), flipped(all, all.length - 3))) {
            Files.write(file(), damaged);
            time.advance(Duration.ofMinutes(1));
            reopened().close();
            assertThat(heard).containsExactly(first());
        }
        Files.delete(file());
        reopened().close();
        assertThat(heard).containsExactly(first());
    }

    private static byte[] flipped(byte[] bytes, int at) {
        byte[] flipped = bytes.clone();
        flipped[at] ^= 1;
        return flipped;
    }

    @Test
    void theFileDoesNotGrowWithoutEnd() throws IOException {
        DiskStore store = reopened();
        for (int i = 0; i < 5_000; i++) {
            store.purgeLog().add("tag" + i % 10, false);
        }
        assertThat(Files.readAllLines(file()).size()).isLessThan(1_100);
        store.close();
        reopened();
        assertThat(heard).hasSize(11);
        assertThat(heard.get(10)).isEqualTo(new Purge("tag9", false, first().number() + 5_000));
    }

    @Test
    void aFileThatWasRemovedIsWrittenAnew() throws IOException {
        DiskStore store = reopened();
        store.purgeLog().add("red", false);
        Files.delete(file());
        store.purgeLog().add("blue", false);
        store.close();
        reopened();
        assertThat(heard).extracting(Purge::tag).containsExactly(null, "red", "blue");
    }

    @Test
    void oneThatCannotBeKeptIsToldToWhoMakesIt() throws IOException {
        DiskStore store = reopened();
        disk.full = true;
        assertThatThrownBy(() -> store.purgeLog().add("red", false)).hasMessage("No space left on device");
        disk.full = false;
        assertThat(store.purgeLog().add("blue", false)).isEqualTo(first().number() + 2);
        store.close();
        assertThatThrownBy(() -> store.purgeLog().add("green", false)).hasMessageContaining("is closed");
    }

    /** A disk that gets full takes half of a line. The next purge must not be glued to it. */
    @Test
    void afterOneThatWasCutShortTheNextOneIsKept() throws IOException {
        DiskStore store = reopened();
        store.purgeLog().add("red", false);
        disk.full = true;
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> store.purgeLog().add("green", false)).hasMessage("No space left on device");
        }
        disk.full = false;
        store.purgeLog().add("blue", false);
        store.purgeLog().add("white", false);
        store.close();
        time.advance(Duration.ofMinutes(1));
        reopened();
        assertThat(heard).extracting(Purge::tag).contains("red", "blue", "white");
        assertThat(heard).filteredOn(purge -> purge.tag() == null).hasSize(1);
        assertThat(heard.get(0).number()).as("nothing else is purged").isEqualTo(first().number() - 60_000_000);
        assertThat(folder.resolve("new")).isEmptyDirectory();
    }

    /** A new folder on a full disk: the next start knows as little as this one, and so nothing older is used. */
    @Test
    void aFullDiskIsNoReasonNotToStart() throws IOException {
        disk.full = true;
        DiskStore store = reopened();
        assertThat(heard).containsExactly(first());
        disk.full = false;
        store.purgeLog().add("red", false);
        store.close();
        reopened();
        assertThat(heard).extracting(Purge::tag).containsExactly(null, "red");
    }

    @Test
    void anInterruptDoesNotKeepItFromBeingWritten() throws IOException {
        DiskStore store = reopened();
        Thread.currentThread().interrupt();
        store.purgeLog().add("red", false);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(Files.readString(file())).contains("drop red");
    }

    @Test
    void whatAnotherVersionHasWrittenIsNotGuessed() throws IOException {
        reopened().close();
        Files.writeString(file(), "00000000 1 unknown\n", StandardOpenOption.APPEND);
        time.advance(Duration.ofMinutes(1));
        reopened();
        assertThat(heard).containsExactly(first());
    }
}
