package dev.sluice.proxy.content;

import java.io.OutputStream;
import java.util.Arrays;

/** Bytes that an encoder has written and nobody has taken yet. For one thread. */
final class Pending extends OutputStream {
    private byte[] bytes = new byte[1024];
    private int from;
    private int to;

    int size() {
        return to - from;
    }

    @Override
    public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int length) {
        if (length > bytes.length - to) {
            byte[] room =
                    size() + length <= bytes.length ? bytes : new byte[Math.max(2 * bytes.length, size() + length)];
            System.arraycopy(bytes, from, room, 0, size());
            to = size();
            from = 0;
            bytes = room;
        }
        System.arraycopy(source, offset, bytes, to, length);
        to += length;
    }

    /** Moves up to {@code length} bytes to {@code target}; returns how many. */
    int take(byte[] target, int offset, int length) {
        int n = Math.min(length, size());
        System.arraycopy(bytes, from, target, offset, n);
        from += n;
        if (from == to) {
            from = 0;
            to = 0;
        }
        return n;
    }

    byte[] all() {
        return Arrays.copyOfRange(bytes, from, to);
    }
}
