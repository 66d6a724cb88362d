package dev.sluice.proxy.auth;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.RequestTarget;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.attempt.Attempt;
import dev.sluice.proxy.attempt.AttemptLoop;
import dev.sluice.proxy.header.rule.HopByHop;
import dev.sluice.proxy.internal.Nanos;
import dev.sluice.proxy.spi.Openable;
import dev.sluice.proxy.spi.UpstreamOpener;
import dev.sluice.proxy.spi.UpstreamSource;
import java.io.IOException;
import java.time.Duration;

/**
 * The servers that are asked who may enter. Immutable.
 *
 * @param target what they are asked; of them only path and query count
 * @param timeout up to the last byte of an answer
 * @param maxBodyBytes of an answer
 */
record AuthService(UpstreamSource servers, RequestTarget target, Duration timeout, int maxBodyBytes) {
    AuthService openedBy(UpstreamOpener transport) {
        return new AuthService(Openable.open(servers, transport), target, timeout, maxBodyBytes);
    }

    /**
     * Asks, in a scope of the exchange with its own deadline.
     *
     * @return a 2xx, a 401, a 403 or a redirect, with its whole body
     * @throws IOException if there is no such answer
     */
    ProxyResponse ask(Exchange exchange, Headers question) throws IOException, InterruptedException {
        long deadline = Nanos.after(exchange.time().nanos(), timeout);
        Exchange scope = exchange.child("auth", deadline, Outcome.HEAD_TIMEOUT);
        scope.withoutInterim();
        try {
            ProxyRequest request =
                    ProxyRequest.builder(scope, "GET", target).headers(question).build();
            AttemptLoop loop = new AttemptLoop(
                    request, servers.attempts(request), 0, (attempt, body) -> outgoing(request, attempt));
            ProxyResponse response = loop.run().response();
            if (!decides(response.status())) {
                throw new ProxyException(
                        Outcome.BAD_RESPONSE, Delivery.ANSWERED, "status " + response.status() + " decides nothing");
            }
            return whole(response);
        } finally {
            scope.close();
        }
    }

    private ProxyRequest outgoing(ProxyRequest request, Attempt attempt) {
        Upstream server = attempt.lease().upstream();
        RequestTarget there =
                target.at(server.scheme(), server.authority()).withPath(server.basePath() + target.path());
        return request.toBuilder()
                .target(there)
                .headers(attempt.traced(request.headers()))
                .exchange(attempt.scope())
                .build();
    }

    static boolean accepts(int status) {
        return status >= 200 && status <= 299;
    }

    /** A 304 answers a condition, and there was none. */
    private static boolean decides(int status) {
        return accepts(status) || status == 401 || status == 403 || (status >= 300 && status <= 399 && status != 304);
    }

    private ProxyResponse whole(ProxyResponse response) throws IOException {
        byte[] body = response.body().readAll(maxBodyBytes);
        return ProxyResponse.builder(response.status())
                .headers(HopByHop.response("GET", response.status(), response.headers(), false))
                .body(Body.of(body))
                .build();
    }

    /** The path: a query may have a secret in it. */
    @Override
    public String toString() {
        return "the service at " + target.path();
    }
}
