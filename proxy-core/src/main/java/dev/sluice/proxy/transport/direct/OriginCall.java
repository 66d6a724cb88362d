package dev.sluice.proxy.transport.direct;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.connect.AddressRule;
import dev.sluice.proxy.connect.Destination;
import dev.sluice.proxy.connect.pool.Connection;
import dev.sluice.proxy.header.Framing;
import dev.sluice.proxy.header.HopByHop;
import dev.sluice.proxy.http1.ChunkedReader;
import dev.sluice.proxy.http1.OutputBuffer;
import dev.sluice.proxy.http1.ResponseHead;
import dev.sluice.proxy.http1.Side;
import dev.sluice.proxy.internal.HeadTime;
import dev.sluice.proxy.internal.QuickHook;
import dev.sluice.proxy.limit.Timeouts;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.wire.Wire;
import dev.sluice.proxy.wire.WireTimeoutException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One request over one connection: its head and a body that is wholly here are written at once, a body that is still
 * arriving goes out beside ({@link Upload}), and the response's head is awaited. The connection goes back to the pool
 * when both the response has been read and the request been sent to its end; otherwise it is closed when the scope
 * ends.
 *
 * <p>The caller's thread runs the call; the upload, the scope's hooks and the body's reader come from others.
 */
final class OriginCall {
    /** Nobody needs more, and an origin that sends them for ever is to be stopped. */
    private static final int INTERIM_RESPONSES = 100;

    /** A body that is here already and not longer goes out with the head. */
    private static final int JOINED_BYTES = 16 * 1024;

    private final ProxyRequest request;
    private final Exchange exchange;
    private final TimeSource time;
    private final Timeouts timeouts;
    private final OriginOptions options;
    private final HeadTime.Wait headWait;
    private final Connection connection;
    private final Wire wire;
    private @Nullable Upload upload;
    private boolean sending = true;
    private boolean heard;

    /** Guarded by this: what has ended so far. */
    private boolean answered;

    private boolean reusable;
    private boolean uploading;
    private boolean over;

    private OriginCall(ProxyRequest request, OriginOptions options, Connection connection) {
        this.request = request;
        this.options = options;
        this.exchange = request.exchange();
        this.time = exchange.time();
        this.timeouts = Timeouts.of(exchange);
        this.headWait = HeadTime.part(exchange.get(HeadTime.class), timeouts.head());
        this.connection = connection;
        this.wire = connection.wire();
    }

    /**
     * Sends a request, and returns at the head of the final response.
     *
     * @throws ProxyException with the outcome, and how far the request got
     */
    static ProxyResponse send(
            ProxyRequest request, Connector connector, Destination destination, AddressRule rule, OriginOptions options)
            throws ProxyException, InterruptedException {
        Exchange exchange = request.exchange();
        Outcome cancelled = exchange.cancelled();
        if (cancelled != null) {
            throw new ProxyException(cancelled, Delivery.NOT_SENT, "cancelled before it was sent: " + cancelled);
        }
        OriginCall call = new OriginCall(
                request, options, connector.pools().acquire(destination, rule, exchange, !request.idempotent()));
        try {
            return call.run();
        } catch (ProxyException why) {
            if (!call.wasStale(why)) {
                throw why;
            }
        }
        exchange.record().note(() -> "connection: a pooled one was closed by the origin, and replaced by another");
        return new OriginCall(request, options, connector.pools().acquire(destination, rule, exchange, true)).run();
    }

    /**
     * Tells whether the origin closed the connection, as it may at any time while it is idle, just when the request
     * was sent. RFC 9112 §9.3.1: what is idempotent may then be sent again, by itself and once.
     */
    private boolean wasStale(ProxyException why) {
        boolean closed = why.outcome() == Outcome.HEAD_FAILED || why.outcome() == Outcome.SEND_FAILED;
        return closed
                && connection.reused()
                && !heard
                && request.idempotent()
                && request.body().length() == 0
                && exchange.cancelled() == null;
    }

    private ProxyResponse run() throws ProxyException, InterruptedException {
        exchange.onCancel((QuickHook<Outcome>) reason -> breakOff());
        exchange.onEnd(outcome -> drop());
        try {
            ResponseHead head;
            try {
                send();
                head = awaitHead();
            } finally {
                headWait.end(time.nanos());
            }
            return answer(head);
        } catch (IOException | RuntimeException cause) {
            connection.close();
            if (cause instanceof ClosedByInterruptException && Thread.interrupted()) {
                throw (InterruptedException)
                        new InterruptedException("interrupted before the response's head").initCause(cause);
            }
            throw explain(cause);
        }
    }

    private void send() throws IOException {
        OutputBuffer out = connection.output();
        out.reset();
        RequestWriter.head(out, request);
        InputStream content =
                request.body().length() == 0 ? null : request.body().open();
        boolean joined = content != null && isHere(content);
        if (content != null && joined) {
            join(out, content);
        }
        wire.writeTimeout(timeouts.idle());
        wire.write(out.bytes(), 0, out.size());
        out.reset();
        sending = false;
        if (content == null || joined) {
            wire.readDeadline(headWait.begin(time.nanos()));
        } else {
            // The head's time begins when the body is out: until then the upload has its own timeouts.
            wire.readDeadline(TimeSource.NEVER);
            uploading = true;
            upload = new Upload(request, content, connection, headWait, this::uploaded);
            upload.start();
        }
    }

    private boolean isHere(InputStream content) throws IOException {
        long length = request.body().length();
        return !request.expectsContinue()
                && length != Body.UNKNOWN
                && length <= JOINED_BYTES
                && content.available() >= length;
    }

    private void join(OutputBuffer out, InputStream content) throws IOException {
        byte[] bytes = content.readNBytes((int) request.body().length());
        if (bytes.length < request.body().length()) {
            throw new ProxyException(
                    Outcome.FAILED,
                    Delivery.NOT_SENT,
                    "the body ended after " + bytes.length + " bytes, before its length");
        }
        out.put(bytes, 0, bytes.length);
    }

    private ResponseHead awaitHead() throws IOException {
        for (int i = 0; i < INTERIM_RESPONSES; i++) {
            ResponseHead head = connection.responses().read();
            if (head == null) {
                throw new EOFException("the connection ended before a response");
            }
            heard = true;
            if (head.status() >= 200 || head.status() == 101) {
                return head;
            }
            interim(head);
        }
        throw new ProxyException(
                Outcome.BAD_RESPONSE, Delivery.ANSWERED, "more than " + INTERIM_RESPONSES + " interim responses");
    }

    private void interim(ResponseHead head) {
        if (head.status() != 100) {
            exchange.interim(head.status(), HopByHop.response(request.method(), head.status(), head.headers(), false));
        } else if (upload != null) {
            upload.proceed();
        }
    }

    private ProxyResponse answer(ResponseHead head) throws ProxyException, InterruptedException {
        if (upload != null) {
            upload.answered();
        }
        String tunnel = tunnelProtocol(head);
        Headers received = head.headers();
        boolean doubled =
                options.lengthBesideChunked() && received.has("Transfer-Encoding") && received.has("Content-Length");
        if (doubled) {
            // RFC 9112 §6.3: the coding counts, and what passes the message on removes the length.
            received = received.without("Content-Length"::equalsIgnoreCase);
        }
        Framing framing = Framing.response(request.method(), head.status(), head.version(), received);
        ProxyResponse.Builder response = ProxyResponse.builder(head.status())
                .version(head.version())
                .headers(HopByHop.response(request.method(), head.status(), received, true));
        if (tunnel != null) {
            requireSent();
            return response.tunnel(OriginTunnel.over(connection, tunnel, exchange))
                    .build();
        }
        reusable = !doubled && isPersistent(head, framing);
        if (framing.length() == 0) {
            finished();
            return response.build();
        }
        ChunkedReader chunks = framing.kind() == Framing.Kind.CHUNKED
                ? new ChunkedReader(
                        connection.input(), connection.headerBytes(), connection.headerCount(), Side.RESPONSE)
                : null;
        return response.body(new ResponseBody(this, connection, exchange, options, timeouts.idle(), framing, chunks))
                .build();
    }

    /** What is spoken from here on instead of HTTP, or null. */
    private @Nullable String tunnelProtocol(ResponseHead head) throws ProxyException {
        if (request.method().equals("CONNECT")) {
            return head.status() >= 200 && head.status() <= 299 ? "connect" : null;
        }
        if (head.status() != 101) {
            return null;
        }
        String asked = request.upgrade();
        // RFC 9110 §7.8: a server must not switch to what was not asked for, and must say what it switches to.
        if (asked == null || !head.headers().hasToken("Upgrade", asked)) {
            throw new ProxyException(
                    Outcome.BAD_RESPONSE,
                    Delivery.ANSWERED,
                    "101 for " + (asked == null ? "a request without an upgrade" : "something else than " + asked));
        }
        return asked;
    }

    /**
     * Waits until the body is out, which has timeouts of its own. RFC 9110 §7.8: the other protocol begins only when
     * the request message has been sent completely.
     */
    private void requireSent() throws ProxyException, InterruptedException {
        if (upload == null || upload.awaitWhole()) {
            return;
        }
        ProxyException why = upload.failure();
        throw why != null
                ? why
                : new ProxyException(
                        Outcome.BAD_RESPONSE,
                        Delivery.ANSWERED,
                        "101 before the body was asked for that was held back");
    }

    /** Tells whether the connection can be used again, and notes for how long. */
    private boolean isPersistent(ResponseHead head, Framing framing) {
        // An origin that frames a body where there is none may well send it, and it would be the next response.
        boolean inDoubt =
                (head.status() == 204 || head.status() == 304) && head.headers().has("Transfer-Encoding");
        if (inDoubt
                || framing.kind() == Framing.Kind.UNTIL_CLOSE
                || !HopByHop.isPersistent(head.version(), head.headers())) {
            return false;
        }
        Duration kept = KeepAliveField.timeout(head.headers());
        if (kept != null) {
            connection.keepAlive(kept);
        }
        return true;
    }

    /** The response has been read to its end. */
    void finished() {
        synchronized (this) {
            answered = true;
        }
        settle();
    }

    /** Nothing more of the request is sent. */
    private void uploaded() {
        synchronized (this) {
            uploading = false;
        }
        settle();
    }

    /**
     * The scope is cancelled. What has ended by then is left alone: somebody else may be using the connection already.
     */
    private void breakOff() {
        synchronized (this) {
            if (!over) {
                // Not after the lock: then it might have been given back meanwhile.
                wire.abort();
            }
        }
    }

    /** Nobody reads the response any more. */
    void drop() {
        synchronized (this) {
            if (answered && uploading) {
                // It ends in a moment, mostly: the last byte was out before the origin answered.
                wire.writeDeadline(time.deadline(Duration.ofSeconds(1)));
                return;
            }
            if (over) {
                return;
            }
            over = true;
        }
        connection.close();
    }

    private void settle() {
        Upload sent = upload;
        boolean keep;
        synchronized (this) {
            if (over || !answered || uploading) {
                return;
            }
            over = true;
            keep = reusable && (sent == null || sent.whole());
        }
        if (keep) {
            connection.release();
        } else {
            connection.close();
        }
    }

    private ProxyException explain(Throwable cause) {
        Outcome cancelled = exchange.cancelled();
        if (cancelled != null) {
            return failure(cancelled, "cancelled: " + cancelled, cause);
        }
        // In this order: an upload that has ended by now has told why.
        boolean unfinished = isSending();
        ProxyException unsent = upload == null ? null : upload.failure();
        boolean told = cause instanceof ProxyException;
        if (unsent != null && !(heard && told)) {
            return unsent;
        }
        if (cause instanceof ProxyException known) {
            return known;
        }
        if (cause instanceof WireTimeoutException) {
            // While the request goes out the head is awaited without a limit, so it was the writing that took too long.
            return unfinished
                    ? failure(Outcome.SEND_TIMEOUT, "nothing more was taken within " + timeouts.idle(), cause)
                    : failure(
                            Outcome.HEAD_TIMEOUT,
                            "no response's head within " + timeouts.head() + headWait.whose(),
                            cause);
        }
        if (cause instanceof IOException) {
            return sending
                    ? failure(Outcome.SEND_FAILED, "writing the request failed: " + cause, cause)
                    : failure(Outcome.HEAD_FAILED, "the connection failed before the response's head: " + cause, cause);
        }
        return failure(Outcome.FAILED, "the call failed: " + cause, cause);
    }

    private synchronized boolean isSending() {
        return sending || uploading;
    }

    private static ProxyException failure(Outcome outcome, String message, Throwable cause) {
        return new ProxyException(outcome, Delivery.SENT_UNKNOWN, message, cause);
    }
}
