package dev.sluice.lab.bench;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads messages of a trusted peer: heads of up to 16 KB, and bodies of known length. For one thread. */
final class HeadReader {
    private static final int CAPACITY = 16 * 1024;

    private final InputStream in;
    private final byte[] bytes = new byte[CAPACITY];
    private int end;
    private int filled;

    HeadReader(InputStream in) {
        this.in = in;
    }

    /** Reads up to the end of the next head. Returns false if the peer has closed before it. */
    boolean next() throws IOException {
        System.arraycopy(bytes, end, bytes, 0, filled - end);
        filled -= end;
        end = 0;
        int seen = 0;
        while (true) {
            for (int i = seen; i + 3 < filled; i++) {
                if (bytes[i] == '\r' && bytes[i + 1] == '\n' && bytes[i + 2] == '\r' && bytes[i + 3] == '\n') {
                    end = i + 4;
                    return true;
                }
            }
            seen = Math.max(0, filled - 3);
            int count = in.read(bytes, filled, bytes.length - filled);
            if (count <= 0) {
                return false;
            }
            filled += count;
        }
    }

    /** The request line or status line of the head. */
    String firstLine() {
        int stop = 0;
        while (bytes[stop] != '\r') {
            stop++;
        }
        return new String(bytes, 0, stop, StandardCharsets.ISO_8859_1);
    }

    /** The value of a field of the head, or null. */
    @Nullable
    String field(String name) {
        String head = new String(bytes, 0, end, StandardCharsets.ISO_8859_1);
        for (String line : head.lines().toList()) {
            if (line.regionMatches(true, 0, name + ':', 0, name.length() + 1)) {
                return line.substring(name.length() + 1).strip();
            }
        }
        return null;
    }

    /**
     * Skips this number of bytes after the head.
     *
     * @throws EOFException if the peer closes first
     */
    void skip(long length) throws IOException {
        long left = length - Math.min(length, filled - end);
        end += (int) (length - left);
        while (left > 0) {
            int count = in.read(bytes, 0, (int) Math.min(left, bytes.length));
            if (count < 0) {
                throw new EOFException("the connection closed in a body");
            }
            left -= count;
        }
    }
}
