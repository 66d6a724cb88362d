package dev.sluice.proxy.error;

import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.scope.StandardPage;
import org.jspecify.annotations.Nullable;

/**
 * Makes the response for an exchange that failed before the response's head was sent. Called from many threads at once.
 */
@FunctionalInterface
public interface ErrorHandler {
    /**
     * The answer to the client, or null to leave it to the next outer handler, and finally to {@link #standardPage}. The
     * message and the cause of {@code why} are for logs: they may name upstreams.
     *
     * @param request the client's request; null if it could not be read
     */
    @Nullable
    ProxyResponse answer(@Nullable ProxyRequest request, ProxyException why);

    /**
     * The error page of the library, which is used unless a handler answers: a line of plain text, or {@code
     * application/problem+json} (RFC 9457) if the client accepts that. It has the status, its reason phrase, and for a
     * refusal the reason, the id of the request if it has one, and its {@code traceparent} if the server has {@code
     * Tracing}. It shows nothing internal. As a handler it is {@code ErrorHandler::standardPage}.
     *
     * @param request the client's request; null if it could not be read: then ids are on the page only if the handler returns
     *     null and leaves the page to the server
     */
    static ProxyResponse standardPage(@Nullable ProxyRequest request, ProxyException why) {
        return StandardPage.of(
                request, request == null ? null : request.exchange().record(), why);
    }
}
