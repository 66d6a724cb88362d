package dev.sluice.proxy.transport.direct.multiplex;

/** Bytes that have come and nobody has read: a ring that is as large as it must be. For one thread at a time. */
final class ReceivedBytes {
    private static final int SMALLEST = 1024;
    private static final byte[] NONE = {};

    private byte[] ring = NONE;
    private int begin;
    private int size;

    int size() {
        return size;
    }

    void add(byte[] bytes, int offset, int length) {
        if (size + length > ring.length) {
            grow(size + length);
        }
        int end = (begin + size) & (ring.length - 1);
        int first = Math.min(length, ring.length - end);
        System.arraycopy(bytes, offset, ring, end, first);
        System.arraycopy(bytes, offset + first, ring, 0, length - first);
        size += length;
    }

    /** Takes what is there, up to so many bytes. The memory goes with the last of them. */
    int take(byte[] target, int offset, int length) {
        int taken = Math.min(length, size);
        copy(target, offset, taken);
        begin = (begin + taken) & Math.max(0, ring.length - 1);
        size -= taken;
        if (size == 0) {
            clear();
        }
        return taken;
    }

    void clear() {
        ring = NONE;
        begin = 0;
        size = 0;
    }

    private void copy(byte[] target, int offset, int length) {
        int first = Math.min(length, ring.length - begin);
        System.arraycopy(ring, begin, target, offset, first);
        System.arraycopy(ring, 0, target, offset + first, length - first);
    }

    private void grow(int least) {
        int wanted = Math.max(SMALLEST, Integer.highestOneBit(Math.max(1, least - 1)) << 1);
        byte[] larger = new byte[wanted];
        copy(larger, 0, size);
        ring = larger;
        begin = 0;
    }
}
