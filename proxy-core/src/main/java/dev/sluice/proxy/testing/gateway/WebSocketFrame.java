package dev.sluice.proxy.testing.gateway;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A frame of a WebSocket (RFC 6455 §5.2).
 *
 * @param last whether it is the last one of its message
 * @param payload without the mask
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record WebSocketFrame(boolean last, int opcode, byte[] payload) {
    static final int CONTINUATION = 0;
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    private static final int LAST = 0x80;
    private static final int RESERVED = 0x70;
    private static final int MASKED = 0x80;
    private static final int LONGEST_CONTROL = 125;

    /** The most bytes of a frame, and of a message: 64 MiB. */
    static final int LONGEST = 1 << 26;

    /** The most bytes of a frame, with its head. */
    static final int MOST_BYTES = LONGEST + 14;

    /** RFC 6455 §7.4.1: a close without a code, and an end without a close; no frame has these. */
    static final int NO_CODE = 1005;

    static final int NO_CLOSE = 1006;

    /** What a client sent is no frame, or one that it must not send. */
    static final class ProtocolError extends IOException {
        private static final long serialVersionUID = 1;

        private final int code;

        ProtocolError(int code, String message) {
            super(message);
            this.code = code;
        }

        /** What the WebSocket is closed with (RFC 6455 §7.4.1). */
        int code() {
            return code;
        }
    }

    /**
     * The next frame of a client; null if it ends before.
     *
     * @throws ProtocolError if it is not a right one
     */
    static @Nullable WebSocketFrame read(InputStream in) throws IOException {
        int first = in.read();
        if (first < 0) {
            return null;
        }
        int second = next(in);
        int opcode = first & 0xf;
        boolean last = (first & LAST) != 0;
        require((first & RESERVED) == 0, "a frame has reserved bits, but no extension was agreed on");
        require(opcode <= BINARY || (opcode >= CLOSE && opcode <= PONG), "no frame has the opcode " + opcode);
        require((second & MASKED) != 0, "a client's frame must be masked (RFC 6455 §5.1)");
        long length = length(second & 0x7f, in);
        require(opcode < CLOSE || (last && length <= LONGEST_CONTROL), "a control frame is in one piece of 125 bytes");
        if (length > LONGEST) {
            throw new ProtocolError(1009, "a frame of " + length + " bytes is longer than " + LONGEST);
        }
        byte[] mask = exactly(4, in);
        byte[] payload = exactly((int) length, in);
        for (int i = 0; i < payload.length; i++) {
            payload[i] ^= mask[i % 4];
        }
        return new WebSocketFrame(last, opcode, payload);
    }

    /** A close with this code and reason (RFC 6455 §5.5.1); without a code for {@link #NO_CODE}. */
    static WebSocketFrame close(int code, byte[] reason) {
        byte[] payload = code == NO_CODE
                ? new byte[0]
                : ByteBuffer.allocate(2 + reason.length)
                        .putShort((short) code)
                        .put(reason)
                        .array();
        return new WebSocketFrame(true, CLOSE, payload);
    }

    /** Returns whether a close may have the code (RFC 6455 §7.4). */
    static boolean isCloseCode(int code) {
        return (code >= 1000 && code <= 1014 && code != 1004 && code != NO_CODE && code != NO_CLOSE)
                || (code >= 3000 && code <= 4999);
    }

    private static long length(int told, InputStream in) throws IOException {
        if (told < 126) {
            return told;
        }
        long length = 0;
        for (byte each : exactly(told == 126 ? 2 : 8, in)) {
            length = length << 8 | (each & 0xff);
        }
        require(length > (told == 126 ? 125 : 0xffff), "the length of a frame is not in its shortest form");
        return length;
    }

    private static void require(boolean right, String otherwise) throws ProtocolError {
        if (!right) {
            throw new ProtocolError(1002, otherwise);
        }
    }

    private static int next(InputStream in) throws IOException {
        return exactly(1, in)[0] & 0xff;
    }

    private static byte[] exactly(int count, InputStream in) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw new EOFException("the client ended within a frame");
        }
        return bytes;
    }

    /** The frame as a server sends it: without a mask. */
    byte[] bytes() {
        ByteBuffer bytes = ByteBuffer.allocate(payload.length + 10);
        bytes.put((byte) ((last ? LAST : 0) | opcode));
        if (payload.length < 126) {
            bytes.put((byte) payload.length);
        } else if (payload.length <= 0xffff) {
            bytes.put((byte) 126).putShort((short) payload.length);
        } else {
            bytes.put((byte) 127).putLong(payload.length);
        }
        bytes.put(payload);
        byte[] written = new byte[bytes.position()];
        bytes.flip().get(written);
        return written;
    }
}
