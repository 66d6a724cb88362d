package dev.sluice.proxy.spi;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Copies the body of a response to the client, in constant memory. Bytes that have been read are sent before a read
 * that may block, so events pass one by one. A body of another length than announced fails, and the last bytes of one
 * that is too long are held back, as otherwise the faulty body would look whole. For one thread.
 */
public final class BodyCopy {
    private static final int BUFFER_BYTES = 16 * 1024;

    private final Body body;
    private final InputStream content;
    private final Exchange scope;
    private final Output out;

    private BodyCopy(Body body, InputStream content, Exchange scope, Output out) {
        this.body = body;
        this.content = content;
        this.scope = scope;
        this.out = out;
    }

    /** Where a body goes. */
    public interface Output {
        /** Writes these bytes; they may be buffered until {@link #flush}. */
        void write(byte[] bytes, int length) throws IOException;

        /** Sends what was written. */
        void flush() throws IOException;
    }

    /**
     * Copies a body to its end and notes its bytes in the record. The last bytes are not flushed.
     *
     * @param content the body, opened
     * @throws ProxyException if the body is too short (BODY_FAILED) or too long (BAD_RESPONSE); or if reading or
     *     writing fails: with its own outcome, else with that of the cancelled {@code scope}, else BODY_FAILED or
     *     CLIENT_WRITE_FAILED; FAILED for a fault within the body
     */
    public static void copy(Body body, InputStream content, Exchange scope, Output out) throws ProxyException {
        new BodyCopy(body, content, scope, out).run();
    }

    private void run() throws ProxyException {
        long length = body.length();
        byte[] buffer = new byte[length > 0 ? (int) Math.min(length, BUFFER_BYTES) : BUFFER_BYTES];
        long written = 0;
        while (length == Body.UNKNOWN || written < length) {
            if (mayBlock()) {
                flush();
            }
            int n = read(buffer);
            if (n < 0) {
                requireEnd(length, written);
                return;
            }
            if (length != Body.UNKNOWN && written + n >= length) {
                requireNoMore(written + n > length);
            }
            write(buffer, n);
            written += n;
            scope.notes().addResponseBytes(n);
        }
    }

    private static void requireEnd(long length, long written) throws ProxyException {
        if (length != Body.UNKNOWN) {
            throw failed(
                    Outcome.BODY_FAILED, "the response's body has " + written + " bytes instead of " + length, null);
        }
    }

    private void requireNoMore(boolean alreadyMore) throws ProxyException {
        if (alreadyMore || read(new byte[1]) >= 0) {
            throw failed(Outcome.BAD_RESPONSE, "the response's body is longer than its length says", null);
        }
    }

    private boolean mayBlock() throws ProxyException {
        try {
            return content.available() == 0;
        } catch (IOException failure) {
            throw bodyFailed(failure);
        }
    }

    private int read(byte[] buffer) throws ProxyException {
        try {
            return content.read(buffer, 0, buffer.length);
        } catch (IOException failure) {
            throw bodyFailed(failure);
        } catch (RuntimeException fault) {
            throw failed(Outcome.FAILED, "reading the response's body failed: " + fault, fault);
        }
    }

    private ProxyException bodyFailed(IOException failure) {
        return failed(cancelledOr(Outcome.BODY_FAILED), "reading the response's body failed", failure);
    }

    private void write(byte[] buffer, int length) throws ProxyException {
        try {
            out.write(buffer, length);
        } catch (IOException gone) {
            throw clientFailed(gone);
        }
    }

    private void flush() throws ProxyException {
        try {
            out.flush();
        } catch (IOException gone) {
            throw clientFailed(gone);
        }
    }

    private ProxyException clientFailed(IOException gone) {
        return failed(cancelledOr(Outcome.CLIENT_WRITE_FAILED), "writing to the client failed: " + gone, gone);
    }

    /** If the copy was broken off from outside, it fails with the outcome of the cancellation. */
    private Outcome cancelledOr(Outcome why) {
        Outcome cancelled = scope.cancelled();
        return cancelled == null ? why : cancelled;
    }

    private static ProxyException failed(Outcome why, String what, @Nullable Exception cause) {
        return cause instanceof ProxyException known ? known : new ProxyException(why, Delivery.ANSWERED, what, cause);
    }
}
