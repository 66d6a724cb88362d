package dev.sluice.lab.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Finds the end of each response on a connection that does not block. It trusts the server: heads of up to 2 KB, and bodies
 * of known length. For one thread.
 */
final class ResponseReader {
    private static final int CAPACITY = 2 * 1024;
    private static final int IN_HEAD = -1;
    private static final String LENGTH = "\ncontent-length:";

    private final byte[] head = new byte[CAPACITY];
    private int filled;
    private long left = IN_HEAD;

    /**
     * Takes all that has arrived. Returns whether a response has ended with it.
     *
     * @throws IOException if it is not a 200 with {@code Content-Length}, or more has arrived than one response
     */
    boolean take(ByteBuffer arrived) throws IOException {
        while (left == IN_HEAD && arrived.hasRemaining()) {
            takeOfHead(arrived.get());
        }
        if (left == IN_HEAD) {
            return false;
        }
        int taken = (int) Math.min(left, arrived.remaining());
        arrived.position(arrived.position() + taken);
        left -= taken;
        if (left > 0) {
            return false;
        }
        if (arrived.hasRemaining()) {
            throw new IOException(arrived.remaining() + " bytes too many after a response");
        }
        left = IN_HEAD;
        filled = 0;
        return true;
    }

    private void takeOfHead(byte next) throws IOException {
        if (filled == CAPACITY) {
            throw new IOException("the head of a response has more than " + CAPACITY + " bytes");
        }
        head[filled++] = next;
        if (next == '\n' && filled >= 4 && head[filled - 2] == '\r' && head[filled - 3] == '\n') {
            left = bodyLength();
        }
    }

    private long bodyLength() throws IOException {
        String text = new String(head, 0, filled, StandardCharsets.ISO_8859_1);
        int length = text.toLowerCase(Locale.ROOT).indexOf(LENGTH);
        if (!text.startsWith("HTTP/1.1 200 ") || length < 0) {
            throw new IOException("not a 200 with Content-Length: " + text.substring(0, text.indexOf('\r')));
        }
        int begin = length + LENGTH.length();
        return Long.parseLong(text.substring(begin, text.indexOf('\r', begin)).strip());
    }
}
