package dev.sluice.proxy.transport.direct.listener;

import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import dev.sluice.proxy.wire.PlainWire;
import java.io.IOException;
import java.time.Duration;

/**
 * The end of a connection whose client may still be sending, once its whole answer is on its way: the input is read and
 * dropped, below TLS, until the client also ends its direction. RFC 9112 §9.6: to close at once would reset the
 * connection, and the client would perhaps never read the response. One thread runs it; any may stop it.
 */
final class Linger {
    private static final int BUFFER_BYTES = 8 * 1024;

    private final PlainWire raw;
    private final TimeSource time;
    private final Duration idle;
    private final long endNanos;
    private final Signal stopped = new Signal();

    Linger(PlainWire raw, TimeSource time, ListenerOptions options) {
        this.raw = raw;
        this.time = time;
        this.idle = options.lingerIdle();
        this.endNanos = time.deadline(options.linger());
    }

    /** When the present read, or the next one, is given up. */
    long deadline() {
        return Math.min(endNanos, time.deadline(idle));
    }

    /** Runs until the client has ended its direction, is too slow, or is stopped. */
    void run() {
        byte[] dropped = new byte[BUFFER_BYTES];
        try {
            int n = 0;
            while (n >= 0 && time.nanos() < endNanos) {
                raw.readDeadline(deadline());
                n = raw.read(dropped, 0, dropped.length);
            }
        } catch (IOException broken) {
            if (!raw.closed()) {
                // It cannot be read any more, and unread bytes would reset the connection.
                await();
            }
        }
    }

    private void await() {
        try {
            time.await(stopped, deadline());
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
        }
    }

    /** Lets it end now. */
    void stop() {
        stopped.fire();
    }
}
