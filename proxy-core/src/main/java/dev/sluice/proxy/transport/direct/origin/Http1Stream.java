package dev.sluice.proxy.transport.direct.origin;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Capability;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.Tunnel;
import dev.sluice.proxy.connect.pool.Connection;
import dev.sluice.proxy.header.rule.Framing;
import dev.sluice.proxy.http1.ChunkFrame;
import dev.sluice.proxy.http1.ChunkedReader;
import dev.sluice.proxy.http1.MessageWriter;
import dev.sluice.proxy.http1.OutputBuffer;
import dev.sluice.proxy.http1.ResponseHead;
import dev.sluice.proxy.http1.Side;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The one stream of an HTTP/1.1 connection. The connection goes back to its pool when the whole response has been read
 * and the whole request sent, unless anything about it is in doubt; otherwise it is closed.
 */
final class Http1Stream implements OriginStream {
    /** What every HTTP/1.1 connection can carry. */
    static final Set<Capability> CAPABILITIES =
            Set.of(Capability.TRAILERS, Capability.INTERIM, Capability.TUNNEL, Capability.FULL_DUPLEX, Capability.HOST);

    /** How long the end of a request may take once the response has been read. */
    private static final Duration LAST_BYTES = Duration.ofSeconds(1);

    private final ProxyRequest request;
    private final Connection connection;
    private final Http1Streams options;
    private final Duration idle;

    private @Nullable String protocol;
    private @Nullable Framing framing;
    private @Nullable ChunkedReader chunks;
    private long left;
    private boolean ended;
    private boolean reusable;

    /** Guarded by this: what has ended so far. */
    private boolean answered;

    private boolean sending;
    private boolean unsent;
    private boolean over;

    Http1Stream(ProxyRequest request, Connection connection, Http1Streams options, Duration idle) {
        this.request = request;
        this.connection = connection;
        this.options = options;
        this.idle = idle;
    }

    @Override
    public Set<Capability> capabilities() {
        return CAPABILITIES;
    }

    @Override
    public boolean reused() {
        return connection.reused();
    }

    @Override
    public void send(byte @Nullable [] content) throws IOException {
        OutputBuffer out = connection.output();
        out.reset();
        RequestWriter.head(out, request);
        if (content != null) {
            out.put(content, 0, content.length);
        }
        synchronized (this) {
            sending = content == null && request.body().length() != 0;
        }
        write(out.bytes(), 0, out.size());
        out.reset();
    }

    @Override
    public int roomBefore() {
        return isChunked() ? ChunkFrame.DATA_AT : 0;
    }

    @Override
    public int roomBehind() {
        return isChunked() ? ChunkFrame.BEHIND_DATA : 0;
    }

    private boolean isChunked() {
        return request.body().length() == Body.UNKNOWN;
    }

    @Override
    public void data(byte[] buffer, int offset, int length) throws IOException {
        if (isChunked()) {
            int start = ChunkFrame.begin(buffer, length);
            write(buffer, start, ChunkFrame.end(length) - start);
        } else {
            write(buffer, offset, length);
        }
    }

    @Override
    public void end(Headers trailers) throws IOException {
        if (isChunked()) {
            OutputBuffer out = connection.output();
            MessageWriter.lastChunk(out, trailers);
            write(out.bytes(), 0, out.size());
        }
    }

    private void write(byte[] bytes, int offset, int length) throws IOException {
        connection.wire().writeTimeout(idle);
        connection.wire().write(bytes, offset, length);
    }

    @Override
    public void sent(boolean whole) {
        synchronized (this) {
            sending = false;
            unsent = !whole;
        }
        settle();
    }

    /** With a length or chunks a plain end shows that the request is not whole (RFC 9112 §8). */
    @Override
    public void breakRequest(IOException why) {
        connection.wire().breakInput(why);
        connection.wire().breakOutput();
    }

    @Override
    public void headDeadline(long nanos) {
        connection.wire().readDeadline(nanos);
    }

    @Override
    public ResponseHead readHead() throws IOException {
        ResponseHead head = connection.responses().read();
        if (head == null) {
            throw new EOFException("the connection ended before a response");
        }
        return head;
    }

    @Override
    public Headers begin(ResponseHead head) throws ProxyException {
        protocol = FinalHead.protocol(request, head);
        Headers received = head.headers();
        boolean doubled =
                options.lengthBesideChunked() && received.has("Transfer-Encoding") && received.has("Content-Length");
        if (doubled) {
            // RFC 9112 §6.3: the coding counts, and what passes the message on removes the length.
            received = received.without("Content-Length"::equalsIgnoreCase);
        }
        Framing framed = Framing.response(request.method(), head.status(), head.version(), received);
        framing = framed;
        left = framed.length();
        if (protocol != null) {
            return received;
        }
        reusable = !doubled && FinalHead.isPersistent(head, framed);
        Duration kept = reusable ? KeepAliveField.timeout(head.headers()) : null;
        if (kept != null) {
            connection.keepAlive(kept);
        }
        if (framed.kind() == Framing.Kind.CHUNKED) {
            chunks = new ChunkedReader(
                    connection.input(), connection.headerBytes(), connection.headerCount(), Side.RESPONSE);
        } else if (left == 0) {
            finish();
        }
        return received;
    }

    @Override
    public @Nullable String protocol() {
        return protocol;
    }

    @Override
    public Tunnel tunnel() {
        return new OriginTunnel(connection, String.valueOf(protocol));
    }

    @Override
    public long length() {
        return framing == null ? Body.UNKNOWN : framing.length();
    }

    @Override
    public int read(byte[] target, int offset, int want) throws IOException {
        Framing framed = framing;
        if (ended || framed == null) {
            return -1;
        }
        if (want == 0) {
            return 0;
        }
        connection.wire().readTimeout(idle);
        int n = switch (framed.kind()) {
            case FIXED -> readFixed(target, offset, want);
            case UNTIL_CLOSE -> readUntilClose(target, offset, want);
            default -> chunks == null ? -1 : chunks.read(target, offset, want);
        };
        if (n < 0 || left == 0) {
            finish();
        }
        return n;
    }

    private int readFixed(byte[] target, int offset, int want) throws IOException {
        int n = connection.input().read(target, offset, (int) Math.min(want, left));
        if (n < 0) {
            throw new IOException("the connection ended " + left + " bytes before the body");
        }
        left -= n;
        return n;
    }

    private int readUntilClose(byte[] target, int offset, int want) throws IOException {
        try {
            return connection.input().read(target, offset, want);
        } catch (EOFException withoutCloseNotify) {
            if (options.endWithoutCloseNotify()) {
                return -1;
            }
            throw withoutCloseNotify;
        }
    }

    @Override
    public int available() {
        if (ended || framing == null) {
            return 0;
        }
        return switch (framing.kind()) {
            case FIXED -> (int) Math.min(left, connection.input().available());
            case UNTIL_CLOSE -> connection.input().available();
            default -> chunks == null ? 0 : chunks.available();
        };
    }

    @Override
    public Headers trailers() {
        return chunks != null && ended ? chunks.trailers() : Headers.empty();
    }

    /** The response has been read to its end. */
    private void finish() {
        ended = true;
        synchronized (this) {
            answered = true;
        }
        settle();
    }

    private void settle() {
        boolean keep;
        synchronized (this) {
            if (over || !answered || sending) {
                return;
            }
            over = true;
            keep = reusable && !unsent;
        }
        if (keep) {
            connection.release();
        } else {
            connection.close();
        }
    }

    @Override
    public void abort() {
        synchronized (this) {
            if (!over) {
                // Under the lock: afterwards the connection may have been given back, and another request may use it.
                connection.wire().abort();
            }
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            if (answered && sending) {
                // It usually ends in a moment: the last byte was sent before the origin answered.
                connection.wire().writeDeadline(request.exchange().time().deadline(LAST_BYTES));
                return;
            }
            if (over) {
                return;
            }
            over = true;
        }
        connection.close();
    }
}
