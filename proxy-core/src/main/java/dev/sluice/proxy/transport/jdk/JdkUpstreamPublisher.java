package dev.sluice.proxy.transport.jdk;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublisher;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow.Subscriber;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Gives a request's body to the client, once. A task reads the body, as reading blocks, and hands on a buffer only
 * when the client asks for one; so no more than three buffers of 16 KiB are under way.
 *
 * <p>The client subscribes a second time when it repeats a request by itself, and a body that is spent would go out
 * empty: the second subscription fails.
 */
final class JdkUpstreamPublisher implements BodyPublisher {
    private static final int BUFFER = 16 * 1024;

    private final Body body;
    private final TimeSource time;
    private final Signal finished = new Signal();
    private final JdkUpstreamDemand demand;
    private final AtomicBoolean subscribed = new AtomicBoolean();
    private volatile boolean refused;
    private volatile Progress progress;
    private volatile @Nullable ProxyException failure;

    JdkUpstreamPublisher(Body body, TimeSource time) {
        this.body = body;
        this.time = time;
        this.demand = new JdkUpstreamDemand(time, this::refuse);
        this.progress = new Progress(Stage.CONNECTING, time.nanos());
    }

    /** What the upload waits for. */
    enum Stage {
        /** A connection. */
        CONNECTING,
        /** The upstream, to take more. */
        TAKING,
        /** The body, to yield more. */
        READING,
        /** Nothing: the client has all of the body. */
        OUT
    }

    /** A stage, and since when. */
    record Progress(Stage stage, long sinceNanos) {}

    /** How far it is. Another object whenever something has moved. */
    Progress progress() {
        return progress;
    }

    /** Why the body could not be read, or null. */
    @Nullable
    ProxyException failure() {
        return failure;
    }

    /** Whether the client has said that it wants no more before all was out. */
    boolean isRefused() {
        return refused;
    }

    /** Fires when nothing more will be handed on: all is out, the client wants no more, or the body has failed. */
    Signal finished() {
        return finished;
    }

    /** Hands on nothing more. A read of the body that is under way is not broken off: its owner closes it. */
    void stop() {
        demand.stop();
        finished.fire();
    }

    private void refuse() {
        refused = true;
        finished.fire();
    }

    @Override
    public long contentLength() {
        return body.length();
    }

    @Override
    public void subscribe(Subscriber<? super ByteBuffer> subscriber) {
        if (subscribed.compareAndSet(false, true)) {
            subscriber.onSubscribe(demand);
            time.start("upload", () -> pump(subscriber));
        } else {
            subscriber.onSubscribe(new Spent());
            subscriber.onError(new IOException("the connection was lost, and the body cannot be sent a second time"));
        }
    }

    private void pump(Subscriber<? super ByteBuffer> subscriber) {
        try {
            copy(subscriber);
        } catch (Throwable cause) {
            ProxyException why = explain(cause);
            failure = why;
            finished.fire();
            subscriber.onError(why);
        } finally {
            finished.fire();
        }
    }

    private void copy(Subscriber<? super ByteBuffer> subscriber) throws IOException, InterruptedException {
        InputStream stream = body.open();
        long sent = 0;
        byte[] buffer = new byte[BUFFER];
        int used = 0;
        while (wanted()) {
            progress = new Progress(Stage.READING, time.nanos());
            int n = stream.read(buffer, used, buffer.length - used);
            requireLength(sent + Math.max(n, 0), n < 0);
            if (n < 0) {
                progress = new Progress(Stage.OUT, time.nanos());
                finished.fire();
                subscriber.onComplete();
                return;
            }
            // JDK 17 would write an empty buffer as the last chunk.
            if (n == 0 || demand.stopped()) {
                demand.giveBack();
                continue;
            }
            sent += n;
            subscriber.onNext(ByteBuffer.wrap(buffer, used, n).slice());
            used += n;
            if (buffer.length - used < BUFFER / 4) {
                // The client still holds the buffer that was passed on, so a full buffer stays with it.
                buffer = new byte[BUFFER];
                used = 0;
            }
        }
    }

    /**
     * Waits until the client asks for a buffer; false when it wants no more. The thread that waits for the head checks
     * the clock.
     */
    private boolean wanted() throws InterruptedException {
        progress = new Progress(Stage.TAKING, time.nanos());
        return demand.await();
    }

    private void requireLength(long count, boolean ended) throws ProxyException {
        long length = body.length();
        if (length >= 0 && (count > length || (ended && count < length))) {
            throw new ProxyException(
                    Outcome.CLIENT_BODY_FAILED,
                    Delivery.SENT_UNKNOWN,
                    "the request's body " + (ended ? "ended after " : "goes on after ") + (ended ? count : length)
                            + " of " + length + " bytes");
        }
    }

    private static ProxyException explain(Throwable cause) {
        if (cause instanceof ProxyException known) {
            return known;
        }
        Outcome outcome = cause instanceof IOException
                ? Outcome.CLIENT_BODY_FAILED
                : cause instanceof InterruptedException ? Outcome.ABANDONED : Outcome.FAILED;
        return new ProxyException(outcome, Delivery.SENT_UNKNOWN, "reading the request's body failed: " + cause, cause);
    }

    private static final class Spent implements Subscription {
        @Override
        public void request(long n) {}

        @Override
        public void cancel() {}
    }
}
