package dev.sluice.proxy.transport.direct.listener;

import dev.sluice.proxy.wire.PlainWire;
import java.io.IOException;

/**
 * Whether a thread stays with a connection that waits: if the last request came soon, as then the next one is likely to. A
 * platform thread does so for a while, and leaves to the selector. A virtual one waits for as long as it takes, but where it
 * may take long, it leaves to a new one, since a thread keeps a stack as large as it ever needed. For the thread that carries
 * the connection.
 */
final class Attendance {
    private final ConnectionThreads threads;
    private final PlainWire raw;
    private boolean comesSoon = true;
    private boolean answered;
    private boolean left;

    Attendance(ConnectionThreads threads, PlainWire raw) {
        this.threads = threads;
        this.raw = raw;
    }

    /** A request has been answered. After the first one it is not known yet: many clients send no other. */
    void answered() {
        comesSoon = comesSoon && answered;
        answered = true;
    }

    /** The thread leaves, and the next one waits for as long as it takes, or has the connection when there is input. */
    void leaves() {
        left = true;
    }

    /**
     * Stays a while. If it returns false, the thread is to leave, and nobody reads any more. Bytes that this side has read
     * already are noticed, as no selector sees them.
     *
     * @return whether the thread may read, even if it has to wait
     */
    boolean stays() throws IOException {
        if (left) {
            left = false;
            return true;
        }
        if (raw.available() > 0) {
            return true;
        }
        if (threads.waitsItself()) {
            // Not before it has waited: where the processors are busy, JDK 25 lets new threads wait until they are not.
            return comesSoon || threads.awaitInput(raw);
        }
        comesSoon = comesSoon && threads.stay(raw, !answered);
        return comesSoon || !raw.leave();
    }

    /** There is input, after a wait of so long. */
    void came(long waitedNanos) {
        comesSoon = threads.isSoon(waitedNanos);
    }
}
