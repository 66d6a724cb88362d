package dev.sluice.proxy.http1;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.ProxyException;
import java.io.EOFException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the heads of responses (RFC 9112 §4, §5). One for each connection, used again for each response; not any more
 * once it has thrown. A fault is refused at the byte that shows it, and no later byte is waited for.
 */
public final class ResponseReader {
    /** The phrase is not used, but its length is limited. */
    private static final int REASON_BYTES = 8 * 1024;

    private static final int SETTINGS_AT = 3;
    private static final int SETTINGS = 4;
    private static final int STATUS_AT = VersionText.LENGTH + 1;
    private static final int STATUS_END = STATUS_AT + 3;

    private final InputBuffer in;
    private final FieldSection fields;

    /**
     * A reader of what comes into {@code in}.
     *
     * @param headerBytes the most bytes of all field lines with their line ends
     * @param headerCount the most field lines
     */
    public ResponseReader(InputBuffer in, int headerBytes, int headerCount) {
        this.in = in;
        this.fields = new FieldSection(in, headerBytes, headerCount, Side.RESPONSE);
    }

    /**
     * The next head, either an interim one (1xx) or the final one; what follows it stays in the buffer.
     *
     * @return null if the stream ended before the first byte
     * @throws ProxyException if the head is not to be accepted: BAD_RESPONSE, ANSWERED
     * @throws EOFException if the stream ended inside the head
     */
    public @Nullable ResponseHead read() throws IOException {
        if (in.available() == 0 && !in.fill()) {
            return null;
        }
        if (beginsHttp2()) {
            throw Side.RESPONSE.malformed("the origin answers in HTTP/2: its upstream needs http2(true)");
        }
        HttpVersion version = VersionText.of(VersionText.read(in, 0, Side.RESPONSE));
        if (version == null) {
            throw Side.RESPONSE.malformed("the response has another version than HTTP/1");
        }
        int status = status();
        in.consume(reasonEnd() + 2);
        Headers headers = fields.read();
        return new ResponseHead(version, status, headers);
    }

    /** A frame of settings, which such a server sends first (RFC 9113 §3.4). A zero is a fault without it. */
    private boolean beginsHttp2() throws IOException {
        return in.at(0) == 0 && in.available() > SETTINGS_AT && in.at(SETTINGS_AT) == SETTINGS;
    }

    private int status() throws IOException {
        if (in.at(STATUS_AT - 1) != ' ') {
            throw Side.RESPONSE.malformed("the version is not followed by a space");
        }
        int status = 0;
        for (int i = STATUS_AT; i < STATUS_END; i++) {
            int digit = in.at(i) - '0';
            // RFC 9110 §15: three digits. Below 100 there is no class; above 599 the caller decides.
            if (digit < 0 || digit > 9 || (i == STATUS_AT && digit == 0)) {
                throw Side.RESPONSE.malformed("the status is not a number from 100 to 999");
            }
            status = 10 * status + digit;
        }
        return status;
    }

    /** The offset of the line's end. RFC 9112 §4 asks for a space after the status, which many servers leave out. */
    private int reasonEnd() throws IOException {
        int end = STATUS_END;
        if (in.at(end) == ' ') {
            end = in.scan(ByteSet.TEXT, STATUS_END, STATUS_END + REASON_BYTES + 2);
            if (end > STATUS_END + REASON_BYTES + 1) {
                throw Side.RESPONSE.malformed("a reason phrase of more than 8 KiB");
            }
        }
        // RFC 9112 §2.2: as in a request.
        if (in.at(end) != ByteSet.CR || in.at(end + 1) != ByteSet.LF) {
            throw Side.RESPONSE.malformed("the status line does not end with CRLF after the status or a reason phrase");
        }
        return end;
    }
}
