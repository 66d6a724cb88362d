package dev.sluice.proxy.http1;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.header.rule.TrailerFields;
import java.io.EOFException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads one body in chunks (RFC 9112 §7.1). For one thread. Goes through {@code LINE} (a chunk's line is next), {@code
 * DATA}, {@code DATA_END} (the line end behind the data is next) and so on, then {@code TRAILERS} and {@code ENDED}; a
 * fault ends it for good.
 */
public final class ChunkedReader {
    private enum State {
        LINE,
        DATA,
        DATA_END,
        TRAILERS,
        ENDED
    }

    private final InputBuffer in;
    private final int headerBytes;
    private final int headerCount;
    private final Side side;
    private final ChunkHead head;
    private State state = State.LINE;

    /** Bytes of the current chunk's data still to come; positive only in {@code DATA}. */
    private long remaining;

    private Headers trailers = Headers.empty();
    private @Nullable ProxyException fault;

    /**
     * A reader of the body that begins with the next byte of {@code in}.
     *
     * @param headerBytes the most bytes of all trailer lines with their line ends
     * @param headerCount the most trailer lines
     * @param side whose body it is
     */
    public ChunkedReader(InputBuffer in, int headerBytes, int headerCount, Side side) {
        this.in = in;
        this.headerBytes = headerBytes;
        this.headerCount = headerCount;
        this.side = side;
        this.head = new ChunkHead(in, side);
    }

    /**
     * Reads content, and waits only for its first byte. A fault is thrown only after all content before it was
     * returned, and again by each later call.
     *
     * @return the number of bytes read, or -1 once the last chunk and the trailers have been read
     * @throws ProxyException if the body is malformed, or its lines exceed a limit: for a request BAD_REQUEST with 400
     *     or LIMIT_EXCEEDED with 413 or 431, for a response BAD_RESPONSE
     * @throws EOFException if the stream ended inside the body
     */
    public int read(byte[] target, int offset, int length) throws IOException {
        if (fault != null) {
            throw fault;
        }
        if (length == 0) {
            return 0;
        }
        if (remaining == 0 && !nextChunk()) {
            return -1;
        }
        int total = 0;
        do {
            int n = in.read(target, offset + total, (int) Math.min(length - total, remaining));
            if (n < 0) {
                throw new EOFException("the stream ended inside a chunk");
            }
            total += n;
            used(n);
        } while (total < length && available() > 0);
        return total;
    }

    /** The bytes of content that can be read without waiting, as far as is known. */
    public int available() {
        return (int) Math.min(remaining, in.available());
    }

    /**
     * Returns whether the end has been read; perhaps together with the last content, before {@link #read} returns -1.
     */
    public boolean ended() {
        return state == State.ENDED;
    }

    /** The trailer fields, without those that are not allowed (RFC 9110 §6.5.1). Empty until the end has been read. */
    public Headers trailers() {
        return trailers;
    }

    private void used(int count) throws IOException {
        remaining -= count;
        if (remaining == 0) {
            state = State.DATA_END;
            lookAhead();
        }
    }

    /** Goes on to the next data and returns true, or to the end of the body. */
    private boolean nextChunk() throws IOException {
        try {
            if (state == State.LINE || state == State.DATA_END) {
                line();
            }
            if (state == State.TRAILERS) {
                Headers received = new FieldSection(in, headerBytes, headerCount, side).read();
                trailers = TrailerFields.allowed(received);
                state = State.ENDED;
            }
            return state == State.DATA;
        } catch (ProxyException malformed) {
            fault = malformed;
            throw malformed;
        }
    }

    /**
     * Goes over the next chunk's line if all of it is here, so that many small chunks are read at once, and a reader
     * learns of the end together with the last content. A fault is kept for the next call.
     */
    private void lookAhead() throws IOException {
        if (in.find(ByteSet.LF, 2) < 0) {
            return;
        }
        try {
            line();
        } catch (ProxyException malformed) {
            fault = malformed;
            return;
        }
        boolean bare = state == State.TRAILERS && in.available() >= 2;
        if (bare && in.at(0) == ByteSet.CR && in.at(1) == ByteSet.LF) {
            in.consume(2);
            state = State.ENDED;
        }
    }

    private void line() throws IOException {
        if (state == State.DATA_END) {
            // RFC 9112 §7.1: what is between data and CRLF would be read by some as the next chunk.
            if (in.at(0) != ByteSet.CR || in.at(1) != ByteSet.LF) {
                throw side.malformed("a chunk's data is not followed by CRLF");
            }
            in.consume(2);
            state = State.LINE;
        }
        remaining = head.read();
        state = remaining == 0 ? State.TRAILERS : State.DATA;
    }
}
