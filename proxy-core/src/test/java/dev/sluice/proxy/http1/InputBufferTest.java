package dev.sluice.proxy.http1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class InputBufferTest {
    @Test
    void fillingKeepsUnreadBytesAndGrows() throws IOException {
        InputBuffer in = new InputBuffer(Pieces.of("abcdefghij"), 2);

        assertThat(in.available()).isZero();
        for (int expected : new int[] {2, 4, 8, 10}) {
            assertThat(in.fill()).isTrue();
            assertThat(in.available()).isEqualTo(expected);
        }
        assertThat(in.text(0, 10)).isEqualTo("abcdefghij");
        assertThat(in.fill()).isFalse();
        assertThat(in.available()).isEqualTo(10);
    }

    @Test
    void bytesAreMovedBeforeTheBufferGrows() throws IOException {
        List<Integer> asked = new ArrayList<>();
        InputBuffer in = new InputBuffer(
                (target, offset, length) -> {
                    asked.add(length);
                    target[offset] = 'x';
                    return 1;
                },
                2);
        for (int i = 0; i < 4; i++) {
            in.fill();
            in.fill();
            in.consume(1);
            in.fill();
            in.consume(2);
        }

        assertThat(asked).containsOnly(1, 2);
    }

    @Test
    void readingTakesBufferedBytesFirst() throws IOException {
        InputBuffer in = new InputBuffer(Pieces.of("abcdefghijklm"), 4);
        in.fill();
        byte[] target = new byte[10];

        assertThat(in.read(target, 2, 0)).isZero();
        assertThat(in.read(target, 2, 3)).isEqualTo(3);
        assertThat(in.read(target, 5, 5)).isEqualTo(1);
        assertThat(new String(target, 2, 4, StandardCharsets.ISO_8859_1)).isEqualTo("abcd");
        // A short read goes through the buffer.
        assertThat(in.read(target, 0, 1)).isEqualTo(1);
        assertThat(in.available()).isEqualTo(3);
        assertThat(in.read(target, 0, 10)).isEqualTo(3);
        // A long read comes directly from the source.
        assertThat(in.read(target, 0, 6)).isEqualTo(5);
        assertThat(in.available()).isZero();
        assertThat(in.read(target, 0, 4)).isEqualTo(-1);
        assertThat(in.read(target, 0, 1)).isEqualTo(-1);
    }

    @Test
    void trimmingKeepsUnreadBytes() throws IOException {
        List<Integer> asked = new ArrayList<>();
        Pieces pieces = Pieces.of("abcdefghijkl");
        InputBuffer in = new InputBuffer(
                (target, offset, length) -> {
                    asked.add(length);
                    return pieces.read(target, offset, length);
                },
                4);
        in.fill();
        in.fill();
        in.consume(6);
        in.trim();

        assertThat(in.text(0, in.available())).isEqualTo("gh");
        in.fill();
        assertThat(in.text(0, in.available())).isEqualTo("ghij");
        assertThat(asked).containsExactly(4, 4, 2);
        in.trim();
        in.consume(4);
        in.trim();
        in.fill();
        assertThat(in.text(0, in.available())).isEqualTo("kl");
        assertThat(asked).containsExactly(4, 4, 2, 4);
    }

    @Test
    void trimmingDropsNothingThatDoesNotFit() throws IOException {
        InputBuffer in = new InputBuffer(Pieces.of("abcdefgh"), 2);
        in.fill();
        in.fill();
        in.fill();
        in.consume(1);
        in.trim();

        assertThat(in.text(0, in.available())).isEqualTo("bcdefgh");
    }

    @Test
    void aSizeMustBePositive() {
        assertThatThrownBy(() -> new InputBuffer(Pieces.of(""), 0)).hasMessageContaining("initialBytes");
    }

    @Test
    void trimmingLeavesAsMuchAsTheLastMessageNeeded() throws IOException {
        List<Integer> asked = new ArrayList<>();
        InputBuffer in = new InputBuffer(
                (target, offset, length) -> {
                    asked.add(length);
                    return Math.min(length, 700);
                },
                2_048);
        in.fill();
        in.fill();
        in.consume(in.available());
        in.trim();
        in.fill();
        in.consume(in.available() - 10);
        in.trim();
        assertThat(in.available()).isEqualTo(10);
        in.consume(10);
        in.trim();
        in.fill();

        assertThat(asked).containsExactly(512, 512, 2_048, 512);
    }
}
