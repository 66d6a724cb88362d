package dev.sluice.proxy.reverse;

import dev.sluice.proxy.ProxyRequest;
import java.io.IOException;

/** Changes a request before it goes to an upstream. Called afresh for each attempt, from many threads at once. */
@FunctionalInterface
public interface Rewrite {
    /**
     * Changes {@code outgoing}, in which the header rules have been applied and the target is that of the upstream.
     *
     * @param incoming as it came to the proxy; read-only, and its body is not to be opened
     * @throws IOException if the request cannot be sent; nothing of it has been
     */
    void rewrite(ProxyRequest incoming, ProxyRequest.Builder outgoing) throws IOException;
}
