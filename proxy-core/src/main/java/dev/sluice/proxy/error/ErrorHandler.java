package dev.sluice.proxy.error;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyResponse;
import org.jspecify.annotations.Nullable;

/** Makes the response for an exchange that failed before the response's head went out. */
@FunctionalInterface
public interface ErrorHandler {
    /**
     * The answer to the client, or null to leave it to the handler further out and at last to {@link ErrorPage}. The
     * message and the cause of {@code why} are for logs: they may name upstreams.
     *
     * @param requestHeaders what the client sent; empty when it could not be read
     */
    @Nullable
    ProxyResponse answer(Headers requestHeaders, ProxyException why);
}
