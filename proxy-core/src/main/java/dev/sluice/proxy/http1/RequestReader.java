package dev.sluice.proxy.http1;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import java.io.EOFException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the heads of requests (RFC 9112 §2.2, §3, §5). One for each connection, used again for each request; not any
 * more once it has thrown. A fault is refused at the byte that shows it, and no later byte is waited for.
 */
public final class RequestReader {
    /** Longer than any method in the registry of IANA. */
    private static final int METHOD_BYTES = 64;

    /** The greatest limit: the sum of a limit and an offset must stay an int. */
    static final int LARGEST_LIMIT = 1 << 29;

    private static final int HTTP_2 = 20;

    private static final String WITHOUT_AGREEMENT =
            "a client may begin with it only over TLS by ALPN, or without TLS where priorKnowledge(true) is set";

    private final InputBuffer in;
    private final int targetLength;
    private final FieldSection fields;

    /**
     * A reader of what comes into {@code in}.
     *
     * @param targetLength bytes of a request target; above it 414
     * @param headerBytes bytes of all field lines with their line ends; above it 431
     * @param headerCount field lines; above it 431
     */
    public RequestReader(InputBuffer in, int targetLength, int headerBytes, int headerCount) {
        this.in = in;
        this.targetLength = Math.min(targetLength, LARGEST_LIMIT);
        this.fields = new FieldSection(in, headerBytes, headerCount, Side.REQUEST);
    }

    /**
     * The next request's head; what follows it stays in the buffer.
     *
     * @return null if the stream ended before the first byte of a request line
     * @throws ProxyException if the head is not to be accepted: BAD_REQUEST with 400, LIMIT_EXCEEDED with 414 or 431,
     *     NOT_SUPPORTED with 501 or 505
     * @throws EOFException if the stream ended inside the head
     */
    public @Nullable RequestHead read() throws IOException {
        if (!arrives()) {
            return null;
        }
        // RFC 9112 §2.2: an empty line before the request line is ignored; one, as some clients end a body with it.
        if (in.at(0) == ByteSet.CR) {
            requireLineEnd(0);
            in.consume(2);
            if (!arrives()) {
                return null;
            }
        }
        int methodEnd = methodEnd();
        int targetEnd = targetEnd(methodEnd + 1);
        HttpVersion version = version(targetEnd + 1);
        String method = in.name(NameTable.METHODS, 0, methodEnd);
        String target = in.text(methodEnd + 1, targetEnd);
        in.consume(targetEnd + 1 + VersionText.LENGTH + 2);
        Headers headers = fields.read();
        return new RequestHead(method, target, version, headers);
    }

    private boolean arrives() throws IOException {
        return in.available() > 0 || in.fill();
    }

    private int methodEnd() throws IOException {
        int end = in.scan(ByteSet.TOKEN, 0, METHOD_BYTES + 1);
        if (end > METHOD_BYTES) {
            // RFC 9112 §3: 501 for a method longer than any that is implemented.
            throw ProxyException.refused(Outcome.NOT_SUPPORTED, 501, "a method of more than 64 characters");
        }
        if (end == 0) {
            // For example a TLS handshake on a plain port.
            throw Side.REQUEST.malformed("what was received does not begin with a method");
        }
        // RFC 9112 §3: exactly one space. Leniency is allowed there, and named as a source of vulnerabilities.
        if (in.at(end) != ' ') {
            throw Side.REQUEST.malformed("the method is not followed by a space");
        }
        return end;
    }

    private int targetEnd(int from) throws IOException {
        int end = in.scan(ByteSet.TARGET, from, from + targetLength + 1);
        if (end - from > targetLength) {
            // RFC 9112 §3: 414 for a target longer than what one wishes to parse.
            throw ProxyException.refused(
                    Outcome.LIMIT_EXCEEDED, 414, "a request target of more than " + targetLength + " bytes");
        }
        if (end == from) {
            throw Side.REQUEST.malformed("no request target after the method and one space");
        }
        if (in.at(end) != ' ') {
            // RFC 9112 §3.2: no white space inside, and no "simple request" of HTTP/0.9, which has no version.
            throw Side.REQUEST.malformed("the request target is not followed by a space and a version");
        }
        return end;
    }

    private HttpVersion version(int from) throws IOException {
        int number = VersionText.read(in, from, Side.REQUEST);
        requireLineEnd(from + VersionText.LENGTH);
        HttpVersion version = VersionText.of(number);
        if (version == null) {
            // RFC 9110 §15.6.6.
            String detail = "HTTP/" + number / 10 + '.' + number % 10 + " is not supported here";
            throw number == HTTP_2
                    ? ProxyException.refused(Outcome.NOT_SUPPORTED, 505, detail, WITHOUT_AGREEMENT)
                    : ProxyException.refused(Outcome.NOT_SUPPORTED, 505, detail);
        }
        return version;
    }

    private void requireLineEnd(int offset) throws IOException {
        // RFC 9112 §2.2: a bare CR is invalid; a bare LF may be read as a line's end, but not all readers do.
        if (in.at(offset) != ByteSet.CR || in.at(offset + 1) != ByteSet.LF) {
            throw Side.REQUEST.malformed("the request line does not end with CRLF");
        }
    }
}
