package dev.sluice.proxy.testing;

import dev.sluice.proxy.internal.BulkInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongConsumer;

/** Tells how many bytes each read yields. */
final class CountedInput extends BulkInputStream {
    private final InputStream in;
    private final LongConsumer count;

    CountedInput(InputStream in, LongConsumer count) {
        this.in = in;
        this.count = count;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int n = in.read(target, offset, length);
        if (n > 0) {
            count.accept(n);
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
