package dev.sluice.proxy.wire;

import dev.sluice.proxy.internal.FileInput;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;

/**
 * Who closes a channel while a file is being sent through it: not the one who wants it closed, but the sender, when it is
 * done. Before JDK 22 the channel's descriptor could otherwise go to another connection in the meantime, which would get the
 * bytes. Safe for use by many threads.
 */
final class HeldChannel {
    private final SocketChannel channel;
    private boolean held;
    private volatile boolean closing;

    HeldChannel(SocketChannel channel) {
        this.channel = channel;
    }

    /**
     * Lets the system send the next bytes of a file. For one thread at a time.
     *
     * @param atOnce how many in one call
     * @param deadline is told after each call that sent some
     * @return how many; 0 if they must be read and written
     * @throws ClosedChannelException if somebody has closed it
     */
    long send(FileInput file, long length, int atOnce, Deadline deadline) throws IOException {
        hold();
        try {
            long sent = 0;
            while (sent < length) {
                long more = file.send(Math.min(length - sent, atOnce), channel);
                if (more == 0) {
                    return sent;
                }
                sent += more;
                deadline.moved();
            }
            return sent;
        } finally {
            release();
        }
    }

    private synchronized void hold() throws ClosedChannelException {
        if (closing) {
            throw new ClosedChannelException();
        }
        held = true;
    }

    private void release() {
        synchronized (this) {
            held = false;
        }
        if (closing) {
            closeNow();
        }
    }

    /** Closes it. Returns false if that is done later, as soon as the sender fails. Never blocks. */
    boolean close() {
        synchronized (this) {
            closing = true;
            if (held) {
                return false;
            }
        }
        closeNow();
        return true;
    }

    boolean closed() {
        return closing || !channel.isOpen();
    }

    private void closeNow() {
        try {
            channel.close();
        } catch (IOException failure) {
            // The descriptor is closed nevertheless.
        }
    }
}
