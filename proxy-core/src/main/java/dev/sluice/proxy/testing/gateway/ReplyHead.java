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
        boolean hasBody = !bodiless && !request.method().equals("HEAD");
        boolean told = headers.has("Content-Length") || headers.has("Transfer-Encoding");
        Kind fault = kind(reply);
        boolean needsChunks =
                reply.content().length() < 0 || !reply.trailers().isEmpty() || fault == Kind.UNFINISHED_CHUNKS;
        boolean chunkable = !bodiless && !told && request.version() == HttpVersion.HTTP_1_1;
        boolean chunked = headers.hasToken("Transfer-Encoding", "chunked") || (chunkable && needsChunks);
        boolean lengthByItself = !bodiless && !told && !needsChunks;
        boolean untilClose = !bodiless && !told && needsChunks && !chunked;
        boolean misframed = hasBody && told && !chunked && !hasLength(reply);
        boolean keepsOpen = request.malformed() == null
                && HopByHop.isPersistent(request.version(), request.headers())
                && !untilClose
                && !misframed
                && !headers.hasToken("Connection", "close");

        OutputBuffer head = new OutputBuffer(256);
        MessageWriter.statusLine(head, status);
        MessageWriter.fields(head, headers);
        if (chunked && !told) {
            head.field("Transfer-Encoding", "chunked");
        } else if (lengthByItself) {
            head.field("Content-Length", Long.toString(reply.content().length() + lie(fault)));
        }
        // RFC 9112 §9.3: a client of HTTP/1.0 takes it for closing unless the answer says otherwise.
        boolean old = request.version() == HttpVersion.HTTP_1_0;
        if ((!keepsOpen || old) && !tunnel && !headers.has("Connection")) {
            head.field("Connection", keepsOpen ? "keep-alive" : "close");
        }
        head.crlf();
        byte[] bytes = Arrays.copyOf(head.bytes(), head.size());
        return new ReplyHead(bytes, hasBody, chunked, lengthByItself, tunnel, keepsOpen);
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

    /**
     * Requires that the fault of an answer can happen: otherwise a test would pass without it.
     *
     * @throws IllegalStateException if it cannot; the message says why
     */
    void requireReachable(Reply reply, ReceivedRequest request) {
        Fault fault = reply.fault();
        String why = fault == null ? null : unreachable(fault, reply.content().length());
        if (why != null) {
            throw new IllegalStateException(fault + " cannot happen to the answer to " + request + ", " + why);
        }
    }

    private @Nullable String unreachable(Fault fault, long length) {
        return switch (fault.kind()) {
            case UNFINISHED_CHUNKS -> hasBody && chunked ? null : "whose body is not in chunks";
            case STALE -> keepsOpen ? null : "behind which the connection ends";
            case LENGTH_TOO_LONG -> hasBody && lengthByItself ? null : "whose length is not written by itself";
            case LENGTH_TOO_SHORT ->
                !hasBody || !lengthByItself
                        ? "whose length is not written by itself"
                        : length == 0 ? "which has no byte to leave out" : null;
            default ->
                switch (fault.place()) {
                    case HEAD -> fault.at() < bytes.length ? null : "whose head has " + bytes.length + " bytes";
                    case BODY ->
                        !hasBody
                                ? "which has no body"
                                : length >= 0 && fault.at() >= length + (chunked ? 1 : 0)
                                        ? "whose body is whole with " + length + " bytes"
                                        : null;
                    default -> null;
                };
        };
    }
}
