package dev.sluice.proxy.http1;

import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.syntax.Ascii;
import java.io.IOException;

/**
 * Reads the lines that chunks begin with: a size, and extensions, which are dropped (RFC 9112 §7.1.1). One for each
 * body.
 */
final class ChunkHead {
    /** Bytes of one line without its end, leading zeros and extensions included. */
    private static final int LINE_BYTES = 4 * 1024;

    /**
     * The bytes that all lines of a body may have beyond a size of {@link #SIZE_BYTES}, unless there is more content
     * than that.
     */
    private static final int EXTENSION_BYTES = 16 * 1024;

    /** More digits than any size needs. */
    private static final int SIZE_BYTES = 16;

    private final InputBuffer in;
    private final Side side;
    private long extensionBytes;
    private long contentBytes;

    ChunkHead(InputBuffer in, Side side) {
        this.in = in;
        this.side = side;
    }

    /** The size of the chunk that begins here, 0 for the last one; its line is used up. */
    long read() throws IOException {
        int sizeEnd = 0;
        long size = 0;
        for (int digit = hex(in.at(0)); digit >= 0; digit = hex(in.at(sizeEnd))) {
            if (size > Long.MAX_VALUE >> 4) {
                // RFC 9112 §7.1: expect an overflow.
                throw side.malformed("a chunk size that is too large");
            }
            size = size << 4 | digit;
            requireWithin(++sizeEnd);
        }
        if (sizeEnd == 0) {
            throw side.malformed("a chunk without a size");
        }
        int end = extensionsEnd(sizeEnd);
        if (in.at(end) != ByteSet.CR || in.at(end + 1) != ByteSet.LF) {
            // RFC 9112 §7.1, and §2.2 for a bare LF: the end of an extension is where readers have differed.
            throw side.malformed("a chunk size that is not followed by CRLF or an extension");
        }
        account(end, size);
        in.consume(end + 2);
        return size;
    }

    private int extensionsEnd(int from) throws IOException {
        // RFC 9112 §7.1.1: white space may come before the semicolon, and is no end of a line by itself. Some origins
        // still pad sizes to a fixed width; nobody needs that in a request.
        int mark = in.scan(ByteSet.BLANK, from, LINE_BYTES + 1);
        requireWithin(mark);
        if (in.at(mark) != ';') {
            return side == Side.RESPONSE ? mark : from;
        }
        int end = in.scan(ByteSet.TEXT, mark, LINE_BYTES + 1);
        requireWithin(end);
        return end;
    }

    /** RFC 9112 §7.1.1: limit the total of extensions, as a body of them could otherwise go on forever. */
    private void account(int lineBytes, long size) throws ProxyException {
        extensionBytes += Math.max(0, lineBytes - SIZE_BYTES);
        if (extensionBytes > EXTENSION_BYTES + contentBytes) {
            throw side.fault(Outcome.LIMIT_EXCEEDED, 413, "more chunk extensions than content");
        }
        // A reader comes back for the next line only when all these have arrived, so this does not overflow.
        contentBytes += size;
    }

    private void requireWithin(int offset) throws ProxyException {
        if (offset > LINE_BYTES) {
            throw side.fault(Outcome.LIMIT_EXCEEDED, 413, "a chunk's line of more than 4 KiB");
        }
    }

    private static int hex(byte c) {
        if (Ascii.isDigit(c)) {
            return c - '0';
        }
        int letter = c | 0x20;
        return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
    }
}
