package dev.sluice.proxy.transport.direct.multiplex;

import dev.sluice.proxy.http1.InputBuffer;
import dev.sluice.proxy.internal.BodyBuffers;
import java.io.IOException;

/**
 * Reads more than is asked for while large frames come: one call of the operating system then brings several of them, and
 * whoever reads their stream finds more at once. Between large frames it has no memory. For the thread that reads a connection.
 */
final class ReadAhead implements InputBuffer.Source {
    /** So much of a frame is missing only of a large one. */
    private static final int LARGE = 4 * 1024;

    private static final byte[] NONE = {};

    private final InputBuffer.Source in;
    private byte[] bytes = NONE;

    /** Whether all that was asked for was there the last time: a peer that stops within a frame is not to hold a buffer. */
    private boolean flows;

    private int begin;
    private int end;

    ReadAhead(InputBuffer.Source in) {
        this.in = in;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (begin == end) {
            if (length < LARGE || !flows) {
                int n = in.read(target, offset, length);
                flows = length >= LARGE ? n == length : flows;
                return n;
            }
            fill(length);
        }
        if (end == 0) {
            return -1;
        }
        int taken = Math.min(length, end - begin);
        System.arraycopy(bytes, begin, target, offset, taken);
        begin += taken;
        if (begin == end) {
            clear();
        }
        return taken;
    }

    /** Reads twice if need be, as the source may have kept the beginning of the frame from before. */
    private void fill(int length) throws IOException {
        bytes = BodyBuffers.take(BodyBuffers.BYTES);
        boolean read = false;
        try {
            end = Math.max(0, in.read(bytes, 0, bytes.length));
            if (end > 0 && end < length) {
                end += Math.max(0, in.read(bytes, end, bytes.length - end));
            }
            flows = end >= length;
            read = true;
        } finally {
            if (!read || end == 0) {
                clear();
            }
        }
    }

    private void clear() {
        BodyBuffers.give(bytes);
        bytes = NONE;
        begin = 0;
        end = 0;
    }
}
