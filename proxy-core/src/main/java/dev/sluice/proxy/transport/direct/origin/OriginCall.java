package dev.sluice.proxy.transport.direct.origin;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Capability;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.connect.AddressRule;
import dev.sluice.proxy.connect.dial.Destination;
import dev.sluice.proxy.header.rule.HopByHop;
import dev.sluice.proxy.http1.ResponseHead;
import dev.sluice.proxy.internal.DurationText;
import dev.sluice.proxy.internal.QuickHook;
import dev.sluice.proxy.limit.Timeouts;
import dev.sluice.proxy.scope.HeadTime;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.wire.WireTimeoutException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ClosedByInterruptException;
import org.jspecify.annotations.Nullable;

/**
 * A request to an origin over a stream: its head and a body that is completely here are sent at once, a body that is
 * still arriving is sent beside ({@link Upload}), and the call waits for the response's head. It turns failures into an
 * {@link Outcome} and a {@link Delivery}, for every version of HTTP.
 *
 * <p>The caller's thread runs the call; the upload, the scope's hooks and the body's reader come from others.
 */
final class OriginCall implements QuickHook<Outcome> {
    /** More are never needed, and an origin that sends them forever must be stopped. */
    private static final int INTERIM_RESPONSES = 100;

    /** A body that is already here, and not longer than this, is sent with the head. */
    private static final int JOINED_BYTES = 16 * 1024;

    private final ProxyRequest request;
    private final Exchange exchange;
    private final Timeouts timeouts;
    private final HeadTime.Wait headWait;
    private final OriginStream stream;
    private @Nullable Upload upload;

    /** The request's body, once it was opened. */
    private @Nullable Content content;

    private boolean sending = true;
    private boolean heard;

    /** A body that was opened. */
    private static final class Content {
        private final InputStream in;

        /** All of it, if it was here; else null. */
        private final byte @Nullable [] whole;

        Content(InputStream in, byte @Nullable [] whole) {
            this.in = in;
            this.whole = whole;
        }
    }

    private OriginCall(ProxyRequest request, OriginStream stream, Timeouts timeouts) {
        this.request = request;
        this.exchange = request.exchange();
        this.timeouts = timeouts;
        this.headWait = HeadTime.part(exchange.get(HeadTime.class), timeouts.head());
        this.stream = stream;
    }

    /**
     * Sends a request, and returns at the head of the final response.
     *
     * @throws ProxyException with the outcome, and how far the request got
     */
    static ProxyResponse send(ProxyRequest request, OriginStreams streams, Destination destination, AddressRule rule)
            throws ProxyException, InterruptedException {
        Exchange exchange = request.exchange();
        Outcome cancelled = exchange.cancelled();
        if (cancelled != null) {
            throw new ProxyException(cancelled, Delivery.NOT_SENT, "cancelled before it was sent: " + cancelled);
        }
        Timeouts timeouts = Timeouts.of(exchange);
        boolean fresh = !request.idempotent();
        OriginCall call =
                new OriginCall(request, streams.open(request, destination, rule, fresh, timeouts.idle()), timeouts);
        boolean unbegun;
        try {
            return call.run();
        } catch (ProxyException why) {
            if (!call.wasStale(why)) {
                throw why;
            }
            unbegun = why.delivery() == Delivery.NOT_SENT;
        }
        exchange.notes()
                .note(() -> unbegun
                        ? "connection: the origin has not begun the request, and gets it again"
                        : "connection: a pooled one was closed by the origin, and replaced by another");
        OriginCall again =
                new OriginCall(request, streams.open(request, destination, rule, true, timeouts.idle()), timeouts);
        again.content = call.content;
        return again.run();
    }

    /**
     * Returns whether the origin closed the idle connection, as it may at any time, just when the request was sent. RFC
     * 9112 §9.3.1: an idempotent request may then be sent again automatically, once. One that an origin of HTTP/2 has refused
     * was not begun (RFC 9113 §8.7).
     */
    private boolean wasStale(ProxyException why) {
        boolean closed = why.outcome() == Outcome.HEAD_FAILED || why.outcome() == Outcome.SEND_FAILED;
        boolean refused = why.outcome() == Outcome.SHUT_DOWN || why.outcome() == Outcome.SEND_FAILED;
        boolean unbegun = refused && why.delivery() == Delivery.NOT_SENT;
        boolean bodiless = request.body().length() == 0;
        // Nothing was read of a body that was to be sent beside the call, or all of it is here.
        boolean same = bodiless || upload == null;
        return ((unbegun && same) || (closed && bodiless && stream.reused() && !heard && request.idempotent()))
                && exchange.cancelled() == null;
    }

    private ProxyResponse run() throws ProxyException, InterruptedException {
        exchange.onCancel(this);
        exchange.onEnd(outcome -> stream.close());
        try {
            ResponseHead head;
            try {
                requireCapable();
                send();
                head = awaitHead();
            } finally {
                headWait.end(exchange.time().nanos());
            }
            return answer(head);
        } catch (IOException | RuntimeException cause) {
            stream.close();
            if (cause instanceof ClosedByInterruptException && Thread.interrupted()) {
                throw (InterruptedException)
                        new InterruptedException("interrupted before the response's head").initCause(cause);
            }
            throw explain(cause);
        }
    }

    /** The exchange is cancelled. */
    @Override
    public void accept(Outcome reason) {
        stream.abort();
    }

    /** The abilities of an upstream in general were checked before; some are known only for the connection. */
    private void requireCapable() throws ProxyException {
        boolean tunnel = request.upgrade() != null || request.method().equals("CONNECT");
        if (tunnel && !stream.capabilities().contains(Capability.TUNNEL)) {
            throw ProxyException.refused(
                    Outcome.NOT_SUPPORTED,
                    (request.upgrade() == null ? "CONNECT" : "upgrade to " + request.upgrade()) + " needs "
                            + Capability.TUNNEL.label() + ", which this connection cannot carry");
        }
    }

    private void send() throws IOException {
        if (content == null && request.body().length() != 0) {
            content = content();
        }
        Content body = content;
        stream.send(body == null ? null : body.whole);
        sending = false;
        if (body == null || body.whole != null) {
            stream.headDeadline(headWait.begin(exchange.time().nanos()));
        } else {
            // The head's time begins when the body is out: until then the upload has its own timeouts.
            stream.headDeadline(TimeSource.NEVER);
            upload = new Upload(request, body.in, stream, headWait);
            upload.start();
        }
    }

    private Content content() throws IOException {
        InputStream in = request.body().open();
        return new Content(in, isHere(in) ? whole(in) : null);
    }

    private boolean isHere(InputStream content) throws IOException {
        long length = request.body().length();
        return !request.expectsContinue()
                && length != Body.UNKNOWN
                && length <= JOINED_BYTES
                && content.available() >= length;
    }

    private byte[] whole(InputStream content) throws IOException {
        byte[] bytes = content.readNBytes((int) request.body().length());
        if (bytes.length < request.body().length()) {
            throw new ProxyException(
                    Outcome.FAILED,
                    Delivery.NOT_SENT,
                    "the body ended after " + bytes.length + " bytes, before its length");
        }
        return bytes;
    }

    private ResponseHead awaitHead() throws IOException {
        for (int i = 0; i < INTERIM_RESPONSES; i++) {
            ResponseHead head = stream.readHead();
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
        content = null;
        if (upload != null) {
            upload.answered();
        }
        Headers received = stream.begin(head);
        ProxyResponse.Builder response = ProxyResponse.builder(head.status())
                .version(head.version())
                .headers(HopByHop.response(request.method(), head.status(), received, true));
        if (stream.protocol() != null) {
            requireSent();
            return response.tunnel(stream.tunnel()).build();
        }
        return stream.length() == 0
                ? response.build()
                : response.body(Body.of(new ResponseInput(stream, exchange), stream.length(), stream::trailers))
                        .build();
    }

    /**
     * Waits until the body has been sent, which has its own timeouts. RFC 9110 §7.8: the other protocol begins only
     * when the request message has been sent completely.
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
                        "101 before the body that was held back was asked for");
    }

    private ProxyException explain(Throwable cause) {
        Outcome cancelled = exchange.cancelled();
        if (cancelled != null) {
            return failure(cancelled, "cancelled: " + cancelled, cause);
        }
        // In this order: an upload that has ended by now has a reason.
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
            return late(unfinished, cause);
        }
        if (cause instanceof IOException) {
            return sending
                    ? failure(Outcome.SEND_FAILED, "writing the request failed: " + cause, cause)
                    : failure(Outcome.HEAD_FAILED, "the connection failed before the response's head: " + cause, cause);
        }
        return failure(Outcome.FAILED, "the call failed: " + cause, cause);
    }

    private ProxyException late(boolean unfinished, Throwable cause) {
        // While the request goes out the head is awaited without a limit, so it was the writing that took too long.
        return unfinished
                ? failure(
                        Outcome.SEND_TIMEOUT,
                        "the origin took nothing more within " + DurationText.of(timeouts.idle()),
                        cause)
                : failure(
                        Outcome.HEAD_TIMEOUT,
                        "no response's head within " + DurationText.of(timeouts.head()) + headWait.whose(),
                        cause);
    }

    private boolean isSending() {
        return sending || (upload != null && !upload.over());
    }

    private static ProxyException failure(Outcome outcome, String message, Throwable cause) {
        return new ProxyException(outcome, Delivery.SENT_UNKNOWN, message, cause);
    }
}
