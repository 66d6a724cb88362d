package dev.sluice.proxy;

import java.io.IOException;
import java.util.Set;

/**
 * A proxy: a function from a request to a response. It passes the request on, changes it, or answers itself. Called
 * from many threads at once.
 *
 * <p>A handler that calls others also says what they {@linkplain #needs need}, and implements {@link
 * dev.sluice.proxy.spi.Openable}, so that the server's transport opens the upstreams that they name by URL.
 */
@FunctionalInterface
public interface ProxyHandler {
    /**
     * Answers one request. The response's body may still be arriving when this returns. The caller takes over the
     * response and closes it.
     *
     * @throws ProxyException if there is no response; its outcome says why, and the pipeline makes an error page of it
     * @throws IOException if something fails without an outcome
     * @throws InterruptedException if the thread is interrupted while it waits
     */
    ProxyResponse handle(ProxyRequest request) throws IOException, InterruptedException;

    /**
     * What the listener must be able to do for this handler, beyond plain requests and responses; nothing by default. A
     * server whose transport cannot do it is not built.
     */
    default Set<Capability> needs() {
        return Set.of();
    }

    /** This handler with {@code filter} around it. */
    default ProxyHandler with(ProxyFilter filter) {
        return new FilteredHandler(this, filter);
    }
}
