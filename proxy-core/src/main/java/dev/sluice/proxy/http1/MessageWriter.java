package dev.sluice.proxy.http1;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.syntax.ConnectionFields;

/**
 * Writes heads, and the end of a body in chunks, into an {@link OutputBuffer}. All lines say HTTP/1.1, which is the
 * sender's version and not that of a message it passes on (RFC 9110 §6.2). Pure functions, except for the buffer.
 *
 * <p>A head is a request line or a status line, then field lines ({@link #fields}, {@link OutputBuffer#field}) in any
 * number, then {@link OutputBuffer#crlf}.
 */
public final class MessageWriter {
    private static final String REQUEST_LINE_END = " HTTP/1.1\r\n";

    private MessageWriter() {}

    /**
     * Writes a request line (RFC 9112 §3).
     *
     * @throws IllegalArgumentException if the method is not a token, or the target is empty or has white space, a
     *     control character or one above U+00FF
     */
    public static void requestLine(OutputBuffer out, String method, String target) {
        if (!Headers.isToken(method)) {
            throw new IllegalArgumentException("method is not a token");
        }
        requireTarget(target);
        out.latin1(method);
        out.put(' ');
        out.latin1(target);
        out.latin1(REQUEST_LINE_END);
    }

    /**
     * Writes a status line (RFC 9112 §4) with the reason phrase of the registry, or an empty one.
     *
     * @throws IllegalArgumentException if the status is not one of 100 to 999
     */
    public static void statusLine(OutputBuffer out, int status) {
        byte[] line = StatusLines.of(status);
        out.put(line, 0, line.length);
    }

    /** Writes all field lines in their order and case. */
    public static void fields(OutputBuffer out, Headers headers) {
        int size = headers.size();
        for (int i = 0; i < size; i++) {
            out.field(headers.name(i), headers.value(i));
        }
    }

    /**
     * Writes the end of a body in chunks: the last chunk's line, the trailers, the empty line (RFC 9112 §7.1). Fields that
     * are about the connection or the framing come only before a body, and are left out.
     */
    public static void lastChunk(OutputBuffer out, Headers trailers) {
        out.chunkHead(0);
        fields(out, trailers.without(ConnectionFields::isOfResponse));
        out.crlf();
    }

    /** The last guard of the request line: a target can never add a line to a request. */
    private static void requireTarget(String target) {
        if (target.isEmpty()) {
            throw new IllegalArgumentException("request target is empty");
        }
        for (int i = 0; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c <= ' ' || c == 0x7f || c > 0xff) {
                throw new IllegalArgumentException("request target has a character that is not allowed at index " + i);
            }
        }
    }
}
