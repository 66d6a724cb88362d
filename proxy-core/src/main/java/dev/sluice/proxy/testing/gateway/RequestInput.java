package dev.sluice.proxy.testing.gateway;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.header.rule.Framing;
import dev.sluice.proxy.http1.ChunkedReader;
import dev.sluice.proxy.http1.InputBuffer;
import dev.sluice.proxy.http1.RequestHead;
import dev.sluice.proxy.http1.RequestReader;
import dev.sluice.proxy.http1.Side;
import dev.sluice.proxy.testing.gateway.ReceivedRequest.Content;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads whole requests, and keeps their bytes as they came. For one thread. */
final class RequestInput {
    private static final int LINE_BYTES = 1 << 20;
    private static final int HEAD_BYTES = 1 << 24;
    private static final int HEAD_FIELDS = 10_000;
    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final InputStream in;
    private final OutputStream out;
    /** What came since the request before, and perhaps some of the next one. */
    private final ByteArrayOutputStream taken = new ByteArrayOutputStream();

    private final InputBuffer buffer = new InputBuffer(this::fill, 1024);
    private final RequestReader heads = new RequestReader(buffer, LINE_BYTES, HEAD_BYTES, HEAD_FIELDS);

    /** Fires when a task has read what comes behind the request; null if none does. */
    private @Nullable Signal watched;

    /**
     * An input.
     *
     * @param out for 100 (Continue)
     */
    RequestInput(InputStream in, OutputStream out) {
        this.in = in;
        this.out = out;
    }

    /**
     * Waits for the next request.
     *
     * @return false if the client ends before it
     */
    boolean await() throws IOException {
        endWatch();
        return buffer.available() > 0 || buffer.fill();
    }

    /**
     * From now on sees the client leave, until {@link #await} or until it sends its next request.
     *
     * @param left fires when it leaves
     */
    void watch(Signal left) {
        if (watched == null && buffer.available() == 0) {
            watched = TimeSource.system().start("gateway-watch", () -> {
                if (!comes()) {
                    left.fire();
                }
            });
        }
    }

    private boolean comes() {
        try {
            return buffer.fill();
        } catch (IOException gone) {
            return false;
        }
    }

    private void endWatch() throws IOException {
        Signal pending = watched;
        if (pending == null) {
            return;
        }
        try {
            TimeSource.system().await(pending, TimeSource.NEVER);
            watched = null;
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupt);
        }
    }

    /**
     * The next request, which may be malformed; after {@link #await}.
     *
     * @return null if the client ends behind an empty line, which is none (RFC 9112 §2.2)
     */
    @Nullable
    Content read() {
        RequestHead head = null;
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try {
            head = heads.read();
            return head == null ? null : whole(head, body);
        } catch (ProxyException refused) {
            return malformed(String.valueOf(refused.getMessage()));
        } catch (IOException left) {
            return head == null
                    ? Content.cutInHead(taken.toByteArray())
                    : Content.cutInBody(taken.toByteArray(), body.size(), head.method(), head.target());
        }
    }

    /** What came behind the last request. */
    InputStream rest() throws IOException {
        endWatch();
        return new SequenceInputStream(new ByteArrayInputStream(taken.toByteArray()), in);
    }

    /** Everything that came belongs to it, as nobody knows where the next one would begin. */
    private Content malformed(String why) {
        return Content.malformed(taken.toByteArray(), why);
    }

    private Content whole(RequestHead head, ByteArrayOutputStream body) throws IOException {
        Framing framing = Framing.request(head.method(), head.version(), head.headers());
        boolean waits = head.version() == HttpVersion.HTTP_1_1
                && head.headers().hasToken("Expect", "100-continue")
                && framing.length() != 0
                && buffer.available() == 0;
        if (waits) {
            out.write(CONTINUE);
            out.flush();
        }
        Headers trailers = framing.length() == Body.UNKNOWN ? chunks(body) : fixed(body, framing.length());
        return new Content(
                head.method(),
                head.target(),
                head.version(),
                head.headers(),
                body.toByteArray(),
                trailers,
                used(),
                null,
                false);
    }

    private Headers chunks(ByteArrayOutputStream body) throws IOException {
        ChunkedReader chunks = new ChunkedReader(buffer, HEAD_BYTES, HEAD_FIELDS, Side.REQUEST);
        byte[] piece = new byte[8192];
        for (int n = chunks.read(piece, 0, piece.length); n >= 0; n = chunks.read(piece, 0, piece.length)) {
            body.write(piece, 0, n);
        }
        return chunks.trailers();
    }

    private Headers fixed(ByteArrayOutputStream body, long length) throws IOException {
        byte[] piece = new byte[8192];
        for (long left = length; left > 0; ) {
            int n = buffer.read(piece, 0, (int) Math.min(piece.length, left));
            if (n < 0) {
                throw new EOFException("the client ended within a body");
            }
            body.write(piece, 0, n);
            left -= n;
        }
        return Headers.empty();
    }

    /** The bytes of this request, which are then forgotten. */
    private byte[] used() {
        byte[] all = taken.toByteArray();
        int end = all.length - buffer.available();
        taken.reset();
        taken.write(all, end, all.length - end);
        return Arrays.copyOf(all, end);
    }

    private int fill(byte[] target, int offset, int length) throws IOException {
        int n = in.read(target, offset, length);
        if (n > 0) {
            taken.write(target, offset, n);
        }
        return n;
    }
}
