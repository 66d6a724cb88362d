package dev.sluice.proxy.transport.direct.multiplex;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReceivedBytesTest {
    private final ReceivedBytes bytes = new ReceivedBytes();

    /** Sizes as they come: many small ones, few large ones. */
    private static int size(Random random) {
        return random.nextInt(1 << random.nextInt(14));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void whatIsAddedIsTakenInItsOrderInPiecesOfAnySize(long seed) {
        Random random = new Random(seed);
        ByteArrayOutputStream added = new ByteArrayOutputStream();
        ByteArrayOutputStream taken = new ByteArrayOutputStream();
        for (int i = 0; i < 2_000; i++) {
            byte[] source = new byte[size(random) + 2];
            random.nextBytes(source);
            int length = random.nextInt(source.length - 1);
            bytes.add(source, 1, length);
            added.write(source, 1, length);
            byte[] target = new byte[size(random) + 2];
            int before = bytes.size();
            int got = bytes.take(target, 1, target.length - 2);
            assertThat(got).isEqualTo(Math.min(before, target.length - 2));
            assertThat(target[0]).isZero();
            assertThat(target[target.length - 1]).isZero();
            taken.write(target, 1, got);
            assertThat(bytes.size()).isEqualTo(added.size() - taken.size());
        }
        byte[] rest = new byte[bytes.size()];
        bytes.take(rest, 0, rest.length);
        taken.writeBytes(rest);
        assertThat(Arrays.equals(taken.toByteArray(), added.toByteArray())).isTrue();
    }

    @Test
    void whatIsFullToTheLastByteStillHasAll() {
        byte[] source = new byte[1024];
        Arrays.fill(source, (byte) 7);
        bytes.add(source, 0, 1000);
        bytes.take(new byte[900], 0, 900);
        // It goes round the end, and fills the ring.
        bytes.add(source, 0, 924);
        assertThat(bytes.size()).isEqualTo(1024);
        byte[] target = new byte[1024];
        assertThat(bytes.take(target, 0, 1024)).isEqualTo(1024);
        assertThat(target).containsOnly(7);
    }

    @Test
    void nothingIsThereAtFirstAndBehindTheLastByte() {
        byte[] target = new byte[8];
        assertThat(bytes.take(target, 0, 8)).isZero();
        bytes.add(new byte[0], 0, 0);
        assertThat(bytes.take(target, 0, 8)).isZero();
        bytes.add(new byte[] {1, 2}, 0, 2);
        bytes.clear();
        assertThat(bytes.size()).isZero();
        assertThat(bytes.take(target, 0, 8)).isZero();
    }
}
