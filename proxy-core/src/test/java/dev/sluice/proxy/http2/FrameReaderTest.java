package dev.sluice.proxy.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.http1.OutputBuffer;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of RFC 9113 §4 and §6 that a frame alone can break, and what the frames of the writer say to the reader. */
class FrameReaderTest {
    private static final int BLOCK_BYTES = 40_000;

    private final List<String> found = new ArrayList<>();

    private final FrameReader.Handler handler = new FrameReader.Handler() {
        @Override
        public void data(int stream, byte[] bytes, int offset, int length, int flow, boolean end) {
            found.add("data " + stream + " " + hex(bytes, offset, length) + " flow " + flow + (end ? " end" : ""));
        }

        @Override
        public void fields(int stream, byte[] bytes, int offset, int length, boolean end) {
            found.add("fields " + stream + " " + hex(bytes, offset, length) + (end ? " end" : ""));
        }

        @Override
        public void reset(int stream, ErrorCode code) {
            found.add("reset " + stream + " " + code);
        }

        @Override
        public void setting(int id, long value) {
            found.add("setting " + id + " " + value);
        }

        @Override
        public void settingsEnd() {
            found.add("settings end");
        }

        @Override
        public void settingsAcknowledged() {
            found.add("settings acknowledged");
        }

        @Override
        public void ping(long opaque, boolean answer) {
            found.add("ping " + Long.toHexString(opaque) + (answer ? " answer" : ""));
        }

        @Override
        public void goAway(int last, ErrorCode code, String debug) {
            found.add("go away " + last + " " + code + " " + debug);
        }

        @Override
        public void window(int stream, int increment) {
            found.add("window " + stream + " " + increment);
        }

        @Override
        public void ignored(int type, int length) {
            found.add("ignored " + type + " " + length);
        }
    };

    private static String hex(byte[] bytes, int offset, int length) {
        return length > 40 ? length + " bytes" : HexFormat.of().formatHex(bytes, offset, offset + length);
    }

    private void read(byte[] bytes, int most) throws IOException {
        ByteArrayInputStream in = new ByteArrayInputStream(bytes);
        FrameReader reader = new FrameReader(
                (target, offset, length) -> in.read(target, offset, Math.min(most, length)), BLOCK_BYTES, handler);
        boolean more = true;
        while (more) {
            try {
                more = reader.next();
            } catch (Http2Exception fault) {
                if (fault.stream() == 0) {
                    throw fault;
                }
                found.add("fault " + fault.stream() + " " + fault.code());
            }
        }
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    private static byte[] written(Consumer<OutputBuffer> frames) {
        OutputBuffer out = new OutputBuffer(16);
        frames.accept(out);
        return Arrays.copyOf(out.bytes(), out.size());
    }

    /** A head without the length, and how many bytes of 0 follow. */
    private static byte[] frame(String typeFlagsStream, int length) {
        byte[] head = bytes(String.format("%06x", length) + typeFlagsStream);
        return Arrays.copyOf(head, head.length + length);
    }

    @Test
    void whatTheWriterWritesIsReadAtEverySplit() throws Exception {
        OutputBuffer block = new OutputBuffer(16);
        block.latin1("x".repeat(20_000));
        byte[] all = written(out -> {
            FrameWriter.settings(out, 1, 0, 4, Integer.MAX_VALUE, 0xffff, -1);
            FrameWriter.settingsAcknowledged(out);
            FrameWriter.fields(out, 1, block, 16_384, true);
            block.reset();
            block.put(0x82);
            FrameWriter.fields(out, 3, block, 16_384, false);
            FrameWriter.dataHead(out, 3, 2, false);
            out.latin1("hi");
            FrameWriter.dataHead(out, 3, 0, true);
            FrameWriter.reset(out, 3, ErrorCode.CANCEL);
            FrameWriter.ping(out, 0x8123456789abcdefL, false);
            FrameWriter.ping(out, 1, true);
            FrameWriter.window(out, 0, Integer.MAX_VALUE);
            FrameWriter.window(out, 5, 1);
            FrameWriter.goAway(out, 7, ErrorCode.ENHANCE_YOUR_CALM, "why");
        });
        List<String> expected = List.of(
                "setting 1 0",
                "setting 4 2147483647",
                "setting 65535 4294967295",
                "settings end",
                "settings acknowledged",
                "fields 1 20000 bytes end",
                "fields 3 82",
                "data 3 6869 flow 2",
                "data 3  flow 0 end",
                "reset 3 CANCEL",
                "ping 8123456789abcdef",
                "ping 1 answer",
                "window 0 2147483647",
                "window 5 1",
                "go away 7 ENHANCE_YOUR_CALM why");
        for (int most : new int[] {1, 2, 7, 9, 100, 1 << 20}) {
            found.clear();
            read(all, most);
            assertThat(found).isEqualTo(expected);
        }
        for (int cut = 1; cut < all.length; cut++) {
            found.clear();
            try {
                read(Arrays.copyOf(all, cut), 1 << 20);
            } catch (EOFException end) {
                assertThat(end).hasMessage("the connection ended within a frame");
            }
            assertThat(found).isEqualTo(expected.subList(0, found.size()));
        }
    }

    @Test
    void paddingAndPriorityAreTakenOff() throws Exception {
        read(
                bytes("000008 00 09 00000001 03 6869 6a6b 000000"
                        + "000001 00 08 00000001 00"
                        + "00000b 01 2d 00000003 02 80000001 ff 828684 0000"
                        + "000005 01 24 00000005 00000001 00"
                        + "000005 02 00 00000007 00000001 00"),
                100);
        assertThat(found)
                .containsExactly(
                        "data 1 68696a6b flow 8 end",
                        "data 1  flow 1",
                        "fields 3 828684 end",
                        "fields 5 ",
                        "ignored 2 5");
    }

    @Test
    void theReservedBitOfAStreamIsIgnored() throws Exception {
        read(
                bytes("000000 00 00 80000001 000004 08 00 80000001 80000005 000008 07 00 80000000 80000003 00000000"),
                100);
        assertThat(found).containsExactly("data 1  flow 0", "window 1 5", "go away 3 NO_ERROR ");
    }

    @Test
    void flagsAndTypesAndCodesThatAreNotKnownHaveNoEffect() throws Exception {
        read(
                bytes("000000 00 fe 00000001".replace("fe", "f6") + "000002 fa ff 00000009 0102"
                        + "000004 03 ff 00000001 000000ff" + "000004 03 00 00000001 ffffffff"),
                100);
        assertThat(found)
                .containsExactly("data 1  flow 0", "ignored 250 2", "reset 1 INTERNAL_ERROR", "reset 1 INTERNAL_ERROR");
    }

    @Test
    void aFrameOfTheLargestPayloadIsTakenAndALargerOneIsNot() throws Exception {
        read(frame("0000 00000001".replace(" ", ""), 16_384), 1 << 20);
        assertThat(found).containsExactly("data 1 16384 bytes flow 16384");
        for (String type : new String[] {"00", "01", "04", "fa"}) {
            assertFault(ErrorCode.FRAME_SIZE_ERROR, frame(type + "0000000001", 16_385));
        }
    }

    private void assertFault(ErrorCode code, byte[] bytes) {
        assertThatThrownBy(() -> read(bytes, 1 << 20))
                .isInstanceOfSatisfying(
                        Http2Exception.class, fault -> assertThat(fault.code()).isEqualTo(code));
    }

    @ParameterizedTest
    @CsvSource({
        // §6.1, §6.2, §6.3, §6.4: frames of a stream, without one
        "PROTOCOL_ERROR, 000001 00 00 00000000 00",
        "PROTOCOL_ERROR, 000001 01 04 00000000 82",
        "PROTOCOL_ERROR, 000005 02 00 00000000 00000000 00",
        "PROTOCOL_ERROR, 000004 03 00 00000000 00000000",
        // §6.1, §6.2: padding
        "PROTOCOL_ERROR, 000001 00 08 00000001 01",
        "PROTOCOL_ERROR, 000003 00 08 00000001 03 0000",
        "FRAME_SIZE_ERROR, 000000 00 08 00000001",
        "PROTOCOL_ERROR, 000003 01 0c 00000001 03 8200",
        "PROTOCOL_ERROR, 000007 01 2c 00000001 02 00000000 00 00",
        "FRAME_SIZE_ERROR, 000000 01 0c 00000001",
        "FRAME_SIZE_ERROR, 000004 01 24 00000001 00000000",
        // §6.4: length
        "FRAME_SIZE_ERROR, 000003 03 00 00000001 000000",
        // §6.5
        "PROTOCOL_ERROR, 000000 04 00 00000001",
        "FRAME_SIZE_ERROR, 000005 04 00 00000000 0001000000",
        "FRAME_SIZE_ERROR, 000006 04 01 00000000 000100000000",
        // §6.6, §8.4
        "PROTOCOL_ERROR, 000005 05 04 00000001 00000002 82",
        // §6.7
        "PROTOCOL_ERROR, 000008 06 00 00000001 0000000000000000",
        "FRAME_SIZE_ERROR, 000007 06 00 00000000 00000000000000",
        "FRAME_SIZE_ERROR, 000009 06 01 00000000 000000000000000000",
        // §6.8
        "PROTOCOL_ERROR, 000008 07 00 00000001 0000000000000000",
        "FRAME_SIZE_ERROR, 000007 07 00 00000000 00000000000000",
        // §6.9
        "FRAME_SIZE_ERROR, 000003 08 00 00000001 000001",
        "FRAME_SIZE_ERROR, 000005 08 00 00000000 0000000100",
        "PROTOCOL_ERROR, 000004 08 00 00000000 00000000",
        "PROTOCOL_ERROR, 000004 08 00 00000000 80000000",
        // §6.10, §4.3: fields are in one piece
        "PROTOCOL_ERROR, 000001 09 04 00000001 82",
        "PROTOCOL_ERROR, 000001 01 00 00000001 82 000001 00 00 00000001 00",
        "PROTOCOL_ERROR, 000001 01 00 00000001 82 000001 09 04 00000003 86",
        "PROTOCOL_ERROR, 000001 01 00 00000001 82 000008 06 00 00000000 0000000000000000",
        "PROTOCOL_ERROR, 000001 01 00 00000001 82 000001 01 04 00000003 82",
        "PROTOCOL_ERROR, 000001 01 00 00000001 82 000001 fa 00 00000001 00",
        "PROTOCOL_ERROR, 000001 01 04 00000001 82 000001 09 04 00000001 86",
    })
    void aFrameThatBreaksARuleEndsTheConnection(ErrorCode code, String frames) {
        assertFault(code, bytes(frames));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "000004 02 00 00000001 00000000:fault 1 FRAME_SIZE_ERROR",
                "000005 02 00 00000001 80000001 00:fault 1 PROTOCOL_ERROR",
                "000004 08 00 00000001 00000000:fault 1 PROTOCOL_ERROR",
                "000006 01 24 00000001 00000001 00 82:fields 1 82,fault 1 PROTOCOL_ERROR"
            })
    void anErrorOfAStreamLeavesTheConnection(String framesAndFound) throws Exception {
        String[] parts = framesAndFound.split(":");
        read(bytes(parts[0] + "000004 08 00 00000000 00000001"), 100);
        assertThat(found).containsExactly((parts[1] + ",window 0 1").split(","));
    }

    @Test
    void aBlockOfFieldsHasALimitAndSoHasTheNumberOfItsFrames() {
        byte[] head = frame("010000000001", 16_384);
        byte[] more = frame("090000000001", 16_384);
        byte[] all = Arrays.copyOf(head, head.length + 2 * more.length);
        System.arraycopy(more, 0, all, head.length, more.length);
        System.arraycopy(more, 0, all, head.length + more.length, more.length);
        assertFault(ErrorCode.ENHANCE_YOUR_CALM, all);
        assertFault(
                ErrorCode.ENHANCE_YOUR_CALM, bytes("000000 01 00 00000001" + "000000 09 00 00000001".repeat(1_000)));
        FrameReader.Handler none = handler;
        ByteArrayInputStream in = new ByteArrayInputStream(frame("010400000001", 101));
        assertThatThrownBy(() -> new FrameReader(in::read, 100, none).next())
                .hasMessage("a block of fields of more than 100 bytes");
    }

    @Test
    void bytesThatAreNoFramesEndInAFaultOrAnEnd() {
        Random random = new Random(9113);
        for (int i = 0; i < 100_000; i++) {
            byte[] bytes = new byte[random.nextInt(60)];
            random.nextBytes(bytes);
            if (bytes.length > 9) {
                bytes[0] = 0;
                bytes[1] = 0;
                bytes[2] &= 0x1f;
                bytes[3] %= 11;
            }
            try {
                read(bytes, 1 + random.nextInt(20));
            } catch (IOException fault) {
                assertThat(fault).isInstanceOfAny(Http2Exception.class, EOFException.class);
            }
            found.clear();
        }
    }
}
