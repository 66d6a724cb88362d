package dev.sluice.proxy.cache.serve;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.content.Compression;
import java.io.IOException;

/**
 * Compresses what comes from the origin before it is stored. {@code Vary} keeps both forms apart, and {@code
 * Accept-Encoding} is reduced to what it decides about, so that there is one compressed variant and not one for each
 * browser. Immutable.
 */
final class CompressedFetch implements OriginFetch {
    private final Compression compression;
    private final OriginFetch origin;

    CompressedFetch(Compression compression, OriginFetch origin) {
        this.compression = compression;
        this.origin = origin;
    }

    /** The request with the one coding that its answer may have, or none. */
    ProxyRequest asked(ProxyRequest request) {
        Headers.Builder fields = request.headers().toBuilder().remove("Accept-Encoding");
        compression.coding(request).ifPresent(coding -> fields.set("Accept-Encoding", coding));
        return request.toBuilder().headers(fields.build()).build();
    }

    @Override
    public Fetched fetch(ProxyRequest request) throws ProxyException, InterruptedException {
        Fetched fetched = origin.fetch(request);
        try {
            return fetched.with(compression.filter(request, same -> fetched.response()));
        } catch (IOException cause) {
            fetched.response().close();
            throw ProxyException.of(cause);
        }
    }
}
