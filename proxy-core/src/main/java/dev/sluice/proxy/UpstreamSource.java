package dev.sluice.proxy;

import java.util.Set;

/**
 * Where the attempts of a request go: one upstream, or a pool that picks, retries and waits. Called from many threads
 * at once.
 */
public interface UpstreamSource {
    /** Begins to decide about one request. The result is used by one exchange. */
    Attempts attempts(ProxyRequest request);

    /** What every upstream of this source can do. */
    Set<Capability> capabilities();

    /**
     * This source, with this transport for upstreams that were given as URLs, see {@link ProxyHandler#openedBy}. By
     * default it is this source itself.
     *
     * @throws IllegalArgumentException if the transport cannot reach one of them; the message names it
     */
    default UpstreamSource openedBy(UpstreamOpener transport) {
        return this;
    }

    /** The upstream itself, as a source with only one attempt. */
    static UpstreamSource of(Upstream upstream) {
        return upstream;
    }
}
