package dev.sluice.proxy.internal;

import java.io.IOException;
import java.nio.channels.WritableByteChannel;

/** A stream whose next bytes may be in a file, so that the operating system can send them. For one thread. */
public abstract class FileInput extends BulkInputStream {
    /** For subclasses. */
    protected FileInput() {}

    /**
     * Sends the next bytes, which then count as read.
     *
     * @return how many were sent; 0 if the next ones must be read
     * @throws IOException if the channel fails
     */
    public abstract long send(long count, WritableByteChannel to) throws IOException;
}
