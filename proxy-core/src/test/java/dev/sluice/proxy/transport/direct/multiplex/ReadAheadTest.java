package dev.sluice.proxy.transport.direct.multiplex;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadAheadTest {
    private static final int FRAME = 16 * 1024;

    private final byte[] sent = new byte[20 * FRAME];
    private final List<Integer> asked = new ArrayList<>();
    private int most = Integer.MAX_VALUE;
    private final ByteArrayInputStream source = new ByteArrayInputStream(sent);
    private final ReadAhead ahead = new ReadAhead((target, offset, length) -> {
        asked.add(length);
        return source.read(target, offset, Math.min(most, length));
    });

    ReadAheadTest() {
        for (int i = 0; i < sent.length; i++) {
            sent[i] = (byte) (i * 31);
        }
    }

    /** Reads as a reader of frames does: a head, and then all of a payload. */
    private byte[] frame() throws Exception {
        byte[] bytes = new byte[FRAME];
        int at = read(bytes, 0, 9);
        return read(bytes, at, FRAME) == FRAME ? bytes : new byte[0];
    }

    private int read(byte[] bytes, int from, int to) throws Exception {
        int at = from;
        while (at < to) {
            int n = ahead.read(bytes, at, to - at);
            if (n < 0) {
                return at;
            }
            at += n;
        }
        return at;
    }

    @Test
    void manyLargeFramesTakeFewReadsAndNoByteIsLostOrChanged() throws Exception {
        for (int i = 0; i < 20; i++) {
            byte[] bytes = frame();
            for (int k = 0; k < FRAME; k++) {
                assertThat(bytes[k]).isEqualTo(sent[i * FRAME + k]);
            }
        }
        assertThat(ahead.read(new byte[9], 0, 9)).isEqualTo(-1);
        assertThat(asked).hasSizeLessThan(15);
    }

    @Test
    void smallFramesAndAPeerThatStopsWithinALargeOneHaveNoBuffer() throws Exception {
        most = 100;
        byte[] bytes = new byte[FRAME];
        read(bytes, 0, 9);
        for (int i = 0; i < 50; i++) {
            ahead.read(bytes, 0, FRAME);
        }
        assertThat(asked).allMatch(length -> length <= FRAME);
    }

    @Test
    void theEndIsTheEndInALargeFrameToo() throws Exception {
        while (frame().length > 0) {
            // All of it.
        }
        assertThat(ahead.read(new byte[FRAME], 0, FRAME)).isEqualTo(-1);
        assertThat(ahead.read(new byte[FRAME], 0, FRAME)).isEqualTo(-1);
    }
}
