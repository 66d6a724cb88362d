package dev.sluice.proxy.testing.gateway;

import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.http1.MessageWriter;
import dev.sluice.proxy.http1.OutputBuffer;
import dev.sluice.proxy.testing.gateway.Fault.Kind;
import dev.sluice.proxy.testing.gateway.Fault.Place;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Writes one answer to a connection, up to the fault in it. For one thread. */
final class ReplyWriter {
    /** What no client takes for HTTP or for TLS. */
    static final byte[] GARBAGE = "\0\1\2 this is no HTTP \3\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);

    private static final int LARGEST_PIECE = 1 << 20;

    private final OutputStream out;
    private final Pacing pacing;
    private final Reply reply;
    private final ReplyHead head;
    private final HttpVersion version;

    /**
     * A writer for one answer.
     *
     * @param version of the request: HTTP/1.0 knows no interim responses (RFC 9110 §15.2)
     */
    ReplyWriter(OutputStream out, Pacing pacing, Reply reply, ReplyHead head, HttpVersion version) {
        this.out = out;
        this.pacing = pacing;
        this.reply = reply;
        this.head = head;
        this.version = version;
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
        if (version == HttpVersion.HTTP_1_1) {
            writeInterim();
        }
        if (at(Place.HEAD) && fault != null) {
            out.write(head.bytes(), 0, fault.at());
            out.flush();
            return fault;
        }
        out.write(head.bytes());
        if (head.hasBody()) {
            return writeBody();
        }
        out.flush();
        return fault;
    }

    private void writeInterim() throws IOException {
        for (Reply.Interim interim : reply.interim()) {
            OutputBuffer bytes = new OutputBuffer(256);
            MessageWriter.statusLine(bytes, interim.status());
            MessageWriter.fields(bytes, interim.headers());
            bytes.crlf();
            out.write(bytes.bytes(), 0, bytes.size());
            out.flush();
        }
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
        try (InputStream body = reply.body(pacing, left)) {
            for (int n = 0; left > 0 && n >= 0; ) {
                int ready = body.available();
                if (ready > piece.length) {
                    // What a feed writes at once is one chunk.
                    piece = new byte[Math.min(ready, LARGEST_PIECE)];
                }
                n = body.read(piece);
                if (n > 0) {
                    int now = (int) Math.min(n, left);
                    writePiece(piece, n, now);
                    left -= now;
                }
            }
        } catch (BrokenOff broken) {
            out.flush();
            return broken.fault();
        }
        if (at(Place.BODY) && left > 0) {
            out.flush();
            throw tooShort(fault);
        }
        if (head.chunked() && !at(Place.BODY) && !is(Kind.UNFINISHED_CHUNKS)) {
            OutputBuffer last = new OutputBuffer(64);
            MessageWriter.lastChunk(last, reply.trailers());
            out.write(last.bytes(), 0, last.size());
        }
        out.flush();
        return fault;
    }

    /** What the test has said cannot happen. */
    static IllegalStateException tooShort(@Nullable Fault fault) {
        return new IllegalStateException(fault + " did not happen: the body ended before");
    }

    /** Writes the first {@code count} bytes of a piece; its chunk says that it has all of them. */
    private void writePiece(byte[] piece, int length, int count) throws IOException {
        OutputBuffer bytes = new OutputBuffer(count + 32);
        if (head.chunked()) {
            bytes.chunkHead(length);
        }
        bytes.put(piece, 0, count);
        if (head.chunked() && count == length) {
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
