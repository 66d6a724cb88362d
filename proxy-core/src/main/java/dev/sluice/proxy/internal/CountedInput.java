package dev.sluice.proxy.internal;

import java.io.IOException;
import java.io.InputStream;

/** A stream that says how many bytes each read yields. */
public final class CountedInput extends BulkInputStream {
    private final InputStream in;
    private final Count count;

    /** The same bytes. */
    public CountedInput(InputStream in, Count count) {
        this.in = in;
        this.count = count;
    }

    /** Called with the number of bytes of each read that yields some. */
    @FunctionalInterface
    public interface Count {
        /** Counts them; the read throws its exceptions. */
        void read(int bytes) throws IOException;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int n = in.read(target, offset, length);
        if (n > 0) {
            count.read(n);
        }
        return n;
    }

    @Override
    public int available() throws IOException {
        return in.available();
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
