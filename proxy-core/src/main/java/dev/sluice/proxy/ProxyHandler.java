package dev.sluice.proxy;

import java.io.IOException;
import java.util.Set;

/**
 * A proxy: a function from a request to a response. It passes the request on, changes it, or answers itself. Called
 * from many threads at once.
 */
@FunctionalInterface
public interface ProxyHandler {
    /**
     * Answers one request. The response's body may still be arriving when this returns. Whoever calls takes over the
     * response and closes it.
     *
     * @throws ProxyException if there is no response, with the outcome that says why; the pipeline makes it an error
     *     page
     * @throws IOException if something fails that has no outcome of its own
     * @throws InterruptedException if the thread is interrupted while it waits
     */
    ProxyResponse handle(ProxyRequest request) throws IOException, InterruptedException;

    /**
     * What this needs of whatever listens and sends, beyond plain requests and responses; nothing by default. A server
     * to which no transport is named chooses one that can do it.
     */
    default Set<Capability> needs() {
        return Set.of();
    }

    /** This handler with {@code filter} around it. */
    default ProxyHandler with(ProxyFilter filter) {
        return new FilteredHandler(this, filter);
    }
}
