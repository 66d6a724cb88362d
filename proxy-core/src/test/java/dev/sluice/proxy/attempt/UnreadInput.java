package dev.sluice.proxy.attempt;

import dev.sluice.proxy.time.Signal;
import java.io.InputStream;

/** A stream that must not be read, and records that it was closed. */
final class UnreadInput extends InputStream {
    private final Signal closed;

    UnreadInput(Signal closed) {
        this.closed = closed;
    }

    @Override
    public int read() {
        throw new AssertionError();
    }

    @Override
    public void close() {
        closed.fire();
    }
}
