package dev.sluice.proxy.server;

import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.ProxyResponse;
import java.io.IOException;

/**
 * Changes each final response that goes to a client, whoever has made it: an upstream, a filter, or the server itself
 * with an error page, also for what never became a request. Called once for each, from many threads at once.
 */
@FunctionalInterface
public interface ClientResponseHook {
    /**
     * The response to send, usually {@code response.toBuilder()…build()}. What this throws is answered with a plain
     * error page and 500, to which the hook is not applied.
     *
     * @param exchange its record has the request, or null when that could not be read, and the failure that an error page
     *     is for
     * @throws IOException if there is no response to send
     */
    ProxyResponse apply(Exchange exchange, ProxyResponse response) throws IOException;
}
