package dev.sluice.proxy.content;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicInteger;

/** Gzip that counts the streams that are open, as a native library would count its memory. */
class CountingCoding implements ContentCoding {
    private final AtomicInteger made = new AtomicInteger();
    private final AtomicInteger open = new AtomicInteger();

    int made() {
        return made.get();
    }

    int open() {
        return open.get();
    }

    @Override
    public String name() {
        return "gzip";
    }

    private Runnable opened() {
        made.incrementAndGet();
        open.incrementAndGet();
        AtomicInteger left = new AtomicInteger(1);
        return () -> {
            if (left.getAndSet(0) == 1) {
                open.decrementAndGet();
            }
        };
    }

    @Override
    public OutputStream encoder(OutputStream out) throws IOException {
        OutputStream encoder = GZIP.encoder(out);
        Runnable closed = opened();
        return new FilterOutputStream(encoder) {
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                encoder.write(bytes, offset, length);
            }

            @Override
            public void close() throws IOException {
                closed.run();
                encoder.close();
            }
        };
    }

    @Override
    public InputStream decoder(InputStream in) throws IOException {
        InputStream decoder = GZIP.decoder(in);
        Runnable closed = opened();
        return new FilterInputStream(decoder) {
            @Override
            public void close() throws IOException {
                closed.run();
                decoder.close();
            }
        };
    }
}
