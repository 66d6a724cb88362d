package dev.sluice.proxy.transport.direct;

/**
 * A chunk in a buffer of {@link BodyBuffers} (RFC 9112 §7.1): the data is read to its place, and its length put before and a
 * line's end behind it, so that one write sends all three. Pure functions but for the buffer.
 */
final class ChunkFrame {
    /** Where the data begins: four hexadecimal digits and a line's end go before it. */
    static final int DATA_AT = 6;

    /** The most data that a buffer has room for. */
    static final int DATA_BYTES = BodyBuffers.BYTES - DATA_AT - 2;

    private ChunkFrame() {}

    /**
     * Completes a chunk.
     *
     * @param length of the data at {@link #DATA_AT}, at least 1: a chunk of 0 would be the last one
     * @return where the chunk begins; it ends at {@link #end}
     */
    static int begin(byte[] buffer, int length) {
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

    /** Where a chunk with so much data ends. */
    static int end(int length) {
        return DATA_AT + length + 2;
    }
}
