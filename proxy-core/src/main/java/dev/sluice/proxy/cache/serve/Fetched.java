package dev.sluice.proxy.cache.serve;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.cache.store.StoredHead.Origin;

/**
 * A response of an origin or out of the cache, before it is made ready for one client.
 *
 * @param response without the fields of the connection that it came by
 * @param origin where it comes from
 * @param sent the fields of the request that it answers, as they were sent
 */
public record Fetched(ProxyResponse response, Origin origin, Headers sent) {
    /** The same with another response. */
    Fetched with(ProxyResponse other) {
        return new Fetched(other, origin, sent);
    }
}
