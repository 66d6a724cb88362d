package dev.sluice.proxy.cache.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.cache.store.Stored;
import dev.sluice.proxy.cache.store.StoredBody;
import dev.sluice.proxy.cache.store.StoredResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A file that is not as it was written: no byte of it that is wrong is given away, and it is dropped. */
class DiskDamageTest extends DiskFixture {
    private static final int BLOCK = EntryForm.BLOCK;

    @Test
    void ofACutFileNothingIsServed() throws IOException {
        DiskStore store = open();
        for (int length : new int[] {0, 300, BLOCK + 5}) {
            int fileLength = put(store, length).length;
            for (int cut = 0; cut < fileLength; cut += step(fileLength)) {
                byte[] whole = put(store, length);
                assertDropped(store, Arrays.copyOf(whole, cut), "cut at " + cut + " of " + fileLength);
            }
        }
    }

    /** As after a crash of the machine, if its length was on the disk and its bytes were not. */
    @Test
    void ofAFileThatEndsInZerosNothingIsServed() throws IOException {
        DiskStore store = open();
        for (int length : new int[] {0, 300, BLOCK + 5}) {
            int fileLength = put(store, length).length;
            for (int cut = 0; cut < fileLength; cut += step(fileLength)) {
                byte[] whole = put(store, length);
                byte[] zeros = Arrays.copyOf(Arrays.copyOf(whole, cut), fileLength);
                if (!Arrays.equals(zeros, whole)) {
                    assertDropped(store, zeros, "zeros from " + cut + " of " + fileLength);
                }
            }
        }
    }

    @Test
    void aWrongByteIsNeverServed() throws IOException {
        DiskStore store = open();
        for (int length : new int[] {0, 300, BLOCK + 5}) {
            int fileLength = put(store, length).length;
            for (int at = 0; at < fileLength; at += step(fileLength)) {
                byte[] wrong = put(store, length);
                wrong[at] ^= (byte) (1 << at % 8);
                assertDropped(store, wrong, "wrong at " + at + " of " + fileLength);
            }
        }
    }

    /** Short files are damaged everywhere. */
    private static int step(int length) {
        return length < 1_000 ? 1 : 97;
    }

    /** Stores a response. Returns the bytes of its file. */
    private byte[] put(DiskStore store, int length) throws IOException {
        Stored.put(store, head(KEY, 1), Stored.bytes(1, length));
        return Files.readAllBytes(file(".entry"));
    }

    private void assertDropped(DiskStore store, byte[] bytes, String how) throws IOException {
        Path file = file(".entry");
        Files.write(file, bytes);
        assertThat(bodyOrNull(store, KEY)).as(how).isNull();
        assertThat(file).as(how).doesNotExist();
        assertThat(store.usage().entries()).as(how).isZero();
    }

    /** A long body is read piece by piece, so a reader may have some of it before it comes to the damage. */
    @Test
    void ofALongBodyOnlyRightBytesAreServed() throws IOException {
        byte[] body = Stored.bytes(1, 5 * BLOCK + 100);
        DiskStore store = open();
        Random random = new Random(7);
        for (int round = 0; round < 60; round++) {
            Stored.put(store, head(KEY, 1), body);
            Path file = file(".entry");
            byte[] wrong = Files.readAllBytes(file);
            int at = random.nextInt(wrong.length);
            wrong[at] ^= (byte) (1 + random.nextInt(255));
            Files.write(file, wrong);
            int served = 0;
            for (StoredResponse found : store.find(KEY)) {
                served = ranges(found, body, random);
            }
            assertThat(served).as("with damage at " + at).isLessThan(100);
            store.remove(KEY);
        }
        assertThat(store.usage().entries()).isZero();
    }

    /** Reads ranges until one fails. Returns how many did not. */
    private static int ranges(StoredResponse found, byte[] body, Random random) throws IOException {
        try (StoredBody open = found.open()) {
            for (int i = 0; i < 100; i++) {
                int position = random.nextInt(body.length);
                byte[] into = new byte[1 + random.nextInt(2 * BLOCK)];
                int read = open.read(i % 2 == 0 ? position / BLOCK * BLOCK : position, into, 0, into.length);
                int from = i % 2 == 0 ? position / BLOCK * BLOCK : position;
                assertThat(Arrays.copyOf(into, read)).isEqualTo(Arrays.copyOfRange(body, from, from + read));
            }
            Stored.read(open);
            return 100;
        } catch (DamagedException damage) {
            return 0;
        }
    }

    @Test
    void blocksThatHaveChangedPlacesAreNotServed() throws IOException {
        DiskStore store = open();
        Stored.put(store, head(KEY, 1), Stored.bytes(1, 3 * BLOCK));
        Path file = file(".entry");
        byte[] bytes = Files.readAllBytes(file);
        byte[] swapped = bytes.clone();
        System.arraycopy(bytes, 0, swapped, BLOCK, BLOCK);
        System.arraycopy(bytes, BLOCK, swapped, 0, BLOCK);
        int sums = 3 * BLOCK;
        System.arraycopy(bytes, sums, swapped, sums + 4, 4);
        System.arraycopy(bytes, sums + 4, swapped, sums, 4);
        Files.write(file, swapped);
        assertThat(bodyOrNull(store, KEY)).isNull();
    }

    @Test
    void aBodyOfAnotherEntryIsNotServed() throws IOException {
        DiskStore store = open();
        for (int length : new int[] {100, 3 * BLOCK}) {
            Stored.put(store, head(KEY, 1), Stored.bytes(1, length));
            Path file = file(".entry");
            byte[] other = Files.readAllBytes(file);
            Stored.put(store, head(KEY, 1), Stored.bytes(2, length));
            byte[] own = Files.readAllBytes(file(".entry"));
            int bodyAndSums = length + 4 * (int) EntryForm.blocks(length);
            System.arraycopy(other, 0, own, 0, bodyAndSums);
            Files.write(file(".entry"), own);
            assertThat(bodyOrNull(store, KEY)).isNull();
            assertThat(files(".entry")).isEmpty();
        }
    }

    @Test
    void aFileOfAnotherEntryIsNotServed() throws IOException {
        DiskStore store = open();
        Stored.put(store, head(KEY, 1), Stored.bytes(1, 100));
        Path other = file(".entry");
        byte[] bytes = Files.readAllBytes(other);
        store.remove(KEY);
        Stored.put(store, head("http://shop.example/b", 1), Stored.bytes(2, 100));
        Files.write(file(".entry"), bytes);
        assertThat(store.find("http://shop.example/b")).isEmpty();
        assertThat(files(".entry")).isEmpty();
    }

    /** As if two keys had the same hash: the key in the head decides. */
    @Test
    void aResponseOfAnotherKeyIsNotFound() throws IOException {
        DiskStore store = open();
        Stored.put(store, head("http://shop.example/b", 1), Stored.bytes(2, 100));
        store.close();
        Path file = file(".entry");
        KeyHash hash = KeyHash.of(KEY);
        HexFormat hex = HexFormat.of();
        Path shard = Files.createDirectories(folder.resolve(hex.toHexDigits((byte) hash.shard())));
        String other = hex.toHexDigits(hash.high()) + hex.toHexDigits(hash.low());
        Files.move(file, shard.resolve(other + file.getFileName().toString().substring(32)));
        assertThat(open().find(KEY)).isEmpty();
    }

    @Test
    void anOldHeadUnderTheNameOfANewOneDoesNotCount() throws IOException {
        DiskStore store = open();
        byte[] old = headFile(store, 100);
        store.update(Stored.only(store, KEY), head(KEY, 3));
        assertThat(Files.size(file(".head"))).isEqualTo(old.length);
        Files.write(file(".head"), old);
        assertThat(store.find(KEY)).isEmpty();
    }

    @Test
    void aFileThatIsGoneIsForgotten() throws IOException {
        DiskStore store = open();
        Stored.put(store, head(KEY, 1), Stored.bytes(1, 100_000));
        StoredResponse found = Stored.only(store, KEY);
        Files.delete(file(".entry"));
        assertThatThrownBy(found::open).isInstanceOf(IOException.class);
        assertThat(store.usage().entries()).isZero();

        Stored.put(store, head(KEY, 1), Stored.bytes(1, 100));
        Files.delete(file(".entry"));
        assertThat(store.find(KEY)).isEmpty();
        assertThat(store.usage().entries()).isZero();
    }

    /** The head before may be one that a purge has made stale since. */
    @Test
    void ifANewHeadIsDamagedTheOldOneDoesNotCountAgain() throws IOException {
        DiskStore store = open();
        for (int length : new int[] {100, 100_000}) {
            int fileLength = headFile(store, length).length;
            for (int at = 0; at < fileLength; at++) {
                byte[] bytes = headFile(store, length);
                bytes[at] ^= 1;
                Files.write(file(".head"), at % 2 == 0 ? bytes : Arrays.copyOf(bytes, at));
                assertThat(store.find(KEY)).as("at " + at).isEmpty();
                assertThat(files(".entry")).isEmpty();
                assertThat(files(".head")).isEmpty();
            }
            headFile(store, length);
            Files.delete(file(".head"));
            assertThat(store.find(KEY)).isEmpty();
        }
    }

    /** Stores a response, and gives it a new head. Returns the bytes of that head's file. */
    private byte[] headFile(DiskStore store, int length) throws IOException {
        Stored.put(store, head(KEY, 1), Stored.bytes(1, length));
        store.update(Stored.only(store, KEY), head(KEY, 2));
        return Files.readAllBytes(file(".head"));
    }
}
