package dev.sluice.proxy.internal;

import java.io.IOException;
import java.nio.channels.WritableByteChannel;

/** What may be in a file, so that the operating system can send it without a copy in this process. For one thread. */
public interface FileBytes {
    /**
     * Sends bytes from a position on.
     *
     * @return how many were sent; 0 if they must be read instead, for now or for good
     * @throws IOException if the channel fails
     */
    long send(long position, long count, WritableByteChannel to) throws IOException;
}
