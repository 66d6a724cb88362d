package dev.sluice.proxy.transport.direct.listener;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where one frame ends and the next begins. */
class WebSocketFramesTest {
    /** A frame with a payload of zeros. */
    static byte[] frame(int firstByte, boolean masked, int payload) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        int mask = masked ? 0x80 : 0;
        frame.write(firstByte);
        if (payload < 126) {
            frame.write(mask | payload);
        } else if (payload < 65_536) {
            frame.write(mask | 126);
            frame.write(payload >> 8);
            frame.write(payload);
        } else {
            frame.write(mask | 127);
            for (int shift = 56; shift >= 0; shift -= 8) {
                frame.write((int) ((long) payload >> shift));
            }
        }
        frame.writeBytes(new byte[(masked ? 4 : 0) + payload]);
        return frame.toByteArray();
    }

    @ParameterizedTest
    @CsvSource({
        "false, 0",
        "true, 0",
        "false, 1",
        "true, 125",
        "false, 126",
        "true, 126",
        "false, 65535",
        "true, 65535",
        "false, 65536",
        "true, 65536"
    })
    void aFrameEndsWithItsLastByte(boolean masked, int payload) {
        byte[] frame = frame(0x82, masked, payload);
        WebSocketFrames frames = new WebSocketFrames();
        for (int i = 0; i < frame.length - 1; i++) {
            assertThat(frames.pass(new byte[] {frame[i]}, 1)).isEqualTo(-1);
            assertThat(frames.between()).isFalse();
        }
        assertThat(frames.pass(new byte[] {frame[frame.length - 1]}, 1)).isEqualTo(1);
        assertThat(frames.between()).isTrue();
        assertThat(frames.closed()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void howeverTheBytesAreCutTheEndsAreTheSame(long seed) {
        Random random = new Random(seed);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        TreeSet<Integer> ends = new TreeSet<>();
        for (int i = 0; i < 50; i++) {
            int payload = random.nextInt(3) == 0 ? random.nextInt(70_000) : random.nextInt(130);
            all.writeBytes(frame(0x81 + random.nextInt(2), random.nextBoolean(), payload));
            ends.add(all.size());
        }
        byte[] bytes = all.toByteArray();
        WebSocketFrames frames = new WebSocketFrames();
        for (int at = 0; at < bytes.length; ) {
            int n = Math.min(bytes.length - at, 1 + random.nextInt(random.nextBoolean() ? 5 : 16_384));
            Integer last = ends.floor(at + n);
            int expected = last == null || last <= at ? -1 : last - at;
            assertThat(frames.pass(Arrays.copyOfRange(bytes, at, at + n), n)).isEqualTo(expected);
            at += n;
            assertThat(frames.between()).isEqualTo(ends.contains(at));
        }
    }

    @Test
    void framesFollowEachOtherDirectly() {
        assertThat(new WebSocketFrames().between()).isTrue();
    }

    @Test
    void aCloseFrameClosesWithItsLastByteAndAPingDoesNot() {
        byte[] close = frame(0x88, true, 2);
        WebSocketFrames frames = new WebSocketFrames();
        byte[] ping = frame(0x89, false, 0);
        frames.pass(ping, ping.length);
        frames.pass(close, close.length - 1);
        assertThat(frames.closed()).isFalse();
        frames.pass(new byte[] {close[close.length - 1]}, 1);
        assertThat(frames.closed()).isTrue();
        assertThat(frames.between()).isTrue();
    }

    @Test
    void anInvalidLengthHasNoEnd() {
        WebSocketFrames frames = new WebSocketFrames();
        byte[] bad = {(byte) 0x82, 127, (byte) 0x80, 0, 0, 0, 0, 0, 0, 0};
        assertThat(frames.pass(bad, bad.length)).isEqualTo(-1);
        assertThat(frames.pass(new byte[1000], 1000)).isEqualTo(-1);
        assertThat(frames.between()).isFalse();
    }
}
