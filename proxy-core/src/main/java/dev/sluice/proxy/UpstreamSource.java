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

    /** A source of one upstream: one attempt, and no other after it has failed. */
    static UpstreamSource of(Upstream upstream) {
        return new SingleUpstream(upstream);
    }
}
