package dev.sluice.proxy.http1;

import dev.sluice.proxy.internal.BodyBuffers;

/**
 * A chunk in a buffer of {@link BodyBuffers} (RFC 9112 §7.1): the data is read to its place, and its length put before
 * and a line's end behind it, so that one write sends all three. Pure functions, except for the buffer.
 */
public final class ChunkFrame {
    /** Where the data begins: four hexadecimal digits and a line's end go before it. */
    public static final int DATA_AT = 6;

    /** The room after the data: a line's end. */
    public static final int BEHIND_DATA = 2;

    /** The most data that a whole buffer has room for: its length has no more digits than go before it. */
    public static final int DATA_BYTES = BodyBuffers.BYTES - DATA_AT - BEHIND_DATA;

    private ChunkFrame() {}

    /**
     * Completes a chunk.
     *
     * @param length of the data at {@link #DATA_AT}, at least 1: a chunk of 0 would be the last one
     * @return where the chunk begins; it ends at {@link #end}
     */
    public static int begin(byte[] buffer, int length) {
        int start = DATA_AT;
        buffer[--start] = '\n';
        buffer[--start] = '\r';
        for (int rest = length; rest > 0; rest >>>= 4) {
            buffer[--start] = (byte) Character.forDigit(rest & 15, 16);
        }
        int end = DATA_AT + length;
        buffer[end] = '\r';
        buffer[end + 1] = '\n';
        return start;
    }

    /** Where a chunk with this much data ends. */
    public static int end(int length) {
        return DATA_AT + length + BEHIND_DATA;
    }
}
