package dev.sluice.proxy.cache.serve;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.cache.field.Vary;
import dev.sluice.proxy.cache.store.StoredHead;
import dev.sluice.proxy.content.Compression;
import java.io.IOException;
import java.util.List;

/**
 * Compresses what comes from the origin before it is stored. {@code Vary} keeps both forms apart, and {@code
 * Accept-Encoding} is reduced to what it decides about, so that there is one compressed variant and not one for each
 * browser. Immutable.
 */
final class CompressedFetch implements OriginFetch {
    private static final String CODING = "accept-encoding";

    private final Compression compression;
    private final OriginFetch origin;

    CompressedFetch(Compression compression, OriginFetch origin) {
        this.compression = compression;
        this.origin = origin;
    }

    /** The request with the one coding that its answer may have, or none. */
    ProxyRequest asked(ProxyRequest request) {
        Headers.Builder fields = request.headers().toBuilder().remove("Accept-Encoding");
        if (!isPlainWanted(request)) {
            compression.coding(request).ifPresent(coding -> fields.set("Accept-Encoding", coding));
        }
        return request.toBuilder().headers(fields.build()).build();
    }

    /** RFC 9111 §5.2.1.6. It is then the plain variant that is stored, and not one for all. */
    private static boolean isPlainWanted(ProxyRequest request) {
        return request.headers().hasToken("Cache-Control", "no-transform");
    }

    /** The request as its compression sees it: one that wants the plain form is one that accepts no other. */
    private static ProxyRequest seen(ProxyRequest request) {
        return isPlainWanted(request)
                ? request.toBuilder()
                        .headers(request.headers().toBuilder()
                                .remove("Cache-Control")
                                .build())
                        .build()
                : request;
    }

    /**
     * The fields of a 304 for a stored response: {@code Vary} names the coding only if that response does, as a 304 does
     * not show whether it was worth while to compress it.
     */
    static Headers confirming(Headers received, StoredHead stored) {
        List<String> names = Vary.of(received).names();
        if (!names.contains(CODING) || stored.selecting().contains(CODING)) {
            return received;
        }
        List<String> others =
                names.stream().filter(name -> !name.equals(CODING)).toList();
        Headers.Builder fields = received.toBuilder().remove("Vary");
        return others.isEmpty()
                ? fields.build()
                : fields.set("Vary", String.join(", ", others)).build();
    }

    @Override
    public Fetched fetch(ProxyRequest request) throws ProxyException, InterruptedException {
        Fetched fetched = origin.fetch(request);
        try {
            return fetched.with(compression.filter(seen(request), same -> fetched.response()));
        } catch (IOException cause) {
            fetched.response().close();
            throw ProxyException.of(cause);
        }
    }
}
