package dev.sluice.proxy.transport.jdk;

import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.internal.BulkInputStream;
import dev.sluice.proxy.internal.DurationText;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * A response's body: the client puts buffers in, one reader takes bytes out. The client is asked for one more delivery
 * while fewer than {@value #AHEAD} buffers of 16 KiB wait, so a slow reader slows the origin down.
 *
 * <p>It is open until it has ended (all bytes are in), failed, or was closed. Closing and aborting before the end
 * cancel the subscription, which closes the connection; they never block and may come from any thread. {@code lock}
 * guards all fields, and the client is called without it.
 */
final class JdkUpstreamStream extends BulkInputStream implements BodySubscriber<JdkUpstreamStream> {
    private static final int AHEAD = 4;

    private final TimeSource time;
    private final Duration idle;
    private final long length;
    private final Object lock = new Object();
    private final CompletableFuture<JdkUpstreamStream> self = new CompletableFuture<>();
    private final ArrayDeque<ByteBuffer> buffers = new ArrayDeque<>();
    private @Nullable Subscription subscription;
    private @Nullable Signal wake;
    private @Nullable IOException failure;
    private boolean asked;
    private boolean ended;
    private boolean closed;
    private long received;

    /**
     * A stream that waits for its subscription.
     *
     * @param idle how long a read waits for a byte
     * @param length the number of bytes to come, or -1
     */
    JdkUpstreamStream(TimeSource time, Duration idle, long length) {
        this.time = time;
        this.idle = idle;
        this.length = length;
        if (length != 0) {
            self.complete(this);
        }
    }

    /** At once; but one without a byte only when it has ended, as the connection is free by then. */
    @Override
    public CompletionStage<JdkUpstreamStream> getBody() {
        return self;
    }

    @Override
    public void onSubscribe(Subscription given) {
        boolean unwanted;
        synchronized (lock) {
            unwanted = closed || subscription != null;
            if (!unwanted) {
                subscription = given;
                asked = true;
            }
        }
        if (unwanted) {
            given.cancel();
        } else {
            given.request(1);
        }
    }

    @Override
    public void onNext(List<ByteBuffer> delivered) {
        Signal waiting;
        Subscription more;
        synchronized (lock) {
            asked = false;
            if (closed) {
                return;
            }
            for (ByteBuffer buffer : delivered) {
                if (buffer.hasRemaining()) {
                    received += buffer.remaining();
                    buffers.add(buffer);
                }
            }
            more = askForMore();
            waiting = wake;
        }
        fire(waiting);
        if (more != null) {
            more.request(1);
        }
    }

    @Override
    public void onError(Throwable cause) {
        end(new ProxyException(
                Outcome.BODY_FAILED, Delivery.ANSWERED, "the response's body broke off: " + cause, cause));
    }

    @Override
    public void onComplete() {
        end(null);
    }

    /** Reads what is there, or waits for it. */
    @Override
    public int read(byte[] target, int offset, int count) throws IOException {
        Objects.checkFromIndexSize(offset, count, target.length);
        while (count > 0) {
            int n;
            Signal waiting = null;
            Subscription more = null;
            synchronized (lock) {
                n = take(target, offset, count);
                if (n > 0) {
                    more = askForMore();
                } else if (failure != null) {
                    throw failure;
                } else if (ended) {
                    return -1;
                } else {
                    waiting = new Signal();
                    wake = waiting;
                }
            }
            if (more != null) {
                more.request(1);
            }
            if (waiting == null) {
                return n;
            }
            await(waiting);
        }
        return 0;
    }

    /** How many bytes a read yields without waiting; 0 at the end, too. */
    @Override
    public int available() {
        synchronized (lock) {
            long bytes = 0;
            for (ByteBuffer buffer : buffers) {
                bytes += buffer.remaining();
            }
            return (int) Math.min(Integer.MAX_VALUE, bytes);
        }
    }

    /** Drops the rest. The connection can be used again only when all of the body had arrived. */
    @Override
    public void close() {
        abort(new IOException("the response's body is closed"));
    }

    /** Closes it, and makes reads fail with {@code why}. Has no effect once it is closed. */
    void abort(IOException why) {
        Subscription cancelled;
        Signal waiting;
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
            failure = why;
            buffers.clear();
            // The last byte can be read before the client says that it was the last.
            cancelled = ended || received == length ? null : subscription;
            waiting = wake;
        }
        fire(waiting);
        self.complete(this);
        if (cancelled != null) {
            cancelled.cancel();
        }
    }

    private void end(@Nullable ProxyException why) {
        Signal waiting;
        synchronized (lock) {
            if (ended || closed) {
                return;
            }
            ended = true;
            failure = why != null || length < 0 || received == length
                    ? why
                    : new ProxyException(
                            Outcome.BODY_FAILED,
                            Delivery.ANSWERED,
                            "the response's body ended after " + received + " of " + length + " bytes");
            waiting = wake;
        }
        fire(waiting);
        self.complete(this);
    }

    /** Waits no longer than the idle timeout, which ends the stream. */
    private void await(Signal waiting) {
        try {
            if (!time.await(waiting, time.deadline(idle))) {
                abort(new ProxyException(
                        Outcome.BODY_TIMEOUT,
                        Delivery.ANSWERED,
                        "nothing more of the response's body within " + DurationText.of(idle)));
            }
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            abort(new ProxyException(
                    Outcome.ABANDONED, Delivery.ANSWERED, "interrupted while reading the response's body", interrupt));
        }
    }

    /** Moves bytes into {@code target}; 0 when there are none. */
    private int take(byte[] target, int offset, int count) {
        int taken = 0;
        for (ByteBuffer next = buffers.peek(); next != null && taken < count; next = buffers.peek()) {
            int n = Math.min(count - taken, next.remaining());
            next.get(target, offset + taken, n);
            taken += n;
            if (!next.hasRemaining()) {
                buffers.remove();
            }
        }
        return taken;
    }

    /** The subscription, if it must be asked for one more delivery. */
    private @Nullable Subscription askForMore() {
        if (asked || ended || closed || buffers.size() >= AHEAD) {
            return null;
        }
        asked = true;
        return subscription;
    }

    private static void fire(@Nullable Signal waiting) {
        if (waiting != null) {
            waiting.fire();
        }
    }
}
