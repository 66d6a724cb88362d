package dev.sluice.proxy.transport.direct.origin;

import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.time.Duration;

/**
 * The wait until a client is asked for the body that it holds back ({@code Expect: 100-continue}, RFC 9110 §10.1.1).
 * There is none when the client sends the body at once. One thread waits; the others may call from any.
 */
final class ContinueWait {
    /**
     * How long an origin may take to ask for the body; one that does not know 100-continue never does (RFC 9110
     * §10.1.1).
     */
    private static final Duration CONTINUE = Duration.ofSeconds(1);

    private final boolean expected;
    private final TimeSource time;
    private final Signal begin = new Signal();
    private volatile boolean dropped;

    /** @param expected whether the client waits to be asked */
    ContinueWait(boolean expected, TimeSource time) {
        this.expected = expected;
        this.time = time;
    }

    boolean expected() {
        return expected;
    }

    /** The origin has asked for the body. */
    void proceed() {
        begin.fire();
    }

    /** The body is not wanted any more, unless it was asked for before. */
    void drop() {
        if (expected && !begin.fired()) {
            dropped = true;
            begin.fire();
        }
    }

    /** Waits; returns whether the body is to be sent. */
    boolean await() throws InterruptedException {
        if (expected && !begin.fired()) {
            time.await(begin, time.deadline(CONTINUE));
            begin.fire();
        }
        return !dropped;
    }
}
