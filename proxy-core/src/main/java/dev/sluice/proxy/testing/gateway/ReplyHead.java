package dev.sluice.proxy.testing.gateway;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.header.rule.HopByHop;
import dev.sluice.proxy.http1.MessageWriter;
import dev.sluice.proxy.http1.OutputBuffer;
import dev.sluice.proxy.testing.gateway.Fault.Kind;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The head of an answer to a request, and where its body ends (RFC 9112 §6). Immutable.
 *
 * @param bytes the head as it is written
 * @param hasBody whether a body follows
 * @param chunked whether the body is in chunks
 * @param lengthByItself whether {@code Content-Length} is written by itself
 * @param tunnel whether the connection is a tunnel behind it
 * @param keepsOpen whether another request may come on the connection
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record ReplyHead(
        byte[] bytes, boolean hasBody, boolean chunked, boolean lengthByItself, boolean tunnel, boolean keepsOpen) {

    static ReplyHead of(Reply reply, ReceivedRequest request) {
        Headers headers = reply.headers();
        int status = reply.status();
        boolean tunnel = request.method().equals("CONNECT") && status < 300;
        boolean bodiless = tunnel || !reply.hasBody("GET");
        boolean head = request.method().equals("HEAD");
        boolean hasBody = !bodiless && !head;
        boolean told = headers.has("Content-Length") || headers.has("Transfer-Encoding");
        long length = length(reply);
        boolean needsChunks = length < 0;
        boolean chunkable = !bodiless && !told && request.version() == HttpVersion.HTTP_1_1;
        boolean chunked = headers.hasToken("Transfer-Encoding", "chunked") || (chunkable && needsChunks);
        // RFC 9110 §8.6: it would be the length of GET, which an answer to HEAD alone does not know.
        boolean noLength = head && reply.content().length() == 0;
        boolean lengthByItself = !bodiless && !told && !needsChunks && !noLength;
        boolean untilClose = !bodiless && !told && needsChunks && !chunked;
        boolean misframed = hasBody && told && !chunked && !hasLength(reply);
        // RFC 9110 §10.1.1: without the 100 the client need not send the body, so what it sends next may be either.
        boolean keepsOpen = request.malformed() == null
                && !request.isExpecting()
                && HopByHop.isPersistent(request.version(), request.headers())
                && !untilClose
                && !misframed
                && !headers.hasToken("Connection", "close");

        OutputBuffer written = new OutputBuffer(256);
        MessageWriter.statusLine(written, status);
        MessageWriter.fields(written, headers);
        if (chunked && !told) {
            written.field("Transfer-Encoding", "chunked");
        } else if (lengthByItself) {
            written.field("Content-Length", Long.toString(length));
        }
        // RFC 9112 §9.3: a client of HTTP/1.0 takes it for closing unless the answer says otherwise.
        boolean old = request.version() == HttpVersion.HTTP_1_0;
        if ((!keepsOpen || old) && !tunnel && !headers.has("Connection")) {
            written.field("Connection", keepsOpen ? "keep-alive" : "close");
        }
        written.crlf();
        byte[] bytes = Arrays.copyOf(written.bytes(), written.size());
        return new ReplyHead(bytes, hasBody, chunked, lengthByItself, tunnel, keepsOpen);
    }

    /** The length that is told unless the test has set one; {@link Content#UNKNOWN} if the body must be in chunks. */
    static long length(Reply reply) {
        Kind fault = kind(reply);
        long length = reply.content().length();
        boolean unknown = length < 0 || !reply.trailers().isEmpty() || fault == Kind.UNFINISHED_CHUNKS;
        return unknown ? Content.UNKNOWN : Math.max(0, length + lie(fault));
    }

    /** Returns whether the fields that the test has set say where the body ends. */
    private static boolean hasLength(Reply reply) {
        String length = Long.toString(reply.content().length());
        return !reply.headers().has("Transfer-Encoding")
                && reply.headers().all("Content-Length").equals(List.of(length));
    }

    private static @Nullable Kind kind(Reply reply) {
        Fault fault = reply.fault();
        return fault == null ? null : fault.kind();
    }

    private static int lie(@Nullable Kind fault) {
        return fault == Kind.LENGTH_TOO_LONG ? 1 : fault == Kind.LENGTH_TOO_SHORT ? -1 : 0;
    }
}
