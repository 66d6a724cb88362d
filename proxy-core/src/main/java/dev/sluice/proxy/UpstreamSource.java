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
     * This source with the upstreams that it was given as URLs opened by this transport, see {@link
     * ProxyHandler#openedBy}. By default it is this source itself.
     *
     * @throws IllegalArgumentException if the transport cannot reach one of them; the message names it
     */
    default UpstreamSource openedBy(UpstreamOpener transport) {
        return this;
    }

    /** The upstream itself, which is a source of one: one attempt, and no other after it has failed. */
    static UpstreamSource of(Upstream upstream) {
        return upstream;
    }
}
