package dev.sluice.proxy.http1;

import dev.sluice.proxy.internal.Require;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The bytes that were received and not yet used. For one reader at a time. Between two messages, the owner of the
 * connection may call {@link #trim}, which frees memory.
 *
 * <p>The bytes in use are those from {@code position} to {@code limit}. Readers of this package address them by their
 * offset from {@code position}, which stays true when filling moves them.
 */
public final class InputBuffer {
    /** Where bytes come from. */
    @FunctionalInterface
    public interface Source {
        /**
         * Reads the available bytes, and waits for the first.
         *
         * @return the number of bytes read, at least 1, or -1 at the end
         */
        int read(byte[] target, int offset, int length) throws IOException;
    }

    /** The least size between two messages: a head without cookies fits. */
    private static final int SMALL_BYTES = 512;

    private final Source source;
    private final int initialBytes;
    private byte[] bytes;
    private int position;
    private int limit;

    /** How many bytes there were at most since {@link #trim}. */
    private int peak;

    /**
     * An empty buffer.
     *
     * @param initialBytes its usual size; it may begin with less, and doubles when one line does not fit
     * @throws IllegalArgumentException if initialBytes is not positive
     */
    public InputBuffer(Source source, int initialBytes) {
        Require.positive("initialBytes", initialBytes);
        this.source = source;
        this.initialBytes = initialBytes;
        this.bytes = new byte[Math.min(SMALL_BYTES, initialBytes)];
    }

    /**
     * Waits for at least one more byte and keeps those that are here. The buffer grows when it is full: a caller that
     * does not use bytes must limit it.
     *
     * @return false at the end of the stream
     */
    public boolean fill() throws IOException {
        makeRoom();
        int n = source.read(bytes, limit, bytes.length - limit);
        if (n < 0) {
            return false;
        }
        limit += n;
        peak = Math.max(peak, limit);
        return true;
    }

    /** The bytes that are here, unread. */
    public int available() {
        return limit - position;
    }

    /**
     * Reads what is here, else waits for what the source has. Many bytes go straight to the target.
     *
     * @return the number of bytes read, at least 1 unless length is 0, or -1 at the end of the stream
     */
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (position == limit) {
            if (length >= initialBytes) {
                return source.read(target, offset, length);
            }
            if (!fill()) {
                return -1;
            }
        }
        int n = Math.min(length, limit - position);
        System.arraycopy(bytes, position, target, offset, n);
        position += n;
        return n;
    }

    /**
     * Gives the memory back that the last message did not need, for the time between two messages: the next one is often as
     * long.
     */
    public void trim() {
        int kept = available();
        int wanted = Math.max(kept, Math.min(initialBytes, Math.max(SMALL_BYTES, size(peak))));
        byte[] target = bytes.length == wanted ? bytes : new byte[wanted];
        System.arraycopy(bytes, position, target, 0, kept);
        bytes = target;
        position = 0;
        limit = kept;
        peak = kept;
    }

    /** The least power of two that is more. */
    private static int size(int used) {
        return Math.max(1, Integer.highestOneBit(used) << 1);
    }

    /**
     * The byte {@code offset} bytes ahead, waited for.
     *
     * @throws EOFException if the stream ends before it
     */
    byte at(int offset) throws IOException {
        while (offset >= limit - position) {
            need();
        }
        return bytes[position + offset];
    }

    /**
     * Returns whether the next bytes are these, which then are used; waits for as many of them as are needed to know.
     *
     * @throws EOFException if the stream ends before it is known
     */
    public boolean begins(byte[] with) throws IOException {
        for (int i = 0; i < with.length; i++) {
            if (at(i) != with[i]) {
                return false;
            }
        }
        consume(with.length);
        return true;
    }

    /**
     * The offset of the first byte from {@code from} on that is not in {@code set}, or {@code to} when all before that
     * are; so a caller that allows n bytes asks up to n + 1 and refuses that. The result depends on no later byte.
     *
     * @throws EOFException if the stream ends before that is known
     */
    int scan(ByteSet set, int from, int to) throws IOException {
        int offset = from;
        while (true) {
            int end = position + Math.min(limit - position, to);
            int found = set.end(bytes, position + offset, end);
            offset = found - position;
            if (found < end || offset >= to) {
                return offset;
            }
            need();
        }
    }

    /** The offset of the first {@code wanted} from {@code from} on among the bytes that are here, or -1. */
    int find(byte wanted, int from) {
        for (int i = position + from; i < limit; i++) {
            if (bytes[i] == wanted) {
                return i - position;
            }
        }
        return -1;
    }

    /** The bytes at these offsets, which are here, in Latin-1. */
    String text(int from, int to) {
        return new String(bytes, position + from, to - from, StandardCharsets.ISO_8859_1);
    }

    /** The bytes at these offsets, which are here, in Latin-1: {@code likely} itself when that is the same text. */
    String text(int from, int to, @Nullable String likely) {
        if (likely == null || likely.length() != to - from) {
            return text(from, to);
        }
        for (int i = from; i < to; i++) {
            if (likely.charAt(i - from) != (bytes[position + i] & 0xff)) {
                return text(from, to);
            }
        }
        return likely;
    }

    /** The bytes at these offsets, which are here, as a name: usually a shared object. */
    String name(NameTable names, int from, int to) {
        return names.of(bytes, position + from, to - from);
    }

    /** Marks the first {@code count} bytes, which are here, as used. */
    void consume(int count) {
        position += count;
    }

    private void need() throws IOException {
        if (!fill()) {
            throw new EOFException("the stream ended inside a message");
        }
    }

    private void makeRoom() {
        if (position == limit) {
            position = 0;
            limit = 0;
        } else if (limit == bytes.length) {
            int kept = limit - position;
            // A line that takes more than half would otherwise be moved again and again for a few bytes each time.
            boolean moves = kept <= bytes.length / 2;
            byte[] target = moves ? bytes : Arrays.copyOf(bytes, grown(bytes.length));
            System.arraycopy(bytes, position, target, 0, kept);
            bytes = target;
            position = 0;
            limit = kept;
        }
    }

    private static int grown(int length) {
        return length < (1 << 30) ? length * 2 : Integer.MAX_VALUE - 8;
    }
}
