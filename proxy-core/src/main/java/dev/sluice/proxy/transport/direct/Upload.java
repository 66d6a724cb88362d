package dev.sluice.proxy.transport.direct;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.connect.pool.Connection;
import dev.sluice.proxy.http1.MessageWriter;
import dev.sluice.proxy.http1.OutputBuffer;
import dev.sluice.proxy.internal.HeadTime;
import dev.sluice.proxy.limit.Timeouts;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.wire.Wire;
import dev.sluice.proxy.wire.WireTimeoutException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Sends a request's body that is still arriving, on a thread of its own, while the thread of the exchange awaits the
 * response's head. It begins at once, or, where the client waits to be asked for the body, when the origin asks.
 */
final class Upload {
    /**
     * As long as an origin may take to ask for the body; one that knows nothing of 100-continue never does (RFC 9110
     * §10.1.1).
     */
    private static final Duration CONTINUE = Duration.ofSeconds(1);

    private final Body body;
    private final InputStream content;
    private final boolean waits;
    private final Wire wire;
    private final OutputBuffer out;
    private final Exchange exchange;
    private final TimeSource time;
    private final Timeouts timeouts;
    private final HeadTime.Wait headWait;
    private final Runnable finished;
    private final Signal begin = new Signal();
    private volatile boolean dropped;
    private @Nullable Signal end;

    /** Whether the client has sent some of the body. */
    private boolean begun;

    /** Guarded by this: whether the final response's head is here, so that deadlines for reading are its reader's. */
    private boolean headHere;

    private volatile boolean whole;
    private volatile @Nullable ProxyException failure;

    /**
     * An upload that has not begun.
     *
     * @param content the body's, opened
     * @param connection that the request's head was written to
     * @param headWait begins when nothing more is sent
     * @param finished called when nothing more is sent, for whatever reason
     */
    Upload(
            ProxyRequest request,
            InputStream content,
            Connection connection,
            HeadTime.Wait headWait,
            Runnable finished) {
        this.body = request.body();
        this.content = content;
        this.waits = request.expectsContinue();
        this.wire = connection.wire();
        this.out = connection.output();
        this.exchange = request.exchange();
        this.time = exchange.time();
        this.timeouts = Timeouts.of(exchange);
        this.headWait = headWait;
        this.finished = finished;
    }

    /** Begins, beside the calling thread. */
    void start() {
        end = time.start("direct-upload", this::run);
    }

    /** The origin has asked for the body. */
    void proceed() {
        begin.fire();
    }

    /** The final response is here: a body that nobody has asked for yet stays with the client. */
    void answered() {
        synchronized (this) {
            headHere = true;
        }
        if (waits && !begin.fired()) {
            dropped = true;
            begin.fire();
        }
    }

    /** Waits for the end; tells whether the body has been sent whole. For the thread that has started it. */
    boolean awaitWhole() throws InterruptedException {
        Signal ended = end;
        if (ended != null) {
            time.await(ended, TimeSource.NEVER);
        }
        return whole;
    }

    /** Tells whether the body has been sent to its end. */
    boolean whole() {
        return whole;
    }

    /** Why the body was not sent to its end, or null: the client's fault, or the connection's. */
    @Nullable
    ProxyException failure() {
        return failure;
    }

    private void run() {
        try {
            if (waits && !begin.fired()) {
                time.await(begin, time.deadline(CONTINUE));
                begin.fire();
            }
            if (!dropped) {
                send();
                whole = true;
                limitHead();
            }
        } catch (ProxyException why) {
            fail(why);
        } catch (InterruptedException interrupt) {
            fail(new ProxyException(Outcome.ABANDONED, Delivery.SENT_UNKNOWN, "the upload was interrupted", interrupt));
        } catch (Throwable cause) {
            // Whatever it is: the head is awaited without a limit until the upload has ended.
            fail(new ProxyException(Outcome.FAILED, Delivery.SENT_UNKNOWN, "the upload failed: " + cause, cause));
        } finally {
            finished.run();
        }
    }

    private void send() throws IOException {
        byte[] buffer = BodyBuffers.take(body.length());
        try {
            if (body.length() == Body.UNKNOWN) {
                sendChunks(buffer);
            } else {
                sendFixed(buffer);
            }
        } finally {
            BodyBuffers.give(buffer);
        }
    }

    private void sendFixed(byte[] buffer) throws ProxyException {
        long left = body.length();
        while (left > 0) {
            int n = read(buffer, 0, (int) Math.min(buffer.length, left));
            if (n < 0) {
                throw new ProxyException(
                        Outcome.FAILED, Delivery.SENT_UNKNOWN, "the body ended " + left + " bytes before its length");
            }
            left -= n;
            write(buffer, 0, n);
        }
    }

    private void sendChunks(byte[] buffer) throws ProxyException {
        for (int n = 0; n >= 0; n = read(buffer, ChunkFrame.DATA_AT, ChunkFrame.DATA_BYTES)) {
            if (n > 0) {
                int start = ChunkFrame.begin(buffer, n);
                write(buffer, start, ChunkFrame.end(n) - start);
            }
        }
        MessageWriter.lastChunk(out, body.trailers());
        write(out.bytes(), 0, out.size());
    }

    /** A failure here is the client's, or of whatever changes its body, and the origin cannot mend it. */
    private int read(byte[] buffer, int offset, int most) throws ProxyException {
        try {
            int n = content.read(buffer, offset, most);
            begun = begun || n >= 0;
            return n;
        } catch (ProxyException why) {
            throw why;
        } catch (IOException | RuntimeException cause) {
            throw new ProxyException(
                    Outcome.CLIENT_BODY_FAILED,
                    Delivery.SENT_UNKNOWN,
                    "reading the request's body failed: " + cause,
                    cause);
        }
    }

    private void write(byte[] bytes, int offset, int length) throws ProxyException {
        wire.writeTimeout(timeouts.idle());
        try {
            wire.write(bytes, offset, length);
        } catch (WireTimeoutException slow) {
            throw new ProxyException(
                    Outcome.SEND_TIMEOUT,
                    Delivery.SENT_UNKNOWN,
                    "nothing more was taken within " + timeouts.idle(),
                    slow);
        } catch (IOException gone) {
            throw new ProxyException(
                    Outcome.SEND_FAILED, Delivery.SENT_UNKNOWN, "writing the request's body failed: " + gone, gone);
        }
    }

    private void fail(ProxyException why) {
        failure = why;
        boolean awaited = limitHead();
        // The origin may have answered before it stopped reading: its response is worth a look. And it may have
        // answered before the client could be asked for the body: then there was nothing to be sent.
        boolean answeredFirst = !awaited && waits && !begun;
        if (why.outcome() != Outcome.SEND_FAILED && !answeredFirst) {
            // With a length or chunks a plain end shows that the request is not whole (RFC 9112 §8).
            wire.breakInput(why);
            wire.breakOutput();
        }
    }

    /** The head's time begins, unless it is here already; tells whether it is still awaited. */
    private synchronized boolean limitHead() {
        if (!headHere) {
            wire.readDeadline(headWait.begin(time.nanos()));
        }
        return !headHere;
    }
}
