package dev.sluice.proxy.wire;

import java.nio.ByteBuffer;

/** The array of the last call as a buffer, since callers usually pass the same one. Guarded by its owner's lock. */
final class ArrayView {
    /** A view of a larger array would hold too much memory while the connection is idle. */
    private static final int VIEWED_BYTES = 8 * 1024;

    private static final byte[] NONE = {};

    private byte[] array = NONE;
    private ByteBuffer buffer = ByteBuffer.wrap(array);

    @SuppressWarnings("ReferenceEquality") // the same array, not an equal one
    ByteBuffer of(byte[] bytes, int offset, int length) {
        ByteBuffer view = bytes == array ? buffer.clear() : wrap(bytes);
        return view.limit(offset + length).position(offset);
    }

    /** The array belongs to its user alone again. */
    void forget() {
        array = NONE;
        buffer = ByteBuffer.wrap(NONE);
    }

    private ByteBuffer wrap(byte[] bytes) {
        ByteBuffer view = ByteBuffer.wrap(bytes);
        if (bytes.length <= VIEWED_BYTES) {
            array = bytes;
            buffer = view;
        }
        return view;
    }
}
