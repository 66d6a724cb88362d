package dev.sluice.proxy.content;

import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Stage;
import dev.sluice.proxy.internal.Require;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Changes the bodies of responses or of requests: a text by a function, or a stream of bytes on its way. For a server, a
 * route or a handler. Immutable, safe for use by many threads.
 *
 * <pre>{@code
 * BodyRewrite links = BodyRewrite.response()
 *         .text((request, page) -> page.replace("http://inner:8080", "https://shop.example"))
 *         .build();
 * }</pre>
 *
 * <p>A text is read whole before anything of its message goes on. What the function gets is decoded: from its content
 * codings, and from its charset, which is that of a byte order mark, else that of {@code Content-Type}, else UTF-8; what a
 * document says in itself, such as in a {@code <meta>}, is not looked at. What the function returns is encoded in the same
 * way again. Nothing is mangled: a response is refused with 502, a request with the status in brackets, if the body
 *
 * <ul>
 *   <li>is longer than {@linkplain Builder#maxBytes allowed} (413);
 *   <li>has a coding or a charset that is not known (415), or is not valid in it (400), or has a coding within another one
 *       that makes much of little;
 *   <li>makes the function throw an {@code IOException} (400), for example as it is not the JSON that it should be.
 * </ul>
 *
 * <p>Anything else that the function throws, and null, is a fault of the proxy: 500, and the log names the rewrite. A response
 * whose head has been sent is cut.
 *
 * <p>The length and digests of the former body are dropped, and a strong entity tag becomes a weak one, also that of a HEAD
 * and of a 304. To get whole bodies that can be decoded, {@code Range} and {@code If-Range} of the requests are dropped, and
 * codings that are not known from their {@code Accept-Encoding}: so give this only to routes that need it. A response with
 * {@code Cache-Control: no-transform} is not changed (RFC 9110 §7.7), and neither is a message without a body, one of another
 * type, or an error page of the proxy.
 */
public final class BodyRewrite implements ProxyFilter {
    private final boolean ofResponses;
    private final @Nullable TextChange text;
    private final @Nullable UnaryOperator<InputStream> stream;
    private final boolean json;
    private final @Nullable MediaTypes mediaTypes;
    private final int maxBytes;
    private final List<ContentCoding> codings;
    private final ProxyFilter filter;

    private BodyRewrite(Builder builder) {
        this.ofResponses = builder.ofResponses;
        this.text = builder.text;
        this.stream = builder.stream;
        this.json = builder.json;
        this.mediaTypes = builder.mediaTypes;
        this.maxBytes = builder.maxBytes;
        this.codings = builder.codings;
        BodyChange change = text != null
                ? new ChangedText(text, maxBytes, toString())
                : new ChangedStream(Objects.requireNonNull(stream), toString());
        MediaTypes types = types();
        // A text is read whole, and a stream of events has no end; who wants that names the type.
        boolean events = text == null || types.names(MediaTypes.EVENTS);
        RewrittenTypes rewritten = new RewrittenTypes(types, events);
        this.filter = ofResponses
                ? new RewrittenResponses(change, rewritten, codings)
                : new RewrittenRequests(change, rewritten, codings);
    }

    /** A builder of a filter that changes the bodies of responses. */
    public static Builder response() {
        return new Builder(true);
    }

    /** A builder of a filter that changes the bodies of requests. */
    public static Builder request() {
        return new Builder(false);
    }

    /** A builder that begins with these values. */
    public Builder toBuilder() {
        Builder builder = new Builder(ofResponses);
        builder.text = text;
        builder.stream = stream;
        builder.json = json;
        builder.mediaTypes = mediaTypes;
        builder.maxBytes = maxBytes;
        builder.codings = codings;
        return builder;
    }

    private MediaTypes types() {
        return mediaTypes != null ? mediaTypes : json ? MediaTypes.JSON : MediaTypes.TEXT;
    }

    @Override
    public Stage stage() {
        return Stage.BODY;
    }

    @Override
    public ProxyResponse filter(ProxyRequest request, ProxyHandler next) throws IOException, InterruptedException {
        return filter.filter(request, next);
    }

    /** Direction, kind, types and limit. */
    @Override
    public String toString() {
        String kind = text == null ? "stream" : json ? "json" : "text";
        String most = text == null ? "" : ", up to " + maxBytes + " bytes";
        return "BodyRewrite[" + (ofResponses ? "response " : "request ") + kind + ", " + types() + most + ']';
    }

    /** Changes a text. Called from many threads at once. */
    @FunctionalInterface
    public interface TextChange {
        /**
         * The new text.
         *
         * @param request the request, as this filter got it; its body may have been read
         * @param text the body, without a byte order mark
         * @throws dev.sluice.proxy.ProxyException to refuse the message in another way than by its default
         * @throws IOException if the text is not what it should be
         */
        String change(ProxyRequest request, String text) throws IOException;
    }

    /** Collects the options. For one thread. */
    public static final class Builder {
        private final boolean ofResponses;
        private @Nullable TextChange text;
        private @Nullable UnaryOperator<InputStream> stream;
        private boolean json;
        private @Nullable MediaTypes mediaTypes;
        private int maxBytes = 1 << 20;
        private List<ContentCoding> codings = Codings.OF_THE_JDK;

        private Builder(boolean ofResponses) {
            this.ofResponses = ofResponses;
        }

        /** Changes texts; replaces a change that was set before. By default of {@code text/*}, JSON, XML and JavaScript. */
        public Builder text(TextChange change) {
            this.text = Objects.requireNonNull(change, "change");
            this.stream = null;
            this.json = false;
            return this;
        }

        /**
         * Changes texts that are JSON: by default {@code application/json} and {@code application/*+json}. Read and write
         * it with the library that you have. Its exception for a bad text gives the status that the class says if it is an
         * {@code IOException}; wrap it into one if it is unchecked, as that of Gson or of Jackson 3 is.
         */
        public Builder json(TextChange change) {
            text(change);
            this.json = true;
            return this;
        }

        /**
         * Changes bodies while they stream, without a limit of their length: the function wraps the stream of decoded
         * bytes. Its {@code read} should return as soon as it has a byte, and its {@code available} tell no more than can be
         * read without waiting, so that events still pass one by one. By default of the same types as {@link #text}, and
         * events.
         */
        public Builder stream(UnaryOperator<InputStream> change) {
            this.stream = Objects.requireNonNull(change, "change");
            this.text = null;
            this.json = false;
            return this;
        }

        /**
         * Sets the media types of bodies that are changed, such as {@code text/html}, {@code text/*} or {@code
         * application/*+json}. A text of the type {@code text/event-stream}, which has no end, is changed only if this very
         * type is named.
         *
         * @throws IllegalArgumentException if there is none, or one has another form
         */
        public Builder mediaTypes(String... types) {
            this.mediaTypes = MediaTypes.of("mediaTypes", types);
            return this;
        }

        /**
         * Sets the most bytes of a body that is read whole, decoded; 1 MiB by default. Each exchange may hold a few times as
         * much.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder maxBytes(int bytes) {
            this.maxBytes = Require.positive("maxBytes", bytes);
            return this;
        }

        /**
         * Sets the content codings that bodies may have; gzip and deflate by default.
         *
         * @throws IllegalArgumentException if there is none, a name is not a token or is {@code identity}, or two have the
         *     same name
         */
        public Builder codings(ContentCoding... codings) {
            this.codings = Codings.checked("codings", codings);
            return this;
        }

        /**
         * The filter.
         *
         * @throws IllegalArgumentException if there is no change
         */
        public BodyRewrite build() {
            if (text == null && stream == null) {
                throw new IllegalArgumentException("a rewrite needs text, json or stream");
            }
            return new BodyRewrite(this);
        }
    }
}
