package dev.sluice.proxy.wire;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Bytes that came from the peer and wait for the next read. Guarded by its owner's lock, except for {@link #size}. */
final class Kept {
    private static final byte[] NONE = {};

    private byte[] bytes = NONE;
    private int from;
    private int to;
    private volatile int size;

    /** For any thread. */
    int size() {
        return size;
    }

    int take(byte[] target, int offset, int length) {
        int n = Math.min(length, to - from);
        System.arraycopy(bytes, from, target, offset, n);
        from += n;
        trim();
        size = to - from;
        return n;
    }

    /** An idle connection holds no memory. */
    void trim() {
        if (from == to) {
            bytes = NONE;
            from = 0;
            to = 0;
        }
    }

    void putFirst(byte[] source, int offset, int length) {
        int rest = to - from;
        if (from < length) {
            byte[] larger = new byte[length + rest];
            System.arraycopy(bytes, from, larger, length, rest);
            bytes = larger;
            from = length;
            to = length + rest;
        }
        from -= length;
        System.arraycopy(source, offset, bytes, from, length);
        size = to - from;
    }

    /** Room for the next bytes, until {@link #added}: at most up to {@code limit} bytes in total. */
    ByteBuffer room(int limit) {
        if (from > 0 || bytes.length < limit) {
            byte[] larger = Arrays.copyOf(Arrays.copyOfRange(bytes, from, to), Math.max(limit, to - from));
            to -= from;
            from = 0;
            bytes = larger;
        }
        return ByteBuffer.wrap(bytes, to, Math.max(0, limit - to));
    }

    void added(int n) {
        to += n;
        size = to - from;
    }
}
