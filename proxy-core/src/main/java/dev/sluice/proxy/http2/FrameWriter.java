package dev.sluice.proxy.http2;

import dev.sluice.proxy.http1.OutputBuffer;
import java.nio.charset.StandardCharsets;

/** Puts frames into a buffer (RFC 9113 §6), which is then written at once. */
public final class FrameWriter {
    private FrameWriter() {}

    /** What goes before so many bytes of DATA. */
    public static void dataHead(OutputBuffer out, int stream, int length, boolean end) {
        head(out, length, Frames.DATA, end ? Frames.END_STREAM : 0, stream);
    }

    /**
     * A block of fields, in as many frames as it needs.
     *
     * @param block what an encoder has put there
     * @param payload the largest payload that the peer takes
     * @param end whether no DATA follows
     */
    public static void fields(OutputBuffer out, int stream, OutputBuffer block, int payload, boolean end) {
        int at = 0;
        do {
            int length = Math.min(payload, block.size() - at);
            boolean first = at == 0;
            int flags = (first && end ? Frames.END_STREAM : 0) | (at + length == block.size() ? Frames.END_HEADERS : 0);
            head(out, length, first ? Frames.HEADERS : Frames.CONTINUATION, flags, stream);
            out.put(block.bytes(), at, length);
            at += length;
        } while (at < block.size());
    }

    /** RST_STREAM. */
    public static void reset(OutputBuffer out, int stream, ErrorCode code) {
        head(out, 4, Frames.RST_STREAM, 0, stream);
        number(out, code.code());
    }

    /**
     * SETTINGS.
     *
     * @param idsAndValues id, value, id, value and so on
     */
    public static void settings(OutputBuffer out, int... idsAndValues) {
        head(out, idsAndValues.length * 3, Frames.SETTINGS, 0, 0);
        for (int i = 0; i < idsAndValues.length; i += 2) {
            out.put(idsAndValues[i] >> 8);
            out.put(idsAndValues[i]);
            number(out, idsAndValues[i + 1]);
        }
    }

    /** Acknowledges SETTINGS. */
    public static void settingsAcknowledged(OutputBuffer out) {
        head(out, 0, Frames.SETTINGS, Frames.ACK, 0);
    }

    /** PING, or the answer to one. */
    public static void ping(OutputBuffer out, long opaque, boolean answer) {
        head(out, 8, Frames.PING, answer ? Frames.ACK : 0, 0);
        number(out, (int) (opaque >> 32));
        number(out, (int) opaque);
    }

    /**
     * GOAWAY.
     *
     * @param last the last stream for which anything is done
     * @param debug for people, in ASCII
     */
    public static void goAway(OutputBuffer out, int last, ErrorCode code, String debug) {
        byte[] text = debug.getBytes(StandardCharsets.US_ASCII);
        head(out, 8 + text.length, Frames.GOAWAY, 0, 0);
        number(out, last);
        number(out, code.code());
        out.put(text, 0, text.length);
    }

    /** WINDOW_UPDATE; stream 0 is the connection. */
    public static void window(OutputBuffer out, int stream, int increment) {
        head(out, 4, Frames.WINDOW_UPDATE, 0, stream);
        number(out, increment);
    }

    private static void head(OutputBuffer out, int length, int type, int flags, int stream) {
        out.put(length >> 16);
        out.put(length >> 8);
        out.put(length);
        out.put(type);
        out.put(flags);
        number(out, stream);
    }

    private static void number(OutputBuffer out, int value) {
        out.put(value >> 24);
        out.put(value >> 16);
        out.put(value >> 8);
        out.put(value);
    }
}
