package dev.sluice.proxy.transport.jdk;

import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.internal.BulkInputStream;
import dev.sluice.proxy.internal.Pace;
import dev.sluice.proxy.limit.Timeouts;
import dev.sluice.proxy.limit.Timeouts.MinRate;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request, as it arrives. Each read is timed, and can be broken off from another thread. After a failure
 * nothing more is read, as the JDK's chunk decoder would misread the rest. One thread at a time reads.
 */
final class JdkExchangeBody extends BulkInputStream {
    private final InputStream in;
    private final Exchange scope;
    private final TimeSource time;
    private final JdkExchangeGuard guard;
    private final long limit;
    private long left;
    private long count;
    private @Nullable Pace pace;
    private volatile boolean atEnd;
    private volatile boolean closed;
    private volatile @Nullable ProxyException failure;

    /**
     * Nothing is read yet.
     *
     * @param length the declared one, or -1
     * @param limit the most bytes of a body without a declared length
     */
    JdkExchangeBody(InputStream in, Exchange scope, TimeSource time, JdkExchangeGuard guard, long length, long limit) {
        this.in = in;
        this.scope = scope;
        this.time = time;
        this.guard = guard;
        this.left = length;
        this.limit = limit;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (closed) {
            throw new IOException("the request's body is closed");
        }
        ProxyException before = failure;
        if (before != null) {
            throw before;
        }
        if (length == 0) {
            return 0;
        }
        return atEnd ? -1 : counted(receive(target, offset, length));
    }

    @Override
    public int available() {
        try {
            return atEnd || closed || failure != null ? 0 : Math.max(0, in.available());
        } catch (IOException unknown) {
            return 0;
        }
    }

    /** Reads no more. The connection is left as it is. */
    @Override
    public void close() {
        closed = true;
    }

    /** Returns whether the whole body has been read, so that the connection can carry another request. */
    boolean atEnd() {
        return atEnd;
    }

    /** Reads the rest if all of it is already here, which is usual for a short body that nobody wanted. */
    void finishIfHere() {
        try {
            byte[] rest = new byte[4096];
            while (!atEnd && isRestHere()) {
                counted(receive(rest, 0, rest.length));
            }
        } catch (IOException failed) {
            // It is not at its end then, and the connection is closed for that.
        }
    }

    private synchronized boolean isRestHere() {
        return left > 0 && left <= available();
    }

    private int receive(byte[] target, int offset, int length) throws IOException {
        if (Thread.currentThread().isInterrupted() && available() == 0) {
            // A thread that was told to stop should not wait for a client.
            throw failed(Outcome.SHUT_DOWN, null);
        }
        Exception problem = null;
        Timeouts timeouts = Timeouts.of(scope);
        Pace paced = pace(timeouts.minRate());
        long mostNanos = Math.min(time.deadline(timeouts.idle()), paced.begin(time.nanos(), 0));
        Outcome why = guard.enter(mostNanos);
        if (why != null) {
            throw failed(why, null);
        }
        try {
            int n = in.read(target, offset, length);
            paced.moved(time.nanos(), Math.max(0, n));
            return n;
        } catch (IOException | RuntimeException fault) {
            // Not only IOExceptions: a chunk's size that overflows ends in an IndexOutOfBoundsException.
            problem = fault;
        } finally {
            why = guard.exit();
        }
        throw failed(why == null ? Outcome.CLIENT_BODY_FAILED : why, problem);
    }

    private Pace pace(MinRate rate) {
        Pace known = pace;
        if (known == null) {
            known = Pace.of(rate.bytesPerSecond(), rate.grace());
            pace = known;
        }
        return known;
    }

    private synchronized int counted(int n) throws IOException {
        if (n < 0) {
            atEnd = true;
            return n;
        }
        count += n;
        scope.notes().addRequestBytes(n);
        if (left >= 0) {
            left -= n;
            atEnd = left == 0;
        } else if (count > limit) {
            throw failed(Outcome.LIMIT_EXCEEDED, null);
        }
        return n;
    }

    private ProxyException failed(Outcome why, @Nullable Exception cause) {
        ProxyException fault =
                new ProxyException(why, Delivery.SENT_UNKNOWN, "reading the request's body ended with " + why, cause);
        failure = fault;
        return fault;
    }
}
