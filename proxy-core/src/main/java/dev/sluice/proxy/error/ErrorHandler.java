package dev.sluice.proxy.error;

import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import org.jspecify.annotations.Nullable;

/**
 * Makes the response for an exchange that failed before the response's head was sent. Called from many threads at once.
 */
@FunctionalInterface
public interface ErrorHandler {
    /**
     * The answer to the client, or null to leave it to the next outer handler, and finally to {@link ErrorPage}. The
     * message and the cause of {@code why} are for logs: they may name upstreams.
     *
     * @param request the client's request; null if it could not be read
     */
    @Nullable
    ProxyResponse answer(@Nullable ProxyRequest request, ProxyException why);
}
