package dev.sluice.proxy.limit;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.internal.BulkInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Refuses a request whose body is longer than a limit with 413 (RFC 9110 §15.5.14): at once when its length says so,
 * else as soon as one byte too many has come. For many threads.
 *
 * @param bytes the most that is let through
 */
public record BodyLimit(long bytes) implements ProxyFilter {
    /**
     * Checks the limit.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public BodyLimit {
        if (bytes < 0) {
            throw new IllegalArgumentException("limit of a body must not be negative: " + bytes);
        }
    }

    @Override
    public ProxyResponse filter(ProxyRequest request, ProxyHandler next) throws IOException, InterruptedException {
        Body body = request.body();
        if (body.length() > bytes) {
            throw ProxyException.refused(Outcome.LIMIT_EXCEEDED, "the body has more than " + bytes + " bytes");
        }
        if (body.length() != Body.UNKNOWN || bytes == Long.MAX_VALUE) {
            return next.handle(request);
        }
        Body limited = body.map(Counted::new, Body.UNKNOWN);
        return next.handle(request.toBuilder().body(limited).build());
    }

    private final class Counted extends BulkInputStream {
        private final InputStream stream;
        private long count;

        private Counted(InputStream stream) {
            this.stream = stream;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int n = stream.read(target, offset, length);
            count += Math.max(n, 0);
            if (count > bytes) {
                throw ProxyException.refused(Outcome.LIMIT_EXCEEDED, "the body has more than " + bytes + " bytes");
            }
            return n;
        }

        @Override
        public int available() throws IOException {
            return stream.available();
        }

        @Override
        public void close() throws IOException {
            stream.close();
        }
    }
}
