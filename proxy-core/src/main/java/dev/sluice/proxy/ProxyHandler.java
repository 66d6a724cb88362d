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
     * What this needs of the listener, beyond plain requests and responses; nothing by default. A server whose
     * transport cannot do it is not built.
     */
    default Set<Capability> needs() {
        return Set.of();
    }

    /**
     * This handler with the upstreams that it names by URL opened by this transport. A server that names a transport
     * calls it when it is built, and for a table of routes that is put into effect later. A handler that calls others
     * passes it on to them; by default it is this handler itself.
     *
     * @throws IllegalArgumentException if the transport cannot reach an upstream, or cannot do what this handler asks
     *     of it; the message names it
     */
    default ProxyHandler openedBy(UpstreamOpener transport) {
        return this;
    }

    /** This handler with {@code filter} around it. */
    default ProxyHandler with(ProxyFilter filter) {
        return new FilteredHandler(this, filter);
    }
}
