package dev.sluice.proxy.cache.serve;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.RequestTarget;
import dev.sluice.proxy.cache.rule.Invalidation;
import dev.sluice.proxy.cache.rule.TargetKey;
import dev.sluice.proxy.content.Compression;
import java.io.IOException;

/** A cache as one route uses it. Immutable, and safe for use by many threads. */
public final class CacheService {
    private final CacheCore core;
    private final CacheSetup setup;

    /** The cache with the setup of a route. */
    public CacheService(CacheCore core, CacheSetup setup) {
        this.core = core;
        this.setup = setup;
    }

    /**
     * Answers a request: out of the cache, or by the origin.
     *
     * @param request as it would go to any upstream
     * @param target what the client asks for, in its own terms
     * @param host that the origin is asked for, or empty if it follows from the target
     * @throws ProxyException if the origin gives no response, and nothing is stored that may be used instead
     * @throws InterruptedException if the thread is interrupted while it waits
     */
    public Fetched serve(ProxyRequest request, RequestTarget target, String host, OriginFetch origin)
            throws IOException, InterruptedException {
        Compression compression = setup.compression();
        if (compression == null) {
            return new CacheCall(core, setup, new CacheRequest(setup, request, target, host), origin).answer();
        }
        CompressedFetch compressed = new CompressedFetch(compression, origin);
        CacheRequest asked = new CacheRequest(setup, compressed.asked(request), target, host);
        return new CacheCall(core, setup, asked, compressed).answer();
    }

    /**
     * A response goes to the client: one to an unsafe method invalidates what is stored, on all routes (RFC 9111 §4.4).
     *
     * @param request of the client
     * @param target what it has asked for, in its own terms
     * @param headers of the response, in the same terms
     */
    public void answered(ProxyRequest request, RequestTarget target, int status, Headers headers) {
        for (RequestTarget changed : Invalidation.of(request.method(), target, status, headers)) {
            // Routes with other rules for queries may have it under other keys.
            for (String key : core.keys(rule -> TargetKey.of(changed, rule))) {
                core.invalidate(key, PostStoring.of(request.exchange()));
            }
        }
    }
}
