package dev.sluice.proxy.reverse;

import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import java.io.IOException;

/** Changes a response before it goes to the client. Called once for each exchange, from many threads at once. */
@FunctionalInterface
public interface ResponseHook {
    /**
     * The response to pass on, usually {@code response.toBuilder()…build()}; the header rules have been applied to it.
     *
     * @param incoming the request as it came to the proxy
     * @throws IOException if there is no response to pass on
     */
    ProxyResponse apply(ProxyRequest incoming, ProxyResponse response) throws IOException;
}
