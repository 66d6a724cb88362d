package dev.sluice.proxy.attempt;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.internal.BulkInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * The body of an upstream's response; the attempt ends with it. A body that ends before its declared length has broken
 * off.
 */
final class AttemptBody extends Body {
    private final Body received;
    private final Attempt attempt;

    AttemptBody(Body received, Attempt attempt) {
        this.received = received;
        this.attempt = attempt;
    }

    @Override
    public long length() {
        return received.length();
    }

    @Override
    public boolean repeatable() {
        return false;
    }

    @Override
    public InputStream open() {
        return new Reader(received.open());
    }

    @Override
    public Headers trailers() {
        return received.trailers();
    }

    /** Ends the attempt, whose scope closes the received response. */
    @Override
    public void close() {
        attempt.dropped();
    }

    private final class Reader extends BulkInputStream {
        private final InputStream stream;
        private long count;
        private boolean ended;

        private Reader(InputStream stream) {
            this.stream = stream;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (ended) {
                return -1;
            }
            int n;
            try {
                n = stream.read(target, offset, length);
                if (n < 0 && count < received.length()) {
                    throw new ProxyException(
                            Outcome.BODY_FAILED,
                            Delivery.ANSWERED,
                            "the body ended after " + count + " of " + received.length() + " bytes");
                }
            } catch (IOException | RuntimeException cause) {
                throw attempt.failed(cause, null);
            }
            count += Math.max(n, 0);
            if (n < 0 || count == received.length()) {
                ended = true;
                attempt.completed();
            }
            return n;
        }

        @Override
        public int available() throws IOException {
            return ended ? 0 : stream.available();
        }

        @Override
        public void close() {
            attempt.dropped();
        }
    }
}
