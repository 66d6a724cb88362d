package dev.sluice.proxy.internal;

import java.util.concurrent.ArrayBlockingQueue;

/**
 * The buffers that bodies pass through, kept for reuse: at 64 KiB each a system call moves enough, and making a new
 * one for every response would cost more than a small response itself. Safe for use by many threads.
 */
public final class BodyBuffers {
    /** How long a whole one is. */
    public static final int BYTES = 64 * 1024;

    /** At most 16 MiB; further buffers are left to the garbage collector. */
    private static final int KEPT = 256;

    private static final ArrayBlockingQueue<byte[]> FREE = new ArrayBlockingQueue<>(KEPT);

    private BodyBuffers() {}

    /**
     * A buffer for a body of this length, or of an unknown one, with what it last had: where none is free, no larger
     * than the body needs, so that thousands of small responses at once do not take 64 KiB each.
     */
    public static byte[] take(long length) {
        byte[] free = FREE.poll();
        return free != null ? free : new byte[length < 0 ? BYTES : (int) Math.min(BYTES, length)];
    }

    /** Gives a buffer back, which is not to be touched after that. */
    public static void give(byte[] buffer) {
        if (buffer.length == BYTES) {
            FREE.offer(buffer);
        }
    }
}
