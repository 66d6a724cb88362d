package dev.sluice.proxy.http1;

import dev.sluice.proxy.internal.Require;
import java.util.Arrays;

/**
 * Collects a head, and a small body behind it, so that both are written at once. For one thread; used again for each
 * message of a connection.
 */
public final class OutputBuffer {
    private static final int LONGEST_NUMBER = 20;

    /** A head with a small body after it: to make the buffer again for each costs more than to keep it. */
    private static final int USUAL_BYTES = 4 * 1024;

    private final int initialBytes;
    private byte[] bytes;
    private int size;

    /**
     * An empty buffer.
     *
     * @param initialBytes its size, which doubles when something does not fit
     * @throws IllegalArgumentException if initialBytes is not positive
     */
    public OutputBuffer(int initialBytes) {
        Require.positive("initialBytes", initialBytes);
        this.initialBytes = initialBytes;
        this.bytes = new byte[initialBytes];
    }

    /** The array whose first {@link #size()} bytes are what was collected. Another one after the buffer has grown. */
    public byte[] bytes() {
        return bytes;
    }

    /** The number of bytes collected. */
    public int size() {
        return size;
    }

    /** Drops what was collected, and gives memory back when the buffer has grown beyond what is usual. */
    public void reset() {
        size = 0;
        if (bytes.length > Math.max(initialBytes, USUAL_BYTES)) {
            bytes = new byte[initialBytes];
        }
    }

    /** Drops what was collected, and keeps the memory: as much will come soon. */
    public void rewind() {
        size = 0;
    }

    /**
     * Adds text, each character as one byte.
     *
     * @param text without characters above U+00FF, whose bytes would be others; not checked here
     */
    public void latin1(String text) {
        reserve(text.length());
        append(text);
    }

    /**
     * Adds a field line.
     *
     * @param name a token
     * @param value without control characters, and none above U+00FF; as all in {@link dev.sluice.proxy.Headers} are.
     *     Not checked here
     */
    public void field(String name, String value) {
        reserve(name.length() + value.length() + 4);
        append(name);
        bytes[size++] = ':';
        bytes[size++] = ' ';
        append(value);
        bytes[size++] = ByteSet.CR;
        bytes[size++] = ByteSet.LF;
    }

    /** Adds a line's end. */
    public void crlf() {
        reserve(2);
        bytes[size++] = ByteSet.CR;
        bytes[size++] = ByteSet.LF;
    }

    /** Adds one byte. */
    public void put(int value) {
        reserve(1);
        bytes[size++] = (byte) value;
    }

    /** Adds bytes. */
    public void put(byte[] source, int offset, int length) {
        reserve(length);
        System.arraycopy(source, offset, bytes, size, length);
        size += length;
    }

    /**
     * Makes room for bytes that somebody puts there: into {@link #bytes()}, behind {@link #size()}. {@link #added} follows.
     */
    public void room(int more) {
        reserve(more);
    }

    /** So many bytes have been put into the {@link #room}. */
    public void added(int more) {
        size += more;
    }

    /** Returns whether so many more bytes fit into what is kept for the next message. */
    public boolean isUsual(long more) {
        return size + more <= Math.max(initialBytes, USUAL_BYTES);
    }

    /**
     * Adds a number in decimal digits.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public void number(long value) {
        requireNotNegative(value);
        reserve(LONGEST_NUMBER);
        int end = size + digits(value, 10);
        long rest = value;
        for (int i = end - 1; i >= size; i--) {
            bytes[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        size = end;
    }

    /**
     * Adds the line that a chunk begins with (RFC 9112 §7.1). With 0 it is the last chunk's.
     *
     * @param length of the chunk's data in bytes
     * @throws IllegalArgumentException if it is negative
     */
    public void chunkHead(int length) {
        requireNotNegative(length);
        reserve(LONGEST_NUMBER);
        int end = size + digits(length, 16);
        int rest = length;
        for (int i = end - 1; i >= size; i--) {
            int digit = rest & 15;
            bytes[i] = (byte) (digit < 10 ? '0' + digit : 'a' + digit - 10);
            rest >>>= 4;
        }
        size = end;
        crlf();
    }

    private static int digits(long value, int base) {
        int digits = 1;
        for (long rest = value / base; rest > 0; rest /= base) {
            digits++;
        }
        return digits;
    }

    private static void requireNotNegative(long value) {
        if (value < 0) {
            throw new IllegalArgumentException("must not be negative: " + value);
        }
    }

    /** The method is deprecated for what it does with other characters; for these it is exact and copies bytes once. */
    @SuppressWarnings("deprecation")
    private void append(String text) {
        int length = text.length();
        text.getBytes(0, length, bytes, size);
        size += length;
    }

    private void reserve(int more) {
        if (more > bytes.length - size) {
            long needed = (long) size + more;
            if (needed > Integer.MAX_VALUE - 8) {
                throw new IllegalStateException("more than 2 GiB to write at once");
            }
            bytes = Arrays.copyOf(bytes, (int) Math.min(Integer.MAX_VALUE - 8, Math.max(needed, 2L * bytes.length)));
        }
    }
}
