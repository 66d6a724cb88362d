package dev.sluice.proxy.cache.serve;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.cache.store.StoredBody;
import dev.sluice.proxy.internal.FileBytes;
import dev.sluice.proxy.internal.FileInput;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.WritableByteChannel;

/**
 * A part of a stored body, or all of it, as the body of one response. If the stored body ends too early, reading fails, so
 * that no client takes a part for the whole.
 */
final class StoredContent extends Body {
    private final StoredBody stored;
    private final long from;
    private final long to;
    private boolean opened;

    /**
     * The bytes {@code from} (included) to {@code to} (excluded); closing it closes the stored body.
     *
     * @param to {@link Body#UNKNOWN} if only the end of the stored body shows it
     */
    StoredContent(StoredBody stored, long from, long to) {
        this.stored = stored;
        this.from = from;
        this.to = to;
    }

    @Override
    public long length() {
        return to == UNKNOWN ? UNKNOWN : to - from;
    }

    @Override
    public boolean repeatable() {
        return false;
    }

    @Override
    public synchronized InputStream open() {
        if (opened) {
            throw new IllegalStateException("the body has been opened before");
        }
        opened = true;
        return new Input();
    }

    @Override
    public Headers trailers() {
        return Headers.empty();
    }

    @Override
    public void close() {
        stored.close();
    }

    private final class Input extends FileInput {
        private long position = from;

        /** So that a short body goes out in one write with the head. */
        @Override
        public int available() {
            if (stored instanceof ArrivingBody arriving) {
                return arriving.available(position);
            }
            return (int) Math.min(Integer.MAX_VALUE, to == UNKNOWN ? 0 : to - position);
        }

        @Override
        public long send(long count, WritableByteChannel target) throws IOException {
            if (!(stored instanceof FileBytes file) || to == UNKNOWN) {
                return 0;
            }
            long sent = file.send(position, Math.min(count, to - position), target);
            position += sent;
            return sent;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            int wanted = to == UNKNOWN ? length : (int) Math.min(length, to - position);
            if (wanted == 0) {
                return -1;
            }
            int n = stored.read(position, into, offset, wanted);
            if (n < 0 && to != UNKNOWN) {
                throw new ProxyException(
                        Outcome.BODY_FAILED,
                        Delivery.ANSWERED,
                        "stored body ends after " + position + " bytes, and should have " + to);
            }
            position += Math.max(0, n);
            return n;
        }
    }
}
