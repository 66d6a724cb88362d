package dev.sluice.proxy.cache.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.cache.store.Stored;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChunksTest {
    private static final int CHUNK = Chunks.CHUNK;

    @Test
    void aLongBodyIsInChunks() {
        for (long announced : new long[] {-1, 3 * CHUNK + 5}) {
            Chunks chunks = new Chunks(announced);
            chunks.append(Stored.bytes(1, 3 * CHUNK + 5), 0, 3 * CHUNK + 5);

            assertThat(lengths(chunks.whole())).containsExactly(CHUNK, CHUNK, CHUNK, 5);
        }
    }

    @Test
    void aShortBodyHasAnArrayOfItsLength() {
        for (int length : new int[] {1, 700, 1_025, CHUNK - 1, CHUNK}) {
            Chunks unknown = new Chunks(-1);
            unknown.append(new byte[length], 0, length);
            Chunks known = new Chunks(length);
            known.append(new byte[length], 0, length);

            assertThat(lengths(unknown.whole())).containsExactly(length);
            assertThat(lengths(known.whole())).containsExactly(length);
        }
        assertThat(lengths(new Chunks(-1).whole())).isEmpty();
    }

    @Test
    void itAsksForTheRoomOfItsArraysAndAtMostForTwiceItsLength() {
        Random random = new Random(4);
        for (int round = 0; round < 300; round++) {
            int length = 1 + random.nextInt(round % 2 == 0 ? 3_000 : 5 * CHUNK);
            Chunks chunks = new Chunks(random.nextBoolean() ? length : -1);
            byte[] bytes = Stored.bytes(round, length);
            long room = 0;
            while (chunks.length() < length) {
                int more = 1 + random.nextInt(length - (int) chunks.length());
                room += chunks.growth(more);
                chunks.append(bytes, (int) chunks.length(), more);
                assertThat(room).isGreaterThanOrEqualTo(chunks.length());
            }
            long arrays = (length + CHUNK - 1) / CHUNK;
            assertThat(room - Weights.chunks(arrays)).isBetween((long) length, Math.max(1_024, 2L * length));
            assertThat(chunks.whole().weight()).isEqualTo(length + Weights.chunks(arrays));
        }
    }

    @Test
    void whatIsReadStaysTheSameWhileItGrows() {
        byte[] bytes = Stored.bytes(9, 2 * CHUNK);
        Chunks chunks = new Chunks(-1);
        byte[] into = new byte[2 * CHUNK];
        for (int at = 0; at < bytes.length; at += 512) {
            chunks.append(bytes, at, 512);
            for (int position : new int[] {0, at / 2, at}) {
                int read = chunks.read(position, into, 7, 100);
                assertThat(read).isPositive();
                assertThat(into[7]).isEqualTo(bytes[position]);
                assertThat(into[6 + read]).isEqualTo(bytes[position + read - 1]);
            }
        }
    }

    /** A read ends with its chunk, which shows how long that is. */
    private static List<Integer> lengths(MemoryBody body) {
        List<Integer> lengths = new ArrayList<>();
        byte[] into = new byte[CHUNK + 1];
        long position = 0;
        for (int read = body.read(0, into, 0, into.length);
                read > 0;
                read = body.read(position, into, 0, into.length)) {
            lengths.add(read);
            position += read;
        }
        return lengths;
    }
}
