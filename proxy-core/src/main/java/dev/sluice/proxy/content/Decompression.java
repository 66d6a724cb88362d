package dev.sluice.proxy.content;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Stage;
import dev.sluice.proxy.internal.Require;
import java.io.IOException;
import java.util.List;

/**
 * Decompresses the bodies of requests ({@code Content-Encoding}, RFC 9110 §8.4), for origins that do not, and limits what
 * comes out of them. For a server, a route or a handler. Immutable, safe for use by many threads.
 *
 * <pre>{@code
 * ProxyServer.Builder server = ProxyServer.builder().addFilter(Decompression.DEFAULT);
 * }</pre>
 *
 * <p>The body streams through, and its length is not known then. What was true only of the compressed bytes, such as a
 * digest, is dropped from the fields. Several codings are undone in turn. A request is refused with
 *
 * <ul>
 *   <li>415 (RFC 9110 §15.5.16) and {@code Accept-Encoding} if a coding is not known, or if there are more than five;
 *   <li>413 if too much comes out of the body: in all, or for its length;
 *   <li>400 if the body is not valid, has anything behind its end, or ends too early.
 * </ul>
 *
 * <p>The last two show only while the body is read. Then the origin may have got a part of it; its connection is cut. The
 * server's limit of bodies counts the compressed bytes.
 */
public final class Decompression implements ProxyFilter {
    /** Gzip and deflate; up to 10 MiB, and 200 times the compressed length. */
    public static final Decompression DEFAULT = builder().build();

    private final List<ContentCoding> codings;
    private final long maxBytes;
    private final int maxRatio;
    private final DecodedLimit limit;

    private Decompression(Builder builder) {
        this.codings = builder.codings;
        this.maxBytes = builder.maxBytes;
        this.maxRatio = builder.maxRatio;
        this.limit = new DecodedLimit(maxBytes, maxRatio);
    }

    /** A builder that begins with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that begins with these values. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.codings = codings;
        builder.maxBytes = maxBytes;
        builder.maxRatio = maxRatio;
        return builder;
    }

    @Override
    public Stage stage() {
        return Stage.COMPRESSION;
    }

    @Override
    public ProxyResponse filter(ProxyRequest request, ProxyHandler next) throws IOException, InterruptedException {
        List<ContentCoding> applied = RequestCodings.of(request, codings);
        if (applied.isEmpty()) {
            return next.handle(request);
        }
        Headers fields =
                OtherForm.of(request.headers()).remove("Content-Encoding").build();
        Body plain = DecodedInput.of(request.body(), applied, limit, RequestCodings::invalid, request.exchange());
        return next.handle(
                request.toBuilder().headers(fields).body(OtherForm.of(plain)).build());
    }

    /** Codings and limits. */
    @Override
    public String toString() {
        return "Decompression[" + codings + ", up to " + maxBytes + " bytes, ratio " + maxRatio + ']';
    }

    /** Collects the options. For one thread. */
    public static final class Builder {
        private List<ContentCoding> codings = Codings.OF_THE_JDK;
        private long maxBytes = 10 << 20;
        private int maxRatio = 200;

        private Builder() {}

        /**
         * Sets the codings that are undone; gzip and deflate by default.
         *
         * @throws IllegalArgumentException if there is none, a name is not a token or is {@code identity}, or two have the
         *     same name
         */
        public Builder codings(ContentCoding... codings) {
            this.codings = Codings.checked("codings", codings);
            return this;
        }

        /**
         * Sets the greatest length of a decompressed body, in bytes; 10 MiB by default.
         *
         * @throws IllegalArgumentException if it is negative
         */
        public Builder maxBytes(long bytes) {
            this.maxBytes = Require.notNegative("maxBytes", bytes);
            return this;
        }

        /**
         * Sets how many times as long as the compressed body the decompressed one may be; 200 by default. The first 64 KiB
         * are free. Texts reach 5 to 20, and what gzip makes of a body of one repeated byte more than 1,000.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder maxRatio(int times) {
            this.maxRatio = Require.positive("maxRatio", times);
            return this;
        }

        /** The filter. */
        public Decompression build() {
            return new Decompression(this);
        }
    }
}
