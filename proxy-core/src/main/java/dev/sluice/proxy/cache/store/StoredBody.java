package dev.sluice.proxy.cache.store;

import java.io.Closeable;
import java.io.IOException;

/** The bytes of a stored body, or of one that is being stored. For one reader at a time. */
public interface StoredBody extends Closeable {
    /**
     * Reads bytes from a position on.
     *
     * @param position the first byte's, from 0
     * @return how many were read: at least 1, or -1 if nothing is stored from there on
     * @throws IOException if they cannot be read
     */
    int read(long position, byte[] into, int offset, int length) throws IOException;

    /** Frees what the reader holds. Has no effect the second time. */
    @Override
    void close();
}
