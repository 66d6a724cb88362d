package dev.sluice.proxy.testing.gateway;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.http1.MessageWriter;
import dev.sluice.proxy.http1.OutputBuffer;
import dev.sluice.proxy.testing.gateway.Fault.Kind;
import dev.sluice.proxy.testing.gateway.Fault.Place;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes one answer to a connection, up to the fault in it. For one thread. */
final class ReplyWriter {
    private static final byte[] GARBAGE = "\0\1\2 this is no HTTP \3\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);

    private final OutputStream out;
    private final Pacing pacing;
    private final Reply reply;
    private final ReceivedRequest request;
    private final Headers headers;
    private final boolean hasBody;
    private final boolean chunked;
    private final boolean keepsOpen;

    /**
     * A writer for one answer.
     *
     * @param persistent whether the client may send another request
     */
    ReplyWriter(OutputStream out, Pacing pacing, Reply reply, ReceivedRequest request, boolean persistent) {
        this.out = out;
        this.pacing = pacing;
        this.reply = reply;
        this.request = request;
        this.headers = reply.headers();
        this.hasBody = reply.hasBody(request.method());
        boolean told = headers.has("Content-Length") || headers.has("Transfer-Encoding");
        boolean needsChunks = reply.content().length() < 0 || !reply.trailers().isEmpty() || is(Kind.UNFINISHED_CHUNKS);
        this.chunked = headers.hasToken("Transfer-Encoding", "chunked")
                || (!told && needsChunks && request.version() == HttpVersion.HTTP_1_1);
        boolean untilClose = !told && needsChunks && !chunked;
        boolean misframed =
                hasBody && told && !chunked && !hasLength(reply.content().length());
        this.keepsOpen = persistent && !untilClose && !misframed && !headers.hasToken("Connection", "close");
    }

    /** Returns whether the fields say that the body has this length. */
    private boolean hasLength(long length) {
        return !headers.has("Transfer-Encoding")
                && headers.all("Content-Length").equals(List.of(Long.toString(length)));
    }

    /** Returns whether the connection may be used for another request, unless a fault comes before. */
    boolean keepsOpen() {
        return keepsOpen;
    }

    /**
     * Writes the answer.
     *
     * @return what goes wrong now, if anything; what is before it has been written
     * @throws IOException if the client has left, or the gateway closes
     */
    @Nullable
    Fault write() throws IOException {
        Fault fault = reply.fault();
        pacing.pause(reply.delay());
        if (is(Kind.GARBAGE)) {
            out.write(GARBAGE);
            out.flush();
            return fault;
        }
        if (at(Place.INSTEAD) && fault != null && fault.kind().anywhere) {
            return fault;
        }
        writeInterim();
        byte[] head = head();
        if (at(Place.HEAD) && fault != null) {
            out.write(head, 0, Math.min(head.length, fault.at()));
            out.flush();
            return fault;
        }
        out.write(head);
        if (hasBody) {
            return writeBody();
        }
        out.flush();
        return fault;
    }

    private void writeInterim() throws IOException {
        if (request.version() == HttpVersion.HTTP_1_0) {
            // RFC 9110 §15.2: it knows no interim response.
            return;
        }
        for (Reply.Interim interim : reply.interim()) {
            OutputBuffer head = new OutputBuffer(256);
            MessageWriter.statusLine(head, interim.status());
            MessageWriter.fields(head, interim.headers());
            head.crlf();
            out.write(head.bytes(), 0, head.size());
            out.flush();
        }
    }

    private byte[] head() {
        OutputBuffer head = new OutputBuffer(256);
        MessageWriter.statusLine(head, reply.status());
        MessageWriter.fields(head, headers);
        boolean told = headers.has("Content-Length") || headers.has("Transfer-Encoding");
        if (chunked && !told) {
            head.field("Transfer-Encoding", "chunked");
        } else if (!told && reply.content().length() >= 0 && reply.hasBody("GET")) {
            head.field("Content-Length", Long.toString(reply.content().length() + lie()));
        }
        if (!keepsOpen && !headers.has("Connection")) {
            head.field("Connection", "close");
        }
        head.crlf();
        return Arrays.copyOf(head.bytes(), head.size());
    }

    private int lie() {
        return is(Kind.LENGTH_TOO_LONG) ? 1 : is(Kind.LENGTH_TOO_SHORT) ? -1 : 0;
    }

    private @Nullable Fault writeBody() throws IOException {
        if (reply.hold() != null || reply.content().length() < 0) {
            out.flush();
        }
        if (reply.hold() != null) {
            pacing.await(reply.hold());
        }
        Fault fault = reply.fault();
        long left = at(Place.BODY) && fault != null ? fault.at() : Long.MAX_VALUE;
        byte[] piece = new byte[8192];
        try (InputStream body = reply.body(pacing)) {
            for (int n = body.read(piece); n >= 0; n = body.read(piece)) {
                int now = (int) Math.min(n, left);
                writePiece(piece, n, now);
                left -= now;
                if (left == 0) {
                    out.flush();
                    return fault;
                }
            }
        } catch (BrokenOff broken) {
            out.flush();
            return broken.fault();
        }
        if (chunked && !is(Kind.UNFINISHED_CHUNKS)) {
            OutputBuffer last = new OutputBuffer(64);
            MessageWriter.lastChunk(last, reply.trailers());
            out.write(last.bytes(), 0, last.size());
        }
        out.flush();
        return fault;
    }

    /** Writes the first {@code count} bytes of a piece; its chunk says that it has all of them. */
    private void writePiece(byte[] piece, int length, int count) throws IOException {
        OutputBuffer bytes = new OutputBuffer(count + 32);
        if (chunked) {
            bytes.chunkHead(length);
        }
        bytes.put(piece, 0, count);
        if (chunked && count == length) {
            bytes.crlf();
        }
        out.write(bytes.bytes(), 0, bytes.size());
        if (reply.rate() > 0 || reply.content().length() < 0) {
            out.flush();
        }
    }

    private boolean is(Kind kind) {
        Fault fault = reply.fault();
        return fault != null && fault.kind() == kind;
    }

    private boolean at(Place place) {
        Fault fault = reply.fault();
        return fault != null && fault.place() == place;
    }
}
