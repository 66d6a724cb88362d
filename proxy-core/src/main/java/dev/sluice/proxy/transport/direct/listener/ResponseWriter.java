package dev.sluice.proxy.transport.direct.listener;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Tunnel;
import dev.sluice.proxy.http1.ChunkFrame;
import dev.sluice.proxy.http1.MessageWriter;
import dev.sluice.proxy.http1.OutputBuffer;
import dev.sluice.proxy.internal.BodyBuffers;
import dev.sluice.proxy.internal.FileInput;
import dev.sluice.proxy.syntax.ConnectionFields;
import dev.sluice.proxy.wire.PlainWire;
import dev.sluice.proxy.wire.Wire;
import java.io.InputStream;

/**
 * Writes responses to one request, in constant memory: interim ones, and the final one. Body bytes that are already
 * here are sent together with the head. Bytes that have been read are written before a read that may block. A {@link
 * ProxyException} that it throws says how the exchange ended; then the response is cut, and the connection must be
 * aborted. One thread.
 */
final class ResponseWriter {
    /** The greatest length that is copied after the head instead of being written separately. */
    private static final int JOINED_BYTES = 16 * 1024;

    /** The least length for its own write, unless something already waits for one. */
    private static final int SMALL_BYTES = 4 * 1024;

    /** How much of a file is sent before the rate is looked at. */
    private static final int FILE_BYTES = 256 * 1024;

    private final Wire wire;
    private final PacedWrites writes;
    private final OutputBuffer out;
    private final Exchange scope;
    private final boolean isHead;
    private final HttpVersion version;
    private final boolean trailersWanted;

    /**
     * A writer for the responses to one request.
     *
     * @param method of the request
     * @param version of the request
     * @param trailersWanted whether the client takes trailers
     */
    ResponseWriter(
            Wire wire, OutputBuffer out, Exchange scope, String method, HttpVersion version, boolean trailersWanted) {
        this.wire = wire;
        this.writes = new PacedWrites(wire, scope);
        this.out = out;
        this.scope = scope;
        this.isHead = method.equals("HEAD");
        this.version = version;
        this.trailersWanted = trailersWanted;
    }

    /**
     * Returns whether only the end of the connection can end this response's body: one of unknown length to HTTP/1.0.
     */
    boolean endsByClosing(ProxyResponse response) {
        return version == HttpVersion.HTTP_1_0
                && response.body().length() == Body.UNKNOWN
                && response.tunnel() == null
                && !isBodiless(response);
    }

    /**
     * Writes an interim response, also the one that asks the client for the body that it holds back; returns whether it
     * went out. RFC 9110 §15.2: there are none in HTTP/1.0.
     */
    boolean interim(int status, Headers headers) throws ProxyException {
        if (version == HttpVersion.HTTP_1_0) {
            return false;
        }
        out.reset();
        MessageWriter.statusLine(out, status);
        fields(headers, false);
        out.crlf();
        flush();
        return true;
    }

    /** Writes the head of a response that opens a tunnel. */
    void tunnelHead(ProxyResponse response, Tunnel tunnel) throws ProxyException {
        head(response);
        if (response.status() == 101) {
            out.field("Connection", "Upgrade");
            out.field("Upgrade", tunnel.protocol());
        }
        out.crlf();
        flush();
    }

    /**
     * Writes the whole response.
     *
     * @param body the response's, opened
     * @param close whether the connection is closed after it
     */
    void write(ProxyResponse response, InputStream body, boolean close) throws ProxyException {
        head(response);
        long length = response.body().length();
        if (isBodiless(response)) {
            if (isHead && length > 0 && !response.headers().has("Content-Length")) {
                contentLength(length);
            }
            endHead(close);
            flush();
            return;
        }
        boolean chunked = length == Body.UNKNOWN && version != HttpVersion.HTTP_1_0;
        if (chunked) {
            out.field("Transfer-Encoding", "chunked");
        } else if (length != Body.UNKNOWN) {
            contentLength(length);
        }
        endHead(close);
        if (length == 0) {
            flush();
        } else if (length > 0 && out.isUsual(length)) {
            copyShort(body, (int) length);
        } else {
            copy(response, body, chunked);
        }
    }

    private void copy(ProxyResponse response, InputStream body, boolean chunked) throws ProxyException {
        long length = response.body().length();
        byte[] buffer = BodyBuffers.take(length);
        try {
            if (chunked) {
                copyChunks(response.body(), body, buffer);
            } else {
                copy(body, length, buffer);
            }
        } finally {
            BodyBuffers.give(buffer);
        }
    }

    /** RFC 9112 §6.3: these have no body, whatever their fields say. */
    private boolean isBodiless(ProxyResponse response) {
        return isHead || response.status() == 204 || response.status() == 304;
    }

    private void head(ProxyResponse response) {
        out.reset();
        int status = response.status();
        scope.notes().head(status, response.headers(), scope.time().nanos());
        MessageWriter.statusLine(out, status);
        boolean dated = fields(response.headers(), isHead || status == 304);
        if (!dated && status >= 200) {
            // RFC 9110 §6.6.1: a recipient with a clock adds it before it passes the response on.
            out.field("Date", DateField.at(scope.time().now()));
        }
    }

    /** Writes all fields except our own; returns whether there is a Date among them. */
    private boolean fields(Headers headers, boolean lengthIsInformation) {
        boolean dated = false;
        for (int i = 0; i < headers.size(); i++) {
            String name = headers.name(i);
            if (!ConnectionFields.isOfResponse(name)
                    || (lengthIsInformation && name.equalsIgnoreCase("Content-Length"))) {
                out.field(name, headers.value(i));
                dated = dated || name.equalsIgnoreCase("Date");
            }
        }
        return dated;
    }

    private void contentLength(long length) {
        out.latin1("Content-Length: ");
        out.number(length);
        out.crlf();
    }

    private void endHead(boolean close) {
        if (close) {
            out.field("Connection", "close");
        } else if (version == HttpVersion.HTTP_1_0) {
            // RFC 9112 §9.3: a client of 1.0 otherwise assumes that it is closed.
            out.field("Connection", "keep-alive");
        }
        out.crlf();
    }

    private void copy(InputStream body, long length, byte[] buffer) throws ProxyException {
        long left = length;
        while (left != 0) {
            long sent = sendFile(body, left);
            if (sent > 0) {
                left -= sent;
                continue;
            }
            flushBeforeWait(body);
            int n = ResponseContent.read(body, buffer, left);
            if (n < 0) {
                break;
            }
            left -= left < 0 ? 0 : n;
            send(buffer, 0, n);
            scope.notes().addResponseBytes(n);
        }
        flush();
    }

    /** Behind the head, without another buffer between. */
    private void copyShort(InputStream body, int length) throws ProxyException {
        int left = length;
        while (left > 0) {
            flushBeforeWait(body);
            out.room(left);
            int n = ResponseContent.read(body, out.bytes(), out.size(), left);
            if (n < 0) {
                throw ResponseContent.endedEarly(left);
            }
            left -= n;
            out.added(n);
            scope.notes().addResponseBytes(n);
        }
        flush();
    }

    /** A file goes from the operating system to the client, if nothing changes its bytes on the way. */
    private long sendFile(InputStream body, long left) throws ProxyException {
        if (left <= JOINED_BYTES || !(body instanceof FileInput file) || !(wire instanceof PlainWire plain)) {
            return 0;
        }
        flush();
        long sent = writes.send(file, plain, Math.min(left, FILE_BYTES));
        scope.notes().addResponseBytes(sent);
        return sent;
    }

    private void copyChunks(Body whole, InputStream body, byte[] buffer) throws ProxyException {
        while (true) {
            flushBeforeWait(body);
            int n = ResponseContent.read(body, buffer, ChunkFrame.DATA_AT, ChunkFrame.DATA_BYTES);
            if (n < 0) {
                break;
            }
            if (n > 0) {
                int start = ChunkFrame.begin(buffer, n);
                send(buffer, start, ChunkFrame.end(n) - start);
                scope.notes().addResponseBytes(n);
            }
        }
        MessageWriter.lastChunk(out, trailersWanted ? whole.trailers() : Headers.empty());
        flush();
    }

    private void send(byte[] buffer, int offset, int length) throws ProxyException {
        if (length <= JOINED_BYTES && (out.size() > 0 || length <= SMALL_BYTES)) {
            out.put(buffer, offset, length);
            if (out.size() > JOINED_BYTES) {
                flush();
            }
        } else {
            flush();
            writes.write(buffer, offset, length);
        }
    }

    /** So that events pass one by one: no byte is kept back while it is not known when more will come. */
    private void flushBeforeWait(InputStream body) throws ProxyException {
        if (out.size() > 0 && ResponseContent.available(body) == 0) {
            flush();
        }
    }

    private void flush() throws ProxyException {
        if (out.size() > 0) {
            writes.write(out.bytes(), 0, out.size());
            out.reset();
        }
    }
}
