package dev.sluice.proxy;

import java.io.InputStream;

/** A stream for tests that never ends and always has bytes, and records that it was closed. */
public final class EndlessInput extends InputStream {
    private final int available;
    private final Runnable closed;

    public EndlessInput(int available, Runnable closed) {
        this.available = available;
        this.closed = closed;
    }

    @Override
    public int read() {
        return 'x';
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        return length;
    }

    @Override
    public int available() {
        return available;
    }

    @Override
    public void close() {
        closed.run();
    }
}
