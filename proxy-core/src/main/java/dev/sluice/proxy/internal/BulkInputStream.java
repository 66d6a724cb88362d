package dev.sluice.proxy.internal;

import java.io.IOException;
import java.io.InputStream;

/** A stream whose subclass says how many bytes are read at once; reading one of them follows from that. */
public abstract class BulkInputStream extends InputStream {
    /** For subclasses. */
    protected BulkInputStream() {}

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public abstract int read(byte[] target, int offset, int length) throws IOException;
}
