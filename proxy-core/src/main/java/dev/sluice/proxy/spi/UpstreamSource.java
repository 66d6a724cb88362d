package dev.sluice.proxy.spi;

import dev.sluice.proxy.Capability;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.Upstream;
import java.util.Set;

/**
 * Where the attempts of a request go: a pool that picks, retries and waits, or one upstream alone. One that was given
 * upstreams as URLs is {@link Openable} too. Called from many threads at once.
 */
public interface UpstreamSource {
    /** Begins to decide about one request. The result is used by one exchange. */
    Attempts attempts(ProxyRequest request);

    /** What every upstream of this source can do. */
    Set<Capability> capabilities();

    /** A source of one upstream: there is one attempt, and no other after it has failed. */
    static UpstreamSource of(Upstream upstream) {
        return new SingleUpstream(upstream);
    }
}
