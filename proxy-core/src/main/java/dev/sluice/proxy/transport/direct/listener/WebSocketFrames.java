package dev.sluice.proxy.transport.direct.listener;

/**
 * Follows the frames of one direction of a WebSocket (RFC 6455 §5.2), so that our own frame can be put between two of
 * them, as a control frame may be (§5.4). It reads only headers, and no byte of a payload. For one thread at a time.
 */
final class WebSocketFrames {
    private static final int SHORTEST_HEADER_BYTES = 2;
    private static final int MASK_BYTES = 4;
    private static final int CLOSE = 0x8;

    /** The bytes of the header that have come, and how many it has; 0 while nothing of a frame has come. */
    private int headerAt;

    private int headerBytes;
    private int extendedBytes;
    private boolean close;
    private boolean closed;

    /** The rest of the payload, or the known part of its length while the header is read. */
    private long left;

    /**
     * Takes note of bytes that have come.
     *
     * @return the index after the last frame that ends among them, or -1 if none does
     */
    int pass(byte[] bytes, int length) {
        int boundary = -1;
        int at = 0;
        while (at < length) {
            if (headerAt < SHORTEST_HEADER_BYTES || headerAt < headerBytes) {
                header(bytes[at++] & 0xff);
            } else {
                int n = (int) Math.min(left, length - at);
                at += n;
                left -= n;
            }
            if (headerAt >= SHORTEST_HEADER_BYTES && headerAt == headerBytes && left == 0) {
                headerAt = 0;
                closed = closed || close;
                boundary = at;
            }
        }
        return boundary;
    }

    private void header(int next) {
        switch (headerAt) {
            case 0 -> {
                close = (next & 0xf) == CLOSE;
                left = 0;
            }
            case 1 -> secondByte(next);
            default -> {
                if (headerAt < SHORTEST_HEADER_BYTES + extendedBytes) {
                    left = left << 8 | next;
                }
            }
        }
        headerAt++;
        if (headerAt == headerBytes && left < 0) {
            // The highest bit must be 0 (§5.2): what comes now is no frame, and its end is not known.
            left = Long.MAX_VALUE;
        }
    }

    private void secondByte(int next) {
        int length = next & 0x7f;
        extendedBytes = length == 127 ? 8 : length == 126 ? 2 : 0;
        left = extendedBytes == 0 ? length : 0;
        headerBytes = SHORTEST_HEADER_BYTES + extendedBytes + ((next & 0x80) == 0 ? 0 : MASK_BYTES);
    }

    /** Returns whether the last byte was the last of a frame, or none has come. */
    boolean between() {
        return headerAt == 0;
    }

    /** Returns whether a close frame has come, after which no other does (§5.5.1). */
    boolean closed() {
        return closed;
    }
}
