package dev.sluice.balancer.status;

import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The state again and again, as server-sent events (the standard of HTML, §9.2): at once, and then at each interval. It
 * ends when its server drains, when the page is closed, and at its last time; a browser comes again by itself. For one
 * reader.
 */
final class StatusEvents extends InputStream {
    /** A comment at least so often tells whether the viewer is still there, and proxies between that the stream is (§9.2.7). */
    private static final long MOST_SILENCE = TimeUnit.SECONDS.toNanos(15);

    private static final byte[] COMMENT = ":\n\n".getBytes(StandardCharsets.US_ASCII);

    private final TimeSource time;
    private final long everyNanos;
    private final Supplier<byte[]> state;
    private final Signal end;
    private final Runnable closed;
    private final long lastNanos;
    private long nextNanos;
    private byte[] event;
    private int read;

    /**
     * @param state makes an event of the state
     * @param lastNanos when the stream ends at the latest
     * @param end fires when the stream is to end
     * @param closed run when nobody reads it any more
     */
    StatusEvents(TimeSource time, Duration every, Supplier<byte[]> state, long lastNanos, Signal end, Runnable closed) {
        this.time = time;
        this.everyNanos = every.toNanos();
        this.state = state;
        this.end = end;
        this.closed = closed;
        this.nextNanos = time.nanos();
        this.lastNanos = lastNanos;
        // How long a browser waits before it comes again.
        this.event = "retry: 1000\n\n".getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (read == event.length && !next()) {
            return -1;
        }
        int part = Math.min(length, event.length - read);
        System.arraycopy(event, read, to, offset, part);
        read += part;
        return part;
    }

    private boolean next() throws IOException {
        try {
            long comment = time.nanos() + MOST_SILENCE;
            if (time.await(end, Math.min(lastNanos, Math.min(nextNanos, comment))) || time.nanos() >= lastNanos) {
                return false;
            }
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted between two events");
        }
        read = 0;
        if (time.nanos() < nextNanos) {
            event = COMMENT;
            return true;
        }
        // A reader that is too slow for the interval gets fewer events, and not old ones.
        nextNanos = Math.max(nextNanos, time.nanos() - everyNanos) + everyNanos;
        event = state.get();
        return true;
    }

    @Override
    public int available() {
        return event.length - read;
    }

    @Override
    public void close() {
        end.fire();
        closed.run();
    }
}
