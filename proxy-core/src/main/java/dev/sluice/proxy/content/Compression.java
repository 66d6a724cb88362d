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
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Compresses responses for clients that accept it ({@code Accept-Encoding}, RFC 9110 §12.5.3). For a server, a route or a
 * handler. Immutable, safe for use by many threads.
 *
 * <pre>{@code
 * ProxyServer.Builder server = ProxyServer.builder().addFilter(Compression.DEFAULT);
 * }</pre>
 *
 * <p>What has come from the origin goes on before the next bytes come, so events pass one by one. A compressed response has
 * {@code Content-Encoding} and {@code Vary: Accept-Encoding}, its entity tag is weak, and it offers no ranges. A HEAD gets
 * the same fields, and a 304 the tag that the client knows.
 *
 * <p>A response goes on as it is if it is short or of another {@linkplain Builder#mediaTypes type}; is coded already; is
 * a part (206), or the request asks for one; has {@code Cache-Control: no-transform}, also in the request (RFC 9111
 * §5.2.1.6, §5.2.2.6); or has a digest or a signature of its bytes, which the client could not check any more (RFC 9530).
 * A client that refuses the body as it is ({@code identity;q=0}) gets short ones and other types compressed too; if no
 * coding suits it, it gets the body as it is, which is allowed (RFC 9110 §12.4.1) and tells more than an empty 406.
 *
 * <p>Leave it off where a page shows both a secret, such as a token against forged requests, and something that an
 * attacker can choose, such as a search text: over many requests the length of the compressed page tells the secret, also
 * under TLS (BREACH).
 */
public final class Compression implements ProxyFilter {
    /** Gzip, else deflate, for texts of 1,024 bytes or more. */
    public static final Compression DEFAULT = builder().build();

    /** A body of bytes up to this length is compressed at once, and so has a length. */
    private static final int AT_ONCE_BYTES = 64 * 1024;

    private final List<ContentCoding> codings;
    private final MediaTypes mediaTypes;
    private final long minBytes;

    private Compression(Builder builder) {
        this.codings = builder.codings;
        this.mediaTypes = builder.mediaTypes;
        this.minBytes = builder.minBytes;
    }

    /** A builder that begins with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that begins with these values. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.codings = codings;
        builder.mediaTypes = mediaTypes;
        builder.minBytes = minBytes;
        return builder;
    }

    @Override
    public Stage stage() {
        return Stage.COMPRESSION;
    }

    /**
     * The coding that a response to this request gets if nothing else speaks against it, such as {@code gzip}; empty if the
     * client accepts none, or asks for a part.
     */
    public Optional<String> coding(ProxyRequest request) {
        return Optional.ofNullable(preferred(request)).map(ContentCoding::name);
    }

    private @Nullable ContentCoding preferred(ProxyRequest request) {
        // RFC 9110 §14.2: who asks for a part knows the offsets of the plain form.
        boolean part = request.headers().has("Range");
        return part ? null : AcceptedCodings.of(request.headers()).best(codings);
    }

    @Override
    public ProxyResponse filter(ProxyRequest request, ProxyHandler next) throws IOException, InterruptedException {
        ProxyResponse response = next.handle(request);
        if (!mayChange(request, response)) {
            return response;
        }
        AcceptedCodings accepted = AcceptedCodings.of(request.headers());
        if (response.status() == 304) {
            return notModified(request, response);
        }
        boolean worth = mediaTypes.has(response.headers()) && isLong(request, response);
        if (!worth && !accepted.refusesIdentity()) {
            return response;
        }
        ContentCoding coding = preferred(request);
        return coding == null
                ? response.toBuilder()
                        .headers(OtherForm.varying(response.headers().toBuilder())
                                .build())
                        .build()
                : coded(request, response, coding);
    }

    /** Returns whether nothing but its type and length speaks against it, or it is a 304 for such a response. */
    private static boolean mayChange(ProxyRequest request, ProxyResponse response) {
        int status = response.status();
        Headers fields = response.headers();
        if (response.tunnel() != null
                || status == 204
                || status == 205
                || status == 206
                || fields.has("Content-Range")) {
            return false;
        }
        boolean empty = response.body().length() == 0 && status != 304 && !isHead(request);
        return !empty
                && !fields.has("Content-Encoding")
                && !fields.hasToken("Cache-Control", "no-transform")
                && !request.headers().hasToken("Cache-Control", "no-transform")
                && !OtherForm.isChecked(fields);
    }

    /** RFC 9110 §15.4.5: what a 200 would have. Its type is often not there; then it might be compressed. */
    private ProxyResponse notModified(ProxyRequest request, ProxyResponse response) {
        Headers fields = response.headers();
        if (fields.has("Content-Type") && !mediaTypes.has(fields)) {
            return response;
        }
        Headers.Builder changed = OtherForm.notModified(fields, request.headers());
        return response.toBuilder().headers(OtherForm.varying(changed).build()).build();
    }

    private boolean isLong(ProxyRequest request, ProxyResponse response) {
        long length = response.body().length();
        if (isHead(request) && length <= 0) {
            length = announced(response.headers()).orElse(Body.UNKNOWN);
        }
        return length < 0 || length >= minBytes;
    }

    private static OptionalLong announced(Headers fields) {
        try {
            return OptionalLong.of(Long.parseLong(fields.first("Content-Length").orElse("")));
        } catch (NumberFormatException unknown) {
            return OptionalLong.empty();
        }
    }

    private static ProxyResponse coded(ProxyRequest request, ProxyResponse response, ContentCoding coding)
            throws IOException {
        Headers fields = OtherForm.varying(OtherForm.of(response.headers()))
                .add("Content-Encoding", coding.name())
                .build();
        return response.toBuilder()
                .headers(fields)
                .body(OtherForm.of(coded(request, response.body(), coding)))
                .build();
    }

    private static Body coded(ProxyRequest request, Body body, ContentCoding coding) throws IOException {
        if (isHead(request)) {
            // Nobody reads it, and its length is not known.
            return body.map(stream -> stream, Body.UNKNOWN);
        }
        if (body.repeatable() && body.length() <= AT_ONCE_BYTES && body.length() >= 0) {
            return Body.of(EncodedInput.encode(body.readAll(AT_ONCE_BYTES), coding));
        }
        return EncodedInput.of(body, List.of(coding), request.exchange());
    }

    private static boolean isHead(ProxyRequest request) {
        return request.method().equals("HEAD");
    }

    /** Codings, types and least length. */
    @Override
    public String toString() {
        return "Compression[" + codings + ", " + mediaTypes + ", from " + minBytes + " bytes]";
    }

    /** Collects the options. For one thread. */
    public static final class Builder {
        private List<ContentCoding> codings = Codings.OF_THE_JDK;
        private MediaTypes mediaTypes = MediaTypes.COMPRESSIBLE;
        private long minBytes = 1024;

        private Builder() {}

        /**
         * Sets the codings on offer, the preferred one first; gzip and deflate by default. A client's weights come before
         * this order.
         *
         * @throws IllegalArgumentException if there is none, a name is not a token or is {@code identity}, or two have the
         *     same name
         */
        public Builder codings(ContentCoding... codings) {
            this.codings = Codings.checked("codings", codings);
            return this;
        }

        /**
         * Sets the media types of responses that are compressed, such as {@code text/html}, {@code text/*} or {@code
         * application/*+json}. By default texts of all kinds, JSON, XML, JavaScript, WebAssembly, and fonts and pictures
         * that are not compressed themselves. A response without {@code Content-Type} is not compressed.
         *
         * @throws IllegalArgumentException if there is none, or one has another form
         */
        public Builder mediaTypes(String... types) {
            this.mediaTypes = MediaTypes.of("mediaTypes", types);
            return this;
        }

        /**
         * Adds a media type to them.
         *
         * @throws IllegalArgumentException if it has another form
         */
        public Builder addMediaType(String type) {
            this.mediaTypes = mediaTypes.and("mediaTypes", type);
            return this;
        }

        /**
         * Sets the least length of a body that is compressed, in bytes; 1,024 by default: a shorter one fits into a packet
         * either way. A body of unknown length is compressed.
         *
         * @throws IllegalArgumentException if it is negative
         */
        public Builder minBytes(long bytes) {
            this.minBytes = Require.notNegative("minBytes", bytes);
            return this;
        }

        /** The filter. */
        public Compression build() {
            return new Compression(this);
        }
    }
}
