package dev.sluice.proxy.testing.gateway;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.http1.ChunkedReader;
import dev.sluice.proxy.http1.InputBuffer;
import dev.sluice.proxy.http1.Side;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The body of one request on a connection, which is read as far as it is asked for. For one thread. */
final class RequestBody {
    private final InputBuffer in;
    private final @Nullable ChunkedReader chunks;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final byte[] piece = new byte[8192];
    private long left;

    /**
     * A body of which nothing was read.
     *
     * @param length the number of bytes, or {@link Body#UNKNOWN} if it is in chunks
     */
    RequestBody(InputBuffer in, long length, int trailerBytes, int trailerCount) {
        this.in = in;
        this.chunks = length == Body.UNKNOWN ? new ChunkedReader(in, trailerBytes, trailerCount, Side.REQUEST) : null;
        this.left = length;
    }

    /**
     * Reads until it has so many bytes, or is whole.
     *
     * @throws IOException if it is malformed, or the client ends within it
     */
    void readTo(int count) throws IOException {
        while (bytes.size() < count && !ended()) {
            int n = read(count - bytes.size());
            bytes.write(piece, 0, Math.max(n, 0));
        }
    }

    /** Reads some more of it and drops that; false at its end. */
    boolean drop() throws IOException {
        return !ended() && read(piece.length) >= 0;
    }

    private int read(int most) throws IOException {
        int length = Math.min(piece.length, most);
        if (chunks != null) {
            return chunks.read(piece, 0, length);
        }
        int n = in.read(piece, 0, (int) Math.min(length, left));
        if (n < 0) {
            throw new EOFException("the client ended within a body");
        }
        left -= n;
        return n;
    }

    /** Returns whether its end was read. */
    boolean ended() {
        return chunks != null ? chunks.ended() : left == 0;
    }

    int size() {
        return bytes.size();
    }

    /** What was read and not dropped. */
    byte[] bytes() {
        return bytes.toByteArray();
    }

    /** Empty before its end. */
    Headers trailers() {
        return chunks == null ? Headers.empty() : chunks.trailers();
    }
}
