package dev.sluice.proxy.cache.disk;

import org.jspecify.annotations.Nullable;

/**
 * A stored response, as the {@link Index} knows it: what its file's name says, and its place in the index. With a million
 * entries these are the store's memory, so there are numbers here and no objects. The index owns what changes.
 */
final class Entry {
    /** A file takes whole blocks of the disk. */
    static final int ROUNDED = 4096;

    final long keyHigh;
    final long keyLow;
    /** Grows with each commit: the response with the greater one is the newer one. */
    final long sequence;

    final long variant;
    final long bodyLength;
    final int headLength;

    /** The number of the newest head that stands in a file of its own; 0 for none. */
    int generation;
    /** The length of that head. */
    int newHeadLength;
    /** Returns whether it was asked for since the hand of the queue has passed. */
    boolean asked;

    boolean stored;
    /** Dropped, and its file may still be there. */
    boolean leaving;

    /** Whether all of the body has been read in this process, and was right. Set by any reader. */
    volatile boolean checked;

    @Nullable
    Entry nextInBucket;

    @Nullable
    Entry newer;

    @Nullable
    Entry older;

    Entry(KeyHash key, long sequence, long variant, long bodyLength, int headLength) {
        this.keyHigh = key.high();
        this.keyLow = key.low();
        this.sequence = sequence;
        this.variant = variant;
        this.bodyLength = bodyLength;
        this.headLength = headLength;
    }

    /** The bytes of the disk that its file takes, and its head, if that is in another one. */
    long bytes() {
        return onDisk(EntryForm.fileLength(bodyLength, headLength)) + headBytes(newHeadLength);
    }

    /** The bytes of the disk that a head in a file of its own takes; 0 for none. */
    static long headBytes(int length) {
        return length == 0 ? 0 : onDisk(EntryForm.headFileLength(length));
    }

    static long onDisk(long length) {
        return (length + ROUNDED - 1) / ROUNDED * ROUNDED;
    }
}
