package dev.sluice.proxy.http2;

import dev.sluice.proxy.http1.InputBuffer;
import dev.sluice.proxy.http1.OutputBuffer;
import java.io.EOFException;
import java.io.IOException;

/**
 * Reads frames (RFC 9113 §4, §6), and hands on what they say: a block of fields in one piece, and bytes without their
 * padding. It knows no streams, but for what a frame must not say of any. For one thread. Behind an error of a stream it can
 * read on, behind any other fault it cannot.
 */
public final class FrameReader {
    /** A block comes in a few frames; without this limit, empty ones could follow for ever. */
    private static final int MOST_CONTINUATIONS = 64;

    private static final int FIRST_PAYLOAD = 512;

    /** How much is kept of what a peer says for people. */
    private static final int MOST_DEBUG = 200;

    private final InputBuffer.Source in;
    private final Handler handler;
    private final int blockBytes;
    private final byte[] head = new byte[Frames.HEAD];

    /** Grows to the largest frame that has come: many connections have small ones only. */
    private byte[] payload = new byte[FIRST_PAYLOAD];

    private int length;
    private int flags;
    private int stream;

    /**
     * A reader.
     *
     * @param in the connection, behind the preface
     * @param blockBytes the most bytes of a block of fields as it is sent
     */
    public FrameReader(InputBuffer.Source in, int blockBytes, Handler handler) {
        this.in = in;
        this.blockBytes = blockBytes;
        this.handler = handler;
    }

    /** Takes what frames say. Whatever it throws ends the reading. */
    public interface Handler {
        /**
         * DATA.
         *
         * @param bytes lent for this call
         * @param flow what counts for the windows: the padding too
         * @param end whether they are the last
         */
        void data(int stream, byte[] bytes, int offset, int length, int flow, boolean end) throws IOException;

        /**
         * A block of fields: HEADERS, and the CONTINUATIONs behind it.
         *
         * @param bytes lent for this call
         * @param end whether no DATA follows
         */
        void fields(int stream, byte[] bytes, int offset, int length, boolean end) throws IOException;

        /** RST_STREAM. */
        void reset(int stream, ErrorCode code) throws IOException;

        /** SETTINGS, one call for each setting. */
        void setting(int id, long value) throws IOException;

        /** SETTINGS has ended, and must be acknowledged. */
        void settingsEnd() throws IOException;

        /** The peer has acknowledged our settings. */
        void settingsAcknowledged() throws IOException;

        /** PING, which must be answered unless it is an answer. */
        void ping(long opaque, boolean answer) throws IOException;

        /**
         * GOAWAY.
         *
         * @param last the last stream that the peer has done anything for
         * @param debug what it says about it, in printable ASCII, and not more than the beginning
         */
        void goAway(int last, ErrorCode code, String debug) throws IOException;

        /** WINDOW_UPDATE; stream 0 is the connection. */
        void window(int stream, int increment) throws IOException;

        /** A frame without an effect: PRIORITY, or one that is not known. */
        void ignored(int type, int length) throws IOException;
    }

    /**
     * Reads the next frame, and waits for it.
     *
     * @return false at the end, between two frames
     * @throws Http2Exception if the peer breaks the protocol
     * @throws EOFException if the connection ends within a frame, or within a block of fields
     */
    public boolean next() throws IOException {
        int n = in.read(head, 0, Frames.HEAD);
        if (n < 0) {
            return false;
        }
        readFully(head, n, Frames.HEAD);
        int type = begin();
        switch (type) {
            case Frames.DATA -> data();
            case Frames.HEADERS -> headers();
            case Frames.PRIORITY -> priority();
            case Frames.RST_STREAM -> reset();
            case Frames.SETTINGS -> settings();
            case Frames.PUSH_PROMISE ->
                throw protocol("PUSH_PROMISE, which clients must not send and nobody has asked for (RFC 9113 §8.4)");
            case Frames.PING -> ping();
            case Frames.GOAWAY -> goAway();
            case Frames.WINDOW_UPDATE -> window();
            case Frames.CONTINUATION -> throw protocol("CONTINUATION that continues nothing (RFC 9113 §6.10)");
            default -> handler.ignored(type, length);
        }
        return true;
    }

    /** Takes a head apart, and reads its payload; returns the type. */
    private int begin() throws IOException {
        length = ((head[0] & 0xff) << 16) | ((head[1] & 0xff) << 8) | (head[2] & 0xff);
        flags = head[4] & 0xff;
        stream = number(head, 5) & Integer.MAX_VALUE;
        if (length > Frames.PAYLOAD) {
            if (head[0] == 'H' && head[1] == 'T' && head[2] == 'T' && head[3] == 'P') {
                throw protocol("the peer speaks HTTP/1.1, and not HTTP/2");
            }
            throw size("a frame of " + length + " bytes, where " + Frames.PAYLOAD + " are allowed (RFC 9113 §4.2)");
        }
        if (length > payload.length) {
            payload = new byte[Math.min(Frames.PAYLOAD, Math.max(length, 2 * payload.length))];
        }
        readFully(payload, 0, length);
        return head[3] & 0xff;
    }

    private void data() throws IOException {
        requireStream("DATA");
        int padding = has(Frames.PADDED) ? 1 + padding(0) : 0;
        int offset = padding > 0 ? 1 : 0;
        handler.data(stream, payload, offset, length - padding, length, has(Frames.END_STREAM));
    }

    private void headers() throws IOException {
        requireStream("HEADERS");
        int offset = has(Frames.PADDED) ? 1 : 0;
        int fixed = has(Frames.WITH_PRIORITY) ? 5 : 0;
        int end = length - (has(Frames.PADDED) ? padding(fixed) : 0);
        if (fixed > end - offset) {
            throw size("HEADERS of " + length + " bytes, too few for the priority (RFC 9113 §6.2)");
        }
        boolean last = has(Frames.END_STREAM);
        int opened = stream;
        boolean onItself = fixed > 0 && (number(payload, offset) & Integer.MAX_VALUE) == stream;
        offset += fixed;
        if (has(Frames.END_HEADERS)) {
            requireBlock(end - offset);
            handler.fields(opened, payload, offset, end - offset, last);
        } else {
            OutputBuffer block = continued(offset, end);
            handler.fields(opened, block.bytes(), 0, block.size(), last);
        }
        if (onItself) {
            throw dependsOnItself(opened);
        }
    }

    /** The block of which the payload has the beginning. Nothing else may come before its end (RFC 9113 §4.3, §6.10). */
    private OutputBuffer continued(int offset, int end) throws IOException {
        OutputBuffer block = new OutputBuffer(2 * Frames.PAYLOAD);
        block.put(payload, offset, end - offset);
        int opened = stream;
        for (int i = 0; i < MOST_CONTINUATIONS; i++) {
            readFully(head, 0, Frames.HEAD);
            requireBlock(block.size());
            int type = begin();
            if (type != Frames.CONTINUATION || stream != opened) {
                throw protocol("a frame of type " + type + " for stream " + stream + " within the fields of stream "
                        + opened + " (RFC 9113 §6.10)");
            }
            requireBlock(block.size() + length);
            block.put(payload, 0, length);
            if (has(Frames.END_HEADERS)) {
                return block;
            }
        }
        throw Http2Exception.ofConnection(
                ErrorCode.ENHANCE_YOUR_CALM, "more than " + MOST_CONTINUATIONS + " CONTINUATION frames for a block");
    }

    private void requireBlock(int bytes) throws Http2Exception {
        if (bytes > blockBytes) {
            throw Http2Exception.ofConnection(
                    ErrorCode.ENHANCE_YOUR_CALM, "a block of fields of more than " + blockBytes + " bytes");
        }
    }

    private void priority() throws IOException {
        requireStream("PRIORITY");
        if (length != 5) {
            throw Http2Exception.ofStream(
                    stream, ErrorCode.FRAME_SIZE_ERROR, "PRIORITY of " + length + " bytes (RFC 9113 §6.3)");
        }
        if ((number(payload, 0) & Integer.MAX_VALUE) == stream) {
            throw dependsOnItself(stream);
        }
        handler.ignored(Frames.PRIORITY, length);
    }

    private static Http2Exception dependsOnItself(int stream) {
        return Http2Exception.ofStream(
                stream, ErrorCode.PROTOCOL_ERROR, "a stream that depends on itself (RFC 7540 §5.3.1)");
    }

    private void reset() throws IOException {
        requireStream("RST_STREAM");
        requireLength("RST_STREAM", 4);
        handler.reset(stream, ErrorCode.of(number(payload, 0)));
    }

    private void settings() throws IOException {
        requireConnection("SETTINGS");
        if (has(Frames.ACK)) {
            requireLength("an acknowledgement of SETTINGS", 0);
            handler.settingsAcknowledged();
            return;
        }
        if (length % 6 != 0) {
            throw size("SETTINGS of " + length + " bytes (RFC 9113 §6.5)");
        }
        for (int i = 0; i < length; i += 6) {
            int id = ((payload[i] & 0xff) << 8) | (payload[i + 1] & 0xff);
            handler.setting(id, Integer.toUnsignedLong(number(payload, i + 2)));
        }
        handler.settingsEnd();
    }

    private void ping() throws IOException {
        requireConnection("PING");
        requireLength("PING", 8);
        long opaque = ((long) number(payload, 0) << 32) | Integer.toUnsignedLong(number(payload, 4));
        handler.ping(opaque, has(Frames.ACK));
    }

    private void goAway() throws IOException {
        requireConnection("GOAWAY");
        if (length < 8) {
            throw size("GOAWAY of " + length + " bytes (RFC 9113 §6.8)");
        }
        handler.goAway(number(payload, 0) & Integer.MAX_VALUE, ErrorCode.of(number(payload, 4)), debug(8, length));
    }

    /** What people may read in a log, where a line is a line. */
    private String debug(int from, int to) {
        StringBuilder text = new StringBuilder();
        for (int i = from; i < Math.min(to, from + MOST_DEBUG); i++) {
            text.append(payload[i] >= ' ' && payload[i] <= '~' ? (char) payload[i] : '?');
        }
        return text.toString();
    }

    private void window() throws IOException {
        requireLength("WINDOW_UPDATE", 4);
        int increment = number(payload, 0) & Integer.MAX_VALUE;
        if (increment == 0) {
            String why = "WINDOW_UPDATE by 0 (RFC 9113 §6.9)";
            throw stream == 0 ? protocol(why) : Http2Exception.ofStream(stream, ErrorCode.PROTOCOL_ERROR, why);
        }
        handler.window(stream, increment);
    }

    private boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /**
     * The length of the padding, which the first byte says.
     *
     * @param fixed how many other bytes follow that one
     */
    private int padding(int fixed) throws Http2Exception {
        if (length == 0) {
            throw size("a padded frame without the length of its padding (RFC 9113 §6.1)");
        }
        int padding = payload[0] & 0xff;
        if (padding > length - 1 - fixed) {
            throw protocol("a padding of " + padding + " bytes in a frame of " + length + " (RFC 9113 §6.1)");
        }
        return padding;
    }

    private void requireStream(String what) throws Http2Exception {
        if (stream == 0) {
            throw protocol(what + " without a stream (RFC 9113 §6)");
        }
    }

    private void requireConnection(String what) throws Http2Exception {
        if (stream != 0) {
            throw protocol(what + " for stream " + stream + ", where it is for the connection (RFC 9113 §6)");
        }
    }

    private void requireLength(String what, int exactly) throws Http2Exception {
        if (length != exactly) {
            throw size(what + " of " + length + " bytes, not " + exactly + " (RFC 9113 §6)");
        }
    }

    private static Http2Exception protocol(String why) {
        return Http2Exception.ofConnection(ErrorCode.PROTOCOL_ERROR, why);
    }

    private static Http2Exception size(String why) {
        return Http2Exception.ofConnection(ErrorCode.FRAME_SIZE_ERROR, why);
    }

    private static int number(byte[] bytes, int at) {
        return ((bytes[at] & 0xff) << 24)
                | ((bytes[at + 1] & 0xff) << 16)
                | ((bytes[at + 2] & 0xff) << 8)
                | (bytes[at + 3] & 0xff);
    }

    private void readFully(byte[] target, int from, int to) throws IOException {
        for (int at = from; at < to; ) {
            int n = in.read(target, at, to - at);
            if (n < 0) {
                throw new EOFException("the connection ended within a frame");
            }
            at += n;
        }
    }
}
