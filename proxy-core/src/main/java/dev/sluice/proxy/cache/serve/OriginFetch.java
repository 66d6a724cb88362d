package dev.sluice.proxy.cache.serve;

import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;

/** What stands behind the cache: the attempts at upstreams. */
@FunctionalInterface
public interface OriginFetch {
    /**
     * Gets a response, in the exchange of this request, which may be another one than the client's.
     *
     * @throws ProxyException if there is none
     * @throws InterruptedException if the thread is interrupted while it waits
     */
    Fetched fetch(ProxyRequest request) throws ProxyException, InterruptedException;
}
