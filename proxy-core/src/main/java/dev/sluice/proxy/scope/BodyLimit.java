package dev.sluice.proxy.scope;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.internal.CountedInput;
import dev.sluice.proxy.internal.Require;

/**
 * The longest body of a request: an attribute of an exchange, the server's at first, and then that of its route. A longer
 * one is refused with 413 (RFC 9110 §15.5.14): as soon as the route is known if its length says so, else as soon as one
 * byte too many has come. Immutable.
 *
 * @param bytes the most that is let through
 */
public record BodyLimit(long bytes) {
    /**
     * Checks the limit.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public BodyLimit {
        Require.notNegative("limit bodyBytes", bytes);
    }

    /** From now on it applies to the exchange; returns the request with a body that keeps to it. */
    public ProxyRequest of(ProxyRequest request) {
        if (bytes < Long.MAX_VALUE || request.exchange().get(BodyLimit.class) != null) {
            request.exchange().put(BodyLimit.class, this);
        }
        return counted(request);
    }

    private ProxyRequest counted(ProxyRequest request) {
        Body body = request.body();
        boolean fits = body.length() != Body.UNKNOWN && body.length() <= bytes;
        if (fits || bytes == Long.MAX_VALUE) {
            return request;
        }
        Exchange exchange = request.exchange();
        return request.toBuilder()
                .body(body.map(stream -> new CountedInput(stream, new Count(exchange)::read), body.length()))
                .build();
    }

    /** The request, if its body's length keeps to the limit of its exchange. */
    public static ProxyRequest fitting(ProxyRequest request) throws ProxyException {
        require(request.exchange(), request.body().length());
        return request;
    }

    private static void require(Exchange exchange, long length) throws ProxyException {
        BodyLimit limit = exchange.get(BodyLimit.class);
        if (limit != null && length > limit.bytes) {
            throw ProxyException.refused(Outcome.LIMIT_EXCEEDED, "the body has more than " + limit.bytes + " bytes");
        }
    }

    /** What has been read. The limit is asked each time, as a route may allow more than the server. */
    private static final class Count {
        private final Exchange exchange;
        private long count;

        private Count(Exchange exchange) {
            this.exchange = exchange;
        }

        private void read(int n) throws ProxyException {
            count += n;
            require(exchange, count);
        }
    }
}
