package dev.sluice.proxy.transport.direct.origin;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Capability;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.internal.BodyBuffers;
import dev.sluice.proxy.internal.DurationText;
import dev.sluice.proxy.limit.Timeouts;
import dev.sluice.proxy.scope.HeadTime;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.wire.WireTimeoutException;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Sends a request's body that is still arriving, on its own thread, while the thread of the exchange awaits the
 * response's head. It begins at once, or, if the client waits to be asked for the body, when the origin asks.
 */
final class Upload {
    private final Body body;
    private final InputStream content;
    private final ContinueWait asked;
    private final OriginStream stream;
    private final Exchange exchange;
    private final TimeSource time;
    private final Timeouts timeouts;
    private final HeadTime.Wait headWait;
    private @Nullable Signal end;

    /** Whether the client has sent some of the body. */
    private boolean begun;

    /** Guarded by this: whether the final response's head is here, so that deadlines for reading are its reader's. */
    private boolean headHere;

    private volatile boolean whole;
    private volatile boolean over;
    private volatile @Nullable ProxyException failure;

    /**
     * An upload that has not begun.
     *
     * @param content the body's, opened
     * @param stream that the request's head was sent on
     * @param headWait begins when nothing more is sent
     */
    Upload(ProxyRequest request, InputStream content, OriginStream stream, HeadTime.Wait headWait) {
        this.body = request.body();
        this.content = content;
        this.asked =
                new ContinueWait(request.expectsContinue(), request.exchange().time());
        this.stream = stream;
        this.exchange = request.exchange();
        this.time = exchange.time();
        this.timeouts = Timeouts.of(exchange);
        this.headWait = headWait;
    }

    /** Begins, beside the calling thread. */
    void start() {
        end = time.start("direct-upload", this::run);
    }

    /** The origin has asked for the body. */
    void proceed() {
        asked.proceed();
    }

    /** The final response is here: if nobody has asked for the body yet, it stays with the client. */
    void answered() {
        synchronized (this) {
            headHere = true;
        }
        asked.drop();
    }

    /** Waits for the end; returns whether the body has been sent whole. For the thread that has started it. */
    boolean awaitWhole() throws InterruptedException {
        Signal ended = end;
        if (ended != null) {
            time.await(ended, TimeSource.NEVER);
        }
        return whole;
    }

    /** Returns whether nothing more is sent, for any reason. */
    boolean over() {
        return over;
    }

    /** Why the body was not sent to its end, or null: the client's fault, or the connection's. */
    @Nullable
    ProxyException failure() {
        return failure;
    }

    private void run() {
        try {
            if (asked.await()) {
                send();
                whole = true;
                limitHead();
            }
        } catch (ProxyException why) {
            fail(why);
        } catch (InterruptedException interrupt) {
            fail(failure(Outcome.ABANDONED, "the upload was interrupted", interrupt));
        } catch (Throwable cause) {
            // In any case: until the upload has ended, the wait for the head has no limit.
            fail(failure(Outcome.FAILED, "the upload failed: " + cause, cause));
        } finally {
            over = true;
            stream.sent(whole);
        }
    }

    private void send() throws ProxyException {
        long length = body.length();
        int before = stream.roomBefore();
        int room = before + stream.roomBehind();
        byte[] buffer = BodyBuffers.take(length == Body.UNKNOWN ? length : length + room);
        try {
            long left = length == Body.UNKNOWN ? Long.MAX_VALUE : length;
            while (left > 0) {
                int n = read(buffer, before, (int) Math.min(buffer.length - room, left));
                if (n < 0) {
                    break;
                }
                left -= n;
                if (n > 0) {
                    sendPart(buffer, before, n);
                }
            }
            if (left > 0 && length != Body.UNKNOWN) {
                throw failure(Outcome.FAILED, "the body ended " + left + " bytes before its length", null);
            }
            sendEnd();
        } finally {
            BodyBuffers.give(buffer);
        }
    }

    /**
     * A failure here comes from the client, or from code that changes its body, and the origin cannot repair it. No client
     * can cause one that is unchecked.
     */
    private int read(byte[] buffer, int offset, int most) throws ProxyException {
        try {
            int n = content.read(buffer, offset, most);
            begun = begun || n >= 0;
            return n;
        } catch (ProxyException why) {
            throw why;
        } catch (IOException cause) {
            throw failure(Outcome.CLIENT_BODY_FAILED, "reading the request's body failed: " + cause, cause);
        } catch (RuntimeException fault) {
            throw failure(Outcome.FAILED, "reading the request's body failed: " + fault, fault);
        }
    }

    private void sendPart(byte[] buffer, int offset, int length) throws ProxyException {
        try {
            stream.data(buffer, offset, length);
        } catch (IOException cause) {
            throw unsent(cause);
        }
    }

    private void sendEnd() throws ProxyException {
        boolean carried = stream.capabilities().contains(Capability.TRAILERS);
        try {
            stream.end(carried ? body.trailers() : Headers.empty());
        } catch (IOException cause) {
            throw unsent(cause);
        }
    }

    private ProxyException unsent(IOException cause) {
        if (cause instanceof ProxyException known) {
            return known;
        }
        return cause instanceof WireTimeoutException
                ? failure(
                        Outcome.SEND_TIMEOUT,
                        "the origin took nothing more within " + DurationText.of(timeouts.idle()),
                        cause)
                : failure(Outcome.SEND_FAILED, "writing the request's body failed: " + cause, cause);
    }

    private static ProxyException failure(Outcome outcome, String message, @Nullable Throwable cause) {
        return new ProxyException(outcome, Delivery.SENT_UNKNOWN, message, cause);
    }

    private void fail(ProxyException why) {
        failure = why;
        boolean awaited = limitHead();
        // The origin may have answered before it stopped reading, so its response may still come. It may also have
        // answered before the client could be asked for the body; then there was nothing to send.
        boolean answeredFirst = !awaited && asked.expected() && !begun;
        boolean byOrigin = why.outcome() == Outcome.SEND_FAILED || why.outcome() == Outcome.BAD_RESPONSE;
        if (!byOrigin && !answeredFirst) {
            stream.breakRequest(why);
        }
    }

    /** Begins the time for the head, unless the head has come. Returns whether it is still awaited. */
    private synchronized boolean limitHead() {
        if (!headHere) {
            stream.headDeadline(headWait.begin(time.nanos()));
        }
        return !headHere;
    }
}
