package dev.sluice.proxy.server;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.internal.CountedInput;
import dev.sluice.proxy.internal.Require;
import java.io.IOException;

/**
 * Refuses a request whose body is longer than a limit with 413 (RFC 9110 §15.5.14): at once if its length says so, else
 * as soon as one byte too many has come. For many threads.
 *
 * @param bytes the most that is let through
 */
record BodyLimit(long bytes) implements ProxyFilter {
    /**
     * Checks the limit.
     *
     * @throws IllegalArgumentException if it is negative
     */
    BodyLimit {
        Require.notNegative("limit of a body", bytes);
    }

    @Override
    public ProxyResponse filter(ProxyRequest request, ProxyHandler next) throws IOException, InterruptedException {
        if (request.body().length() > bytes) {
            throw tooLong();
        }
        return next.handle(counted(request));
    }

    /** The request with a body that fails as soon as more than the limit has been read. Nothing is refused before. */
    ProxyRequest counted(ProxyRequest request) {
        Body body = request.body();
        boolean fits = body.length() != Body.UNKNOWN && body.length() <= bytes;
        if (fits || bytes == Long.MAX_VALUE) {
            return request;
        }
        return request.toBuilder()
                .body(body.map(stream -> new CountedInput(stream, new Counted()::read), body.length()))
                .build();
    }

    private ProxyException tooLong() {
        return ProxyException.refused(Outcome.LIMIT_EXCEEDED, "the body has more than " + bytes + " bytes");
    }

    private final class Counted {
        private long count;

        private void read(int n) throws ProxyException {
            count += n;
            if (count > bytes) {
                throw tooLong();
            }
        }
    }
}
